import { promisify } from "node:util";
import { gzip, gzipSync } from "node:zlib";
import { expect } from "vitest";
import { growthDuring } from "@/lib/gateway/cases/growth";
import type { Observed } from "@/lib/gateway/cases/judge";
import { slowloris, stall } from "@/lib/gateway/cases/stalling";
import { type Answer, answerTo, exchange, spell } from "@/lib/gateway/cases/wire";
import {
  everyKind,
  generations,
  onRoutes,
  type Provocations,
  type World,
} from "@/lib/gateway/cases/world";
import type { Dialect } from "@/lib/gateway/dialect";

const host = "Host: localhost";
const close = "Connection: close";
const lines = (...all: string[]) => `${all.join("\r\n")}\r\n\r\n`;

/** Sends each text as it is. */
function send(
  { door }: World,
  texts: Record<string, string | [text: string, dialect: Dialect]>,
): Promise<Observed[]> {
  return Promise.all(
    Object.entries(texts).map(async ([variant, each]) => {
      const [text, dialect] = typeof each === "string" ? [each, "openai" as const] : each;
      return { variant, dialect, answer: await answerTo(door.origin, text) };
    }),
  );
}

const bearer = ({ key }: World) => `Authorization: Bearer ${key.secret}`;
const models = (world: World, ...headers: string[]) =>
  lines("GET /v1/models HTTP/1.1", ...headers, bearer(world));
const post = (world: World, path: string, ...headers: string[]) =>
  lines(`POST ${path} HTTP/1.1`, host, bearer(world), "Content-Type: application/json", ...headers);

/** Nothing that stands behind a request may be taken for a second one. */
async function sendSmuggled(world: World, texts: Record<string, string>): Promise<Observed[]> {
  const behind = models(world, host, close);
  return Promise.all(
    Object.entries(texts).map(async ([variant, text]) => {
      const { answers } = await exchange(world.door.origin, `${text}0\r\n\r\n${behind}`);
      expect(
        answers.map(({ status }) => status),
        variant,
      ).toEqual([400]);
      const answer = answers[0] ?? { status: 0, headers: new Headers(), text: "" };
      return { variant, dialect: "openai" as const, answer };
    }),
  );
}

async function sendBomb(world: World): Promise<Observed[]> {
  // A megabyte that would be a gigabyte: gzip allows for one after the other in a row.
  const part = await promisify(gzip)(Buffer.alloc(64 * 1024 * 1024));
  const bomb = Buffer.concat(Array.from({ length: 16 }, () => part));
  const observed: Observed[] = [];
  const growth = await growthDuring(world, 28_300, async (origin) => {
    observed.push(
      ...(await onRoutes(world, generations, "a bomb", {
        origin,
        headers: { "Content-Encoding": "gzip", "Content-Type": "application/json" },
        body: bomb,
      })),
    );
  });
  expect(growth).toBeLessThan(10 * 1024 * 1024);
  return observed;
}

function sameHeaders(get: Answer, head: Answer): void {
  const own = ["x-request-id", "request-id", "date", "ratelimit", "keep-alive"];
  const names = ({ headers }: Answer) =>
    [...headers.keys()].filter((name) => !own.includes(name) && !name.startsWith("x-ratelimit"));
  const withoutLength = names(get).filter(
    (n) => n !== "transfer-encoding" && n !== "content-length",
  );
  for (const name of withoutLength) {
    expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)]);
  }
}

const unknownPaths: [string, Dialect][] = [
  ["/v1/does-not-exist", "rest"],
  ["/v1", "rest"],
  ["/v1/", "rest"],
  ["/v1/admin/users", "rest"],
  ["/v1/resources/x/y", "rest"],
  ["/v1/keys/x/secret", "rest"],
  ["/v1/chat/completions/x", "openai"],
  ["/v1/completions", "openai"],
  ["/v1/messages/batches", "anthropic"],
  ["/", "rest"],
  ["/admin", "rest"],
];

const wrongMethods: [method: string, path: string, dialect: Dialect, allow: string][] = [
  ["DELETE", "/v1/chat/completions", "openai", "POST"],
  ["GET", "/v1/chat/completions", "openai", "POST"],
  ["OPTIONS", "/v1/chat/completions", "openai", "POST"],
  ["PUT", "/v1/messages", "anthropic", "POST"],
  ["PATCH", "/v1/messages/count_tokens", "anthropic", "POST"],
  ["DELETE", "/v1/embeddings", "openai", "POST"],
  ["GET", "/v1/generate", "rest", "POST"],
  ["DELETE", "/v1/usage", "rest", "GET, HEAD"],
  ["POST", "/v1/models", "openai", "GET, HEAD"],
  ["DELETE", "/v1/models/gpt-4", "openai", "GET, HEAD"],
  ["DELETE", "/v1/resources", "rest", "GET, HEAD, POST"],
  ["PURGE", "/v1/models", "openai", "GET, HEAD"],
];

/** Group A: what is sent before there is a request that makes sense. */
export const transport: Provocations = {
  A01: (world) =>
    send(world, {
      "two hosts": models(world, host, "Host: evil.test"),
      "the same host twice": models(world, host, host),
      "three hosts": models(world, host, "host: a", "HOST: b"),
      "on messages": [post(world, "/v1/messages", "Host: evil.test"), "anthropic"],
      "on generate": [post(world, "/v1/generate", "Host: evil.test"), "rest"],
      "a list in one": models(world, "Host: localhost, evil.test"),
    }),
  A02: (world) =>
    send(world, {
      GET: models(world),
      POST: lines("POST /v1/messages HTTP/1.1", bearer(world), "Content-Length: 0"),
    }),
  A04: (world) =>
    send(world, {
      "another host": lines("GET http://evil.test/v1/models HTTP/1.1", host, bearer(world)),
      https: lines("GET https://evil.test/v1/models HTTP/1.1", host, bearer(world)),
      "both say it": lines(
        "GET http://evil.test/v1/models HTTP/1.1",
        "Host: evil.test",
        bearer(world),
      ),
      messages: [
        lines("POST http://evil.test/v1/messages HTTP/1.1", host, bearer(world)),
        "anthropic",
      ],
      resources: [lines("GET http://evil.test/v1/resources HTTP/1.1", host), "rest"],
    }),
  A05: (world) =>
    sendSmuggled(world, {
      "length first": post(
        world,
        "/v1/messages",
        "Content-Length: 6",
        "Transfer-Encoding: chunked",
      ),
      "chunks first": post(
        world,
        "/v1/messages",
        "Transfer-Encoding: chunked",
        "Content-Length: 6",
      ),
      "two lengths": post(world, "/v1/messages", "Content-Length: 6", "Content-Length: 5"),
      "a signed length": post(world, "/v1/messages", "Content-Length: +5"),
      "a negative length": post(world, "/v1/messages", "Content-Length: -1"),
      "a length in hex": post(world, "/v1/messages", "Content-Length: 0x5"),
    }),
  A07: (world) =>
    sendSmuggled(world, {
      xchunked: post(world, "/v1/messages", "Transfer-Encoding: xchunked"),
      identity: post(world, "/v1/messages", "Transfer-Encoding: identity"),
      "chunked, then something": post(world, "/v1/messages", "Transfer-Encoding: chunked, x"),
      gzip: post(world, "/v1/messages", "Transfer-Encoding: gzip"),
    }),
  A08: (world) =>
    send(world, {
      all: `GET /v1/models HTTP/1.1\n${host}\n${bearer(world)}\n\n`,
      "after a header": `GET /v1/models HTTP/1.1\r\n${host}\n${bearer(world)}\r\n\r\n`,
      "after the key": `GET /v1/models HTTP/1.1\r\n${host}\r\n${bearer(world)}\n\r\n`,
      "in front of the body": `POST /v1/messages HTTP/1.1\r\n${host}\r\nContent-Length: 2\n\n{}`,
    }),
  A10: (world) =>
    send(world, {
      space: models(world, host, "X-A: a", " b"),
      tab: models(world, host, "X-A: a", "\tb"),
      "of the host": models(world, "Host: localhost", " .evil.test"),
    }),
  A11: (world) =>
    send(world, {
      space: models(world, host, "X : a"),
      tab: models(world, host, "X\t: a"),
      "of the host": models(world, "Host : localhost"),
      "of the length": post(world, "/v1/messages", "Content-Length : 5"),
    }),
  A13: (world) =>
    send(world, {
      path: lines(`GET /v1/${"a".repeat(20_000)} HTTP/1.1`, host, bearer(world)),
      query: lines(`GET /v1/models?q=${"a".repeat(20_000)} HTTP/1.1`, host, bearer(world)),
      slashes: lines(`GET /v1/models${"/".repeat(20_000)} HTTP/1.1`, host, bearer(world)),
    }),
  A14: (world) =>
    send(world, {
      one: models(world, host, `X-A: ${"a".repeat(20_000)}`),
      "a cookie": models(world, host, `Cookie: a=${"a".repeat(20_000)}`),
      many: models(
        world,
        host,
        ...Array.from({ length: 400 }, (_, i) => `X-${i}: ${"a".repeat(50)}`),
      ),
    }),
  A16: async (world) => {
    const observed = await onRoutes(world, everyKind, "TRACE", {
      method: "TRACE",
      headers: { "X-Echo": "an echo of it" },
    });
    for (const { answer } of observed) {
      expect(answer.text + [...answer.headers].join()).not.toContain("an echo of it");
      expect(answer.headers.get("allow")).toMatch(/^(POST|GET, HEAD(, POST)?)$/);
    }
    return observed;
  },
  A17: (world) =>
    send(world, {
      "another host": lines("CONNECT x:80 HTTP/1.1", "Host: x:80"),
      ourselves: lines(`CONNECT ${new URL(world.door.origin).host} HTTP/1.1`, host),
      "a path": lines("CONNECT /v1/models HTTP/1.1", host, bearer(world)),
    }),
  A19: (world) =>
    send(world, {
      "%zz": [lines("GET /v1/%zz HTTP/1.1", host, close, bearer(world)), "rest"],
      "a lone %": [lines("GET /v1/models/% HTTP/1.1", host, close, bearer(world)), "openai"],
      "half a character": [lines("GET /v1/resources/%E0%A4%A HTTP/1.1", host, close), "rest"],
      "an overlong slash": [lines("GET /v1/messages/%c0%af HTTP/1.1", host, close), "anthropic"],
      "a surrogate": [lines("GET /v1/keys/%ed%a0%80 HTTP/1.1", host, close), "rest"],
    }),
  A20: (world) =>
    send(world, {
      "after a route": [lines("GET /v1/models%00 HTTP/1.1", host, close, bearer(world)), "rest"],
      "in a name": [
        lines("GET /v1/models/gpt-4%00 HTTP/1.1", host, close, bearer(world)),
        "openai",
      ],
      "in an id": [lines("GET /v1/resources/a%00b HTTP/1.1", host, close), "rest"],
      "on messages": [lines("POST /v1/messages/%00 HTTP/1.1", host, close), "anthropic"],
    }),
  A22: (world) =>
    Promise.all([
      ...generations.map(({ dialect, path }) =>
        stall(world, path, dialect, `${post(world, path, "Content-Length: 10")}{"`),
      ),
      stall(
        world,
        "chunks",
        "openai",
        `${post(world, "/v1/embeddings", "Transfer-Encoding: chunked")}2\r\n{"`,
      ),
      stall(world, "no byte at all", "rest", post(world, "/v1/resources", "Content-Length: 10")),
      // A byte now and then is no better than none.
      stall(
        world,
        "drops",
        "anthropic",
        `${post(world, "/v1/messages", "Content-Length: 99")}{`,
        " ",
      ),
    ]),
  A23: slowloris,
  A25: (world) =>
    send(world, {
      models: models(world, host, "Connection: Upgrade", "Upgrade: websocket"),
      "a generation": post(
        world,
        "/v1/chat/completions",
        "Connection: Upgrade",
        "Upgrade: websocket",
      ),
      "another path": lines("GET / HTTP/1.1", host, "Connection: Upgrade", "Upgrade: websocket"),
      "a whole handshake": models(
        world,
        host,
        "Connection: keep-alive, Upgrade",
        "Upgrade: WebSocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      ),
      "HTTP/2": models(
        world,
        host,
        "Connection: Upgrade, HTTP2-Settings",
        "Upgrade: h2c",
        "HTTP2-Settings: AAMAAABkAAQAAP__",
      ),
    }),
  A26: (world) =>
    send(world, {
      models: lines("GET /v1/models HTTP/1.0", bearer(world)),
      messages: [lines("POST /v1/messages HTTP/1.0", bearer(world)), "anthropic"],
      resources: [lines("GET /v1/resources HTTP/1.0"), "rest"],
    }),
  A28: async (world) => {
    const kinds = [
      "gzip",
      "deflate",
      "br",
      "zstd",
      "x-gzip",
      "gzip, identity",
      "GZIP",
      "aes128gcm",
    ];
    const plain = await Promise.all(
      kinds.map((encoding) =>
        onRoutes(world, generations, encoding, {
          headers: { "Content-Encoding": encoding, "Content-Type": "application/json" },
          body: gzipSync("{}"),
        }),
      ),
    );
    return [...plain.flat(), ...(await sendBomb(world))];
  },
  A29: async (world) => {
    const next = models(world, host, close);
    const firsts = {
      "with a length": `${models(world, host, "Content-Length: 5")}hello`,
      "in chunks": `${models(world, host, "Transfer-Encoding: chunked")}5\r\nhello\r\n0\r\n\r\n`,
      JSON: `${models(world, host, "Content-Type: application/json", "Content-Length: 1")}{`,
    };
    const seen = Object.entries(firsts).map(async ([variant, first]) => {
      const { answers } = await exchange(world.door.origin, first + next);
      expect(answers, variant).toHaveLength(2);
      return answers.map((answer) => ({ variant, dialect: "openai" as const, answer }));
    });
    return (await Promise.all(seen)).flat();
  },
  A31: async (world) => {
    const paths = ["/v1/models", "/v1/models/gpt-4", "/v1/resources", "/v1/balance", "/v1/usage"];
    return Promise.all(
      paths.map(async (path) => {
        const [get, head] = [await world.ask({ path }), await world.ask({ path, method: "HEAD" })];
        sameHeaders(get, head);
        const bytes = spell({
          path,
          method: "HEAD",
          headers: { Authorization: `Bearer ${world.key.secret}` },
        });
        // Read as if it had a body: there must be none.
        const { answers } = await exchange(world.door.origin, bytes, { isHead: true });
        expect(answers).toHaveLength(1);
        return { variant: path, dialect: "rest" as const, answer: head };
      }),
    );
  },
  A32: (world) =>
    Promise.all(
      wrongMethods.map(async ([method, path, dialect, allow]) => {
        const answer = await world.ask({ method, path });
        expect([method, path, answer.headers.get("allow")]).toEqual([method, path, allow]);
        const details = { allowed: [...allow.split(", ")] };
        if (dialect === "rest")
          expect(JSON.parse(answer.text)).toMatchObject({ error: { details } });
        return { variant: `${method} ${path}`, dialect, answer };
      }),
    ),
  A34: (world) =>
    Promise.all(
      unknownPaths.map(async ([path, dialect]) => ({
        variant: path,
        dialect,
        answer: await world.ask({ path, secret: null }),
      })),
    ),
};
