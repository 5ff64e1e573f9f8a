import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { applyConfiguration } from "@/db/configuration";
import { Configuration } from "@/lib/configuration";
import { openTestDoor, type TestDoor, testSettings } from "@/lib/gateway/testing/gateway";
import { mockCredential } from "@/lib/gateway/testing/mock-upstream";
import { type Caller, newCallerOf } from "@/lib/gateway/testing/provided-door";
import {
  type RawAnswer,
  type RawUpstream,
  spellAnswer,
  startRawUpstream,
} from "@/lib/gateway/testing/raw-upstream";

let door: TestDoor;
let upstream: RawUpstream;
let caller: Caller;
/** What the provider does with the next requests, in order; then it answers. */
let scripts: RawAnswer[] = [];

/** Numbers that 32 bits can't hold exactly, so that a change on the way would show. */
const numbers = [0.0023064255, -0.009327292, 1e-7];
const nanosPerMtok = 20_000_003n;

function base64Of(vector: readonly number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString("base64");
}

/** A list as the provider writes it, one vector for each input, counted by words. */
function list(inputs: unknown[], encoding: unknown, more: object = {}): string {
  const data = inputs.map((_, index) => {
    const vector = numbers.map((value) => value * (index + 1));
    return {
      object: "embedding",
      index,
      embedding: encoding === "base64" ? base64Of(vector) : vector,
    };
  });
  const usage = { prompt_tokens: 5 * inputs.length, total_tokens: 5 * inputs.length };
  return JSON.stringify({ object: "list", data, model: "vendor-embed", usage, ...more });
}

const inputsOf = (input: unknown): unknown[] =>
  Array.isArray(input) && typeof input[0] !== "number" ? input : [input];

const answer: RawAnswer = (socket, request) => {
  const script = scripts.shift();
  if (script) return script(socket, request);
  const { input, encoding_format } = request.body;
  socket.write(spellAnswer(200, list(inputsOf(input), encoding_format)));
};

beforeAll(async () => {
  door = await openTestDoor();
  upstream = await startRawUpstream(answer);
  const shared = {
    kind: "openai",
    api_key: mockCredential,
    allow_private: true,
    timeouts: { first_byte_ms: 300, idle_ms: 300 },
  };
  const base_url = `http://127.0.0.1:${upstream.port}/v1`;
  const configuration = Configuration.parse({
    upstreams: [
      { id: "embedder", base_url, ...shared },
      { id: "talker", ...shared, kind: "anthropic", base_url },
    ],
    models: [
      {
        id: "embed-1",
        upstreams: ["embedder"],
        upstream_model: "vendor-embed",
        context_tokens: 8_192,
        output_tokens_max: 0,
        price: { input_usd_per_mtok: "0.020000003", output_usd_per_mtok: "0" },
      },
    ],
  });
  await applyConfiguration(door.database.db, configuration, testSettings.credentialKey);
});
afterAll(async () => {
  await door.close();
  await upstream.close();
});
beforeEach(async () => {
  scripts = [];
  caller = await newCallerOf(door);
});

const costOf = (tokens: number) => (BigInt(tokens) * nanosPerMtok + 999_999n) / 1_000_000n;
const post = (body: object) =>
  fetch(`${door.origin}/v1/embeddings`, {
    method: "POST",
    headers: { authorization: `Bearer ${caller.key.secret}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "embed-1", input: "Hello", ...body }),
  });
const openAi = () =>
  new OpenAI({ apiKey: caller.key.secret, baseURL: `${door.origin}/v1`, maxRetries: 0 });
const lastRequest = () => upstream.requests[upstream.requests.length - 1];
/** An answer with these bytes, whatever was asked. */
const say =
  (text: string, status = 200): RawAnswer =>
  (socket) => {
    socket.write(spellAnswer(status, text));
  };

describe("embeddings of a real provider", () => {
  it.each(["float", "base64"] as const)(
    "are handed on untouched as %s, and billed by its count",
    async (encoding) => {
      const response = await post({ encoding_format: encoding, input: ["a", "b"] });
      expect(response.status).toBe(200);
      const body = await response.json();
      const expected = JSON.parse(list(["a", "b"], encoding));
      expect(body).toEqual({ ...expected, model: "embed-1" });
      const row = await caller.settled();
      expect(row).toMatchObject({
        outcome: "ok",
        inputTokens: 10,
        outputTokens: 0,
        estimated: false,
      });
      expect(row.costNanos).toBe(costOf(10));
      expect(response.headers.get("x-request-cost")).toBe("0.000000201");
    },
  );

  it("reach OpenAI's SDK, which asks for base64 by itself", async () => {
    const { data, usage } = await openAi().embeddings.create({ model: "embed-1", input: "Hello" });
    expect(lastRequest()?.body.encoding_format).toBe("base64");
    expect(data[0]?.embedding.map((value) => value.toPrecision(6))).toEqual(
      numbers.map((value) => value.toPrecision(6)),
    );
    expect(usage).toEqual({ prompt_tokens: 5, total_tokens: 5 });
  });

  it("are asked for in the caller's own words, under the provider's name and key", async () => {
    const extra = {
      dimensions: 3,
      user: "u1",
      input: [1, 2, 3],
      encoding_format: "float",
      new_field: [null],
    };
    expect((await post(extra)).status).toBe(200);
    expect(lastRequest()?.path).toBe("/v1/embeddings");
    expect(lastRequest()?.headers.get("authorization")).toBe(`Bearer ${mockCredential}`);
    expect(lastRequest()?.body).toEqual({ model: "vendor-embed", ...extra });
  });

  it("come as they were asked for, from a provider that knows one encoding only", async () => {
    scripts = [say(list(["a"], "float")), say(list(["a"], "base64"))];
    const packed = await (await post({ encoding_format: "base64" })).json();
    expect(packed.data[0].embedding).toBe(base64Of(numbers));
    const plain = await (await post({})).json();
    expect(plain.data[0].embedding).toEqual(numbers.map(Math.fround));
  });

  it("come in the order of the inputs, whatever order the provider has", async () => {
    const told = JSON.parse(list(["a", "b", "c"], "float"));
    scripts = [say(JSON.stringify({ ...told, data: [told.data[2], told.data[0], told.data[1]] }))];
    const { data } = await (await post({ input: ["a", "b", "c"] })).json();
    expect(data).toEqual(told.data);
  });

  it.each([
    ["no list", "{}"],
    ["a chat", '{"choices":[]}'],
    ["too few", list([], "float")],
    ["too many", list(["a", "b"], "float")],
    [
      "one place twice",
      JSON.stringify({
        data: [
          { index: 0, embedding: [1] },
          { index: 0, embedding: [1] },
        ],
      }),
    ],
    ["a place beyond", JSON.stringify({ data: [{ index: 1, embedding: [1] }] })],
    ["an empty vector", JSON.stringify({ data: [{ index: 0, embedding: [] }] })],
    ["no numbers", JSON.stringify({ data: [{ index: 0, embedding: ["x", null] }] })],
    ["base64 that isn't", JSON.stringify({ data: [{ index: 0, embedding: "!!!" }] })],
  ])("P6 %s is 502, and free", async (_, text) => {
    scripts = [say(text)];
    const response = await post({});
    expect(response.status).toBe(502);
    expect((await response.json()).error.code).toBe("upstream_error");
    expect(await caller.settled()).toMatchObject({ outcome: "failed", costNanos: 0n });
  });

  it.each([
    [400, 400, "invalid_value"],
    [401, 502, "upstream_error"],
    [404, 502, "upstream_error"],
    [429, 503, "overloaded"],
    [500, 502, "upstream_error"],
  ])("P6 a provider's %i is %i, in our words, and free", async (theirs, ours, code) => {
    const text = JSON.stringify({
      error: { message: `mock-provider ${mockCredential}`, param: "input" },
    });
    scripts = [say(text, theirs), say(text, theirs), say(text, theirs)];
    const response = await post({});
    expect(response.status).toBe(ours);
    const body = await response.text();
    expect(JSON.parse(body).error.code).toBe(code);
    expect(body).not.toMatch(/mock-provider|CANARY|vendor/);
    if (ours === 400) expect(JSON.parse(body).error.param).toBe("input");
    expect(await caller.settled()).toMatchObject({ outcome: "failed", costNanos: 0n });
  });

  it("P16 silence is 504, and a body that is cut short is charged for its input", async () => {
    scripts = [() => undefined];
    expect((await post({})).status).toBe(504);
    expect(await caller.settled()).toMatchObject({ outcome: "failed", costNanos: 0n });
    caller = await newCallerOf(door);
    scripts = [say(list(["a"], "float").slice(0, 40))];
    expect((await post({})).status).toBe(502);
    const row = await caller.settled();
    expect(row).toMatchObject({ outcome: "upstream_error", estimated: true });
    expect(row.costNanos).toBe(costOf(row.inputTokens));
    expect(row.inputTokens).toBeGreaterThan(0);
  });

  it.each([
    ["none", undefined],
    ["negative", { prompt_tokens: -5, total_tokens: -5 }],
    ["a string", { prompt_tokens: "5", total_tokens: "5" }],
    ["1e308", { prompt_tokens: 1e308, total_tokens: 1e308 }],
  ])("G16 usage that lies (%s) is held to what was set aside, and marked", async (_, usage) => {
    scripts = [say(list(["Hello"], "float", { usage }))];
    const { usage: told } = await (await post({})).json();
    const row = await caller.settled();
    expect(row).toMatchObject({ outcome: "ok", estimated: true });
    expect(row.inputTokens).toBeGreaterThan(0);
    expect(row.inputTokens).toBeLessThan(100);
    expect(row.costNanos).toBe(costOf(row.inputTokens));
    expect(told).toEqual({ prompt_tokens: row.inputTokens, total_tokens: row.inputTokens });
  });

  it("what the provider counts is never more than what is set aside for a text", async () => {
    // A token for each byte is the most that there can be.
    const input = "é".repeat(500);
    scripts = [
      say(list([input], "float", { usage: { prompt_tokens: 1_000, total_tokens: 1_000 } })),
    ];
    expect((await post({ input })).status).toBe(200);
    expect(await caller.settled()).toMatchObject({ inputTokens: 1_000, estimated: false });
  });

  it("a model that makes embeddings can't be given to a provider that makes none", () => {
    const file = {
      upstreams: [{ id: "a", kind: "anthropic", base_url: "https://api.example.com" }],
      models: [
        {
          ...{ id: "m", upstreams: ["a"], context_tokens: 100, output_tokens_max: 0 },
          price: { input_usd_per_mtok: "1", output_usd_per_mtok: "0" },
        },
      ],
    };
    expect(Configuration.safeParse(file).error?.issues[0]?.message).toContain(
      "makes no embeddings",
    );
  });
});
