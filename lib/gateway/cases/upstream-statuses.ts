import { setTimeout as delay } from "node:timers/promises";
import { expect, vi } from "vitest";
import type { Observed } from "@/lib/gateway/cases/judge";
import { provoke, shortMs, type Variant } from "@/lib/gateway/cases/served";
import { bytes, good, inTurn, jsonType, status } from "@/lib/gateway/cases/upstream-answers";
import type { Provocations, World } from "@/lib/gateway/cases/world";
import { mockCredential } from "@/lib/gateway/testing/mock-upstream";
import { type RawAnswer, spellAnswer, spellHead } from "@/lib/gateway/testing/raw-upstream";
import { selfSignedCertificate } from "@/lib/gateway/testing/self-signed";
import { log } from "@/lib/log";

const secret = `mock-provider: bad key ${mockCredential} of org-mock-1`;
const error = (more: object = {}) => ({ message: secret, type: "mock_error", code: null, ...more });
const json = (body: unknown): string => JSON.stringify(body);

/** Whatever a provider may put behind a status. */
const errorBodies: Record<string, string | Buffer> = {
  "OpenAI's": json({ error: error({ param: null }) }),
  "Anthropic's": json({ type: "error", error: error(), request_id: "req_mock" }),
  "a word": json({ error: secret }),
  FastAPI: json({ detail: [{ loc: ["body", "messages"], msg: secret, type: "value_error" }] }),
  vLLM: json({ object: "error", message: secret, type: "BadRequestError", code: 400 }),
  "a list": json([{ error: error() }]),
  "another type": json({ error: { message: { deep: secret }, type: 1, code: {}, param: [] } }),
  null: "null",
  text: secret,
  HTML: `<html><body>${secret}</body></html>`,
  nothing: "",
  "invalid UTF-8": Buffer.concat([Buffer.from('{"error":"'), Buffer.from([0xff, 0xc0, 0xaf])]),
  "a megabyte": json({ error: error({ message: secret.padEnd(1_000_000, "x") }) }),
};

const free = { bill: "nothing" } as const;

/** Answers of one status with every kind of body, and headers that say too much. */
function refused(code: number | string, more: Partial<Variant> = {}): Variant[] {
  const headers = [
    jsonType,
    ["www-authenticate", `Bearer realm="mock", key="${mockCredential}"`],
    ["set-cookie", `mock=${mockCredential}`],
    ["location", `https://mock-provider.example/${mockCredential}`],
  ] as const;
  return Object.entries(errorBodies).map(([name, body], i) => ({
    name: `${code} ${name}`,
    answer: status(code, body, headers),
    // Streamed or not is all the same here: every second is.
    stream: i % 2 === 1,
    ...free,
    ...more,
  }));
}

const oneOf = (code: number | string, more: Partial<Variant> = {}): Variant[] =>
  refused(code, more).slice(0, 2);

/** As `provoke`, and somebody hears that the configuration is at fault. */
async function provokeAlarm(world: World, due: string, variants: Variant[]): Promise<Observed[]> {
  const alarm = vi.spyOn(log, "error");
  try {
    const seen = await provoke(world, due, variants);
    expect(alarm.mock.calls.length).toBeGreaterThanOrEqual(seen.length);
    expect(JSON.stringify(alarm.mock.calls)).not.toContain(mockCredential);
    return seen;
  } finally {
    alarm.mockRestore();
  }
}

/** An upstream that isn't reached, or is something else. */
function unreached(name: string, more: Partial<Variant>): Variant[] {
  const answer = () => bytes("SSH-2.0-mock\r\n");
  return [false, true].map((stream) => ({ name, answer, stream, ...free, attempts: 0, ...more }));
}

const connect = { connect_ms: shortMs };
const firstByte = { first_byte_ms: shortMs };
const idle = { idle_ms: shortMs };

/** Says so little at a time that it never gets to the end of its head; the first time something else. */
const drip =
  (text: string, first: string[] = []): Variant["answer"] =>
  () =>
  async (socket) => {
    for (let i = 0; !socket.destroyed; i++) {
      socket.write(first[i] ?? text);
      await delay(shortMs / 6);
    }
  };

/** Group G about what an upstream answers instead of an answer. */
export const statuses: Provocations = {
  G01: (world) =>
    provoke(world, "param", [
      ...refused(400),
      ...oneOf(413),
      ...oneOf(422),
      ...oneOf("400 "),
      ...oneOf(400, { answer: inTurn(status(400, errorBodies.HTML ?? "", [])) }),
    ]),
  G02: (world) => provokeAlarm(world, "bad_gateway", refused(401)),
  G04: (world) => provokeAlarm(world, "bad_gateway", [...refused(403), ...oneOf(402)]),
  G05: (world) =>
    provokeAlarm(
      world,
      "bad_gateway",
      [404, 405, 406, 407, 409, 410, 415, 418, 421, 425, 431, 451, 499].flatMap((code) =>
        code === 404 ? refused(code) : oneOf(code),
      ),
    ),
  G07: (world) => {
    const failing = [500, 502, 503, 504, 520, 529, 599].map((code) => status(code, secret));
    const twice = failing.map(
      (fail, i): Variant => ({
        name: `two failures (${i})`,
        answer: inTurn(fail, fail, good),
        bill: "whole",
        attempts: 3,
      }),
    );
    const stuck = (): RawAnswer => bytes(spellHead(500, [jsonType, ["content-length", "9"]]));
    const slow: Variant = {
      name: "a failure whose words never come",
      answer: inTurn(stuck, good),
      bill: "whole",
      attempts: 2,
      // The answer is there long before the time for the words of the error is over.
      options: { timeouts: { idle_ms: 60_000 } },
    };
    const mixed: Variant = {
      name: "two different failures",
      answer: inTurn(status(500, ""), status(529, "{}"), good),
      bill: "whole",
      attempts: 3,
    };
    const thrice = [500, 502, 520, 599].flatMap((code) =>
      oneOf(code, { due: "bad_gateway", attempts: 3 }),
    );
    return provoke(world, "ok", [...twice, mixed, slow, ...thrice]);
  },
  G08: async (world) => {
    const waits = ["1", "120", "0", "-5", "1e9", "abc", "Wed, 21 Oct 2026 07:28:00 GMT", ""];
    const busy = [503, 529].flatMap((code) => [
      ...refused(code, { attempts: 3 }).slice(0, 4),
      ...waits.map(
        (wait): Variant => ({
          name: `${code} Retry-After: ${wait}`,
          answer: status(code, secret, [jsonType, ["retry-after", wait]]),
          stream: false,
          attempts: 3,
          ...free,
        }),
      ),
    ]);
    // Our own limit there: asked once, and the caller may come again.
    const limited = refused(429, { attempts: 1 });
    const seen = await provoke(world, "overloaded", [...busy, ...limited]);
    for (const { answer } of seen) {
      const seconds = Number(answer.headers.get("retry-after"));
      expect(seconds).toBeGreaterThanOrEqual(1);
      expect(seconds).toBeLessThanOrEqual(60);
    }
    return seen;
  },
  G10: (world) =>
    provoke(world, "gw_timeout", [
      // It takes the connection, and never gets through the handshake.
      ...unreached("a silent TLS port", {
        answer: () => () => undefined,
        options: { isTls: true, timeouts: connect },
      }),
      ...unreached("a port where nobody listens", {
        due: "bad_gateway",
        options: { baseUrl: "http://127.0.0.1:1/v1", timeouts: connect },
      }),
      ...unreached("a name that isn't one", {
        due: "bad_gateway/gw_timeout",
        options: { baseUrl: "http://gatehouse-nowhere.invalid/v1", timeouts: connect },
      }),
      ...unreached("a certificate of its own", {
        answer: good,
        due: "bad_gateway",
        options: { tls: selfSignedCertificate() },
      }),
      ...[408, 504, 524].flatMap((code) => oneOf(code, { attempts: 3 })),
    ]),
  G11: (world) => {
    const slow = (
      name: string,
      answer: Variant["answer"],
      timeouts: Record<string, number> = firstByte,
    ): Variant => ({
      ...{ name, answer, ...free, attempts: 1, options: { timeouts } },
    });
    return provoke(world, "gw_timeout", [
      slow("silence", () => () => undefined),
      slow("a head that never ends", drip("x-mock: 1\r\n", ["HTTP/1.1 200 OK\r\n"])),
      slow("the status line, letter by letter", drip("x", [..."HTTP/1.1 200 O"])),
      {
        ...slow("nothing but 100 Continue", drip("HTTP/1.1 100 Continue\r\n\r\n")),
        // Nobody asked whether to continue: that may be taken for a broken answer as well.
        due: "gw_timeout/bad_gateway",
      },
      slow("nothing but early hints", drip("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n")),
      {
        ...slow(
          "a head and no body",
          () => bytes(spellHead(200, [jsonType, ["content-length", "9"]])),
          idle,
        ),
        stream: false,
      },
      {
        ...slow(
          "half a body",
          () => bytes(spellAnswer(200, '{"choices":[]}').subarray(0, -3)),
          idle,
        ),
        stream: false,
      },
    ]);
  },
};
