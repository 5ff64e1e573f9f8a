import { request } from "node:http";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  type TestDoor,
} from "@/lib/gateway/testing/gateway";

let door: TestDoor;
let secret: string;

beforeAll(async () => {
  door = await openTestDoor();
  const tenant = await createTenant(door.sql, { planId: "enterprise" });
  secret = (await createTestKey(door.sql, tenant, { environment: "test" })).secret;
});
afterAll(() => door.close());

const msMax = 4_000;
const paths = [
  "/v1/chat/completions",
  "/v1/messages",
  "/v1/messages/count_tokens",
  "/v1/embeddings",
] as const;
const path = fc.constantFrom(...paths);

interface Answer {
  status: number;
  type: string;
  text: string;
}

/** By Node's own client, which sends headers as they are given. */
function send(to: string, headers: Record<string, string>, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${door.origin}${to}`, { method: "POST", headers }, (incoming) => {
      let text = "";
      incoming.setEncoding("utf8");
      incoming.on("data", (chunk) => {
        text += chunk;
      });
      incoming.on("end", () => {
        const { statusCode = 0, headers: given } = incoming;
        resolve({ status: statusCode, type: given["content-type"] ?? "", text });
      });
      incoming.on("error", reject);
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** What must hold of every answer, good or bad. */
function judge(to: string, { status, type, text }: Answer): void {
  expect(status, text).toBeLessThan(500);
  expect(status).toBeGreaterThanOrEqual(200);
  if (type.startsWith("text/event-stream")) {
    expect(text).toMatch(to === "/v1/messages" ? /event: message_stop\n/ : /data: \[DONE\]\n/);
    return;
  }
  expect(type).toBe("application/json");
  const body: unknown = JSON.parse(text);
  if (status === 200) return;
  const error = { type: expect.any(String), message: expect.stringMatching(/.{5,}/) };
  expect(body).toEqual(
    to.startsWith("/v1/messages")
      ? { type: "error", error, request_id: expect.stringMatching(/^req_/) }
      : {
          error: {
            ...error,
            code: expect.any(String),
            param: body instanceof Object ? expect.toSatisfy(isParam) : null,
          },
        },
  );
}

const isParam = (param: unknown) => param === null || typeof param === "string";

async function expectAlive(): Promise<void> {
  const body = JSON.stringify({ model: "gpt-4", messages: [{ role: "user", content: "Hi" }] });
  const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
  expect((await send("/v1/chat/completions", headers, body)).status).toBe(200);
}

const word = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.constantFrom(
    "user",
    "assistant",
    "tool",
    "system",
    "text",
    "image_url",
    "tool_use",
    "function",
  ),
  fc.constantFrom(
    "tool_result",
    "auto",
    "required",
    "gpt-4",
    "mock-slow",
    "data:image/png;base64,A",
  ),
);
const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -1, 1, 2 ** 53, 1e308, 0.5));
const scalar = fc.oneof(word, number, fc.boolean(), fc.constant(null));
const name = fc.oneof(
  fc.constantFrom(
    ...["type", "role", "content", "text", "name", "id", "input", "function", "arguments", "url"],
    ...["source", "data", "media_type", "tool_use_id", "tool_call_id", "tool_calls", "image_url"],
    ...[
      "parameters",
      "input_schema",
      "properties",
      "required",
      "items",
      "enum",
      "$ref",
      "minItems",
    ],
  ),
  word,
);
const anything = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: "medium" },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(name, tie("value"), { maxKeys: 5 }),
  ),
})).value;

const turn = fc.record({
  role: fc.constantFrom("user", "assistant", "system"),
  content: fc.oneof(
    { weight: 4, arbitrary: fc.string({ maxLength: 20 }) },
    {
      weight: 4,
      arbitrary: fc.array(
        fc.record({ type: fc.constant("text"), text: fc.string({ maxLength: 9 }) }),
        { minLength: 1, maxLength: 3 },
      ),
    },
    { weight: 1, arbitrary: anything },
  ),
});
const toolOf = (schema: unknown) => ({
  type: "function",
  function: { name: "f", parameters: schema },
  name: "f",
  input_schema: schema,
});
/** Fields that mean something to one protocol or the other, right and wrong values mixed. */
const fields = fc.record(
  {
    input: fc.oneof(fc.array(word), anything),
    max_tokens: fc.oneof(fc.integer({ min: 1, max: 5 }), number),
    n: fc.oneof(fc.integer({ min: 1, max: 3 }), number),
    stop: anything,
    stop_sequences: fc.oneof(fc.array(word), anything),
    temperature: number,
    top_p: number,
    logprobs: fc.oneof(fc.boolean(), scalar),
    top_logprobs: number,
    tools: fc.oneof(
      anything.map((schema) => [toolOf({ type: "object", items: schema })]),
      anything,
    ),
    tool_choice: fc.oneof(fc.constantFrom("required", "auto", { type: "any" }), anything),
    response_format: fc.oneof(
      anything.map((schema) => ({ type: "json_schema", json_schema: { name: "s", schema } })),
      anything,
    ),
    output_config: anything.map((schema) => ({ format: { type: "json_schema", schema } })),
    functions: anything,
    metadata: anything,
    system: fc.oneof(word, anything),
    thinking: anything,
    stream: fc.oneof(
      { weight: 8, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: scalar },
    ),
    stream_options: anything,
    seed: number,
    user: scalar,
    encoding_format: fc.constantFrom("float", "base64", "x"),
    dimensions: fc.oneof(fc.integer({ min: 1, max: 64 }), number),
    extra: anything,
  },
  { requiredKeys: [] },
);

/** Right in what every request has, so that one or two other fields decide. */
const body = fc.record({
  model: fc.constantFrom("gpt-4", "glm-4.7", "claude-haiku-4-5-20251001"),
  messages: fc.array(turn, { minLength: 1, maxLength: 3 }),
});
const nearlyGood = fc.tuple(body, fields, fc.nat(), fc.nat(2)).map(([base, more, start, count]) => {
  const entries = Object.entries(more);
  const at = entries.length === 0 ? 0 : start % entries.length;
  return { ...base, ...Object.fromEntries(entries.slice(at, at + count)) };
});
const anyBody = fc.oneof(
  { weight: 6, arbitrary: nearlyGood },
  { weight: 1, arbitrary: fc.tuple(body, fields).map(([base, more]) => ({ ...base, ...more })) },
  { weight: 1, arbitrary: fields },
  { weight: 1, arbitrary: anything },
);

/** The same with the one model that makes embeddings, where that is the route. */
function suited(to: string, value: unknown): unknown {
  const isEmbedding = to === "/v1/embeddings" && value instanceof Object && "model" in value;
  return isEmbedding ? { input: ["a"], ...value, model: "text-embedding-3-small" } : value;
}

describe("whatever comes", () => {
  const fuzz = { interruptAfterTimeLimit: msMax, numRuns: 2_000, endOnFailure: true };

  it("as a body, the answer is the protocol's own and never a 5xx", async () => {
    const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
    let taken = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(path, anyBody), { minLength: 8, maxLength: 8 }), (batch) =>
        Promise.all(
          batch.map(async ([to, value]) => {
            const answer = await send(to, headers, JSON.stringify(suited(to, value)) ?? "");
            judge(to, answer);
            if (answer.status === 200) taken++;
            else refused++;
          }),
        ).then(() => undefined),
      ),
      fuzz,
    );
    // Neither all wrong nor all right, or it would have looked at one half only.
    expect(taken).toBeGreaterThan(1);
    expect(refused).toBeGreaterThan(1);
    await expectAlive();
  });

  it("as text that may not be JSON, the same", async () => {
    const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
    const broken = fc
      .tuple(body, fc.nat(), fc.string({ unit: "binary", maxLength: 3 }))
      .map(([value, at, noise]) => {
        const text = JSON.stringify(value);
        const cut = at % text.length;
        return text.slice(0, cut) + noise + text.slice(cut + noise.length);
      });
    await fc.assert(
      fc.asyncProperty(path, broken, async (to, text) => {
        judge(to, await send(to, headers, text));
      }),
      { ...fuzz, interruptAfterTimeLimit: msMax / 2 },
    );
    await expectAlive();
  });

  it("in the headers, the same", async () => {
    const value = fc.string({ unit: "grapheme-ascii", maxLength: 60 });
    const headers = fc.record(
      {
        authorization: fc.oneof(
          value,
          value.map((text) => `Bearer ${text}`),
          fc.nat(60).map((at) => `Bearer ${secret.slice(0, at)}x${secret.slice(at + 1)}`),
          fc.constant(`Bearer ${"0".repeat(5)}`),
        ),
        "x-api-key": value,
        "content-type": fc.oneof(value, fc.constant("application/json; charset=utf-8")),
        "content-encoding": fc.oneof(value, fc.constant("identity")),
        accept: value,
        "accept-encoding": value,
        "anthropic-version": value,
        "anthropic-beta": value,
        "idempotency-key": value,
        "user-agent": value,
        "x-forwarded-for": value,
        "x-request-id": value,
        origin: value,
      },
      { requiredKeys: [] },
    );
    const good = JSON.stringify({ model: "gpt-4", messages: [{ role: "user", content: "Hi" }] });
    await fc.assert(
      fc.asyncProperty(path, headers, fc.boolean(), async (to, given, isKnown) => {
        const known = isKnown ? { authorization: `Bearer ${secret}` } : {};
        judge(to, await send(to, { ...given, ...known }, good));
      }),
      { ...fuzz, interruptAfterTimeLimit: msMax / 2 },
    );
    await expectAlive();
  });
});
