import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  readBooks,
  type TestDoor,
} from "@/lib/gateway/testing/gateway";
import { usdToNanos } from "@/lib/money";

let door: TestDoor;
let strict: TestDoor;
let secret: string;

beforeAll(async () => {
  [door, strict] = await Promise.all([
    openTestDoor(),
    openTestDoor({ settings: { requiresMaxTokens: true } }),
  ]);
  secret = await newKey(door, "50");
});
afterAll(() => Promise.all([door.close(), strict.close()]));

async function newKey(at: TestDoor, balanceUsd: string): Promise<string> {
  const tenant = await createTenant(at.sql, { balanceUsd, planId: "enterprise" });
  return (await createTestKey(at.sql, tenant)).secret;
}

function post(path: string, body: unknown, options: { at?: TestDoor; key?: string } = {}) {
  return fetch(`${(options.at ?? door).origin}${path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${options.key ?? secret}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(body),
  });
}

const messages = [{ role: "user", content: "Hello" }];
const hello = { model: "gpt-4", messages };
const chat = "/v1/chat/completions";

/** The data of each event of a stream. */
async function eventsOf(response: Response): Promise<unknown[]> {
  const text = await response.text();
  return text
    .split("\n")
    .filter((line) => line.startsWith("data: {"))
    .map((line) => JSON.parse(line.slice(6)));
}

const parameters = {
  type: "object",
  properties: { a: { type: "integer", minimum: 7 } },
  required: ["a"],
};
const openAiCall = {
  ...hello,
  tools: [{ type: "function", function: { name: "f", parameters } }],
  tool_choice: "required",
};
const anthropicCall = {
  ...hello,
  tools: [{ name: "f", input_schema: parameters }],
  tool_choice: { type: "any" },
};

describe("a request against its model", () => {
  it("E04 names no model that isn't there, however it is spelt", async () => {
    for (const model of ["../gpt", "gpt\r\nX: y", "http://evil/", "GPT-4", "gpt-4 "]) {
      for (const path of [chat, "/v1/messages", "/v1/messages/count_tokens"]) {
        const response = await post(path, { ...hello, model });
        expect(response.status).toBe(404);
        expect((await response.json()).error.message).toBe(`model: ${model}`);
      }
    }
  });

  it("E10 asks for no more tokens than it gives, and is told by the field it used", async () => {
    for (const field of ["max_tokens", "max_completion_tokens"]) {
      const response = await post(chat, { ...hello, [field]: 8_193 });
      expect(response.status).toBe(400);
      expect((await response.json()).error).toMatchObject({ param: field, code: "invalid_value" });
    }
  });

  it("E13 holds the price of all n answers", async () => {
    // One answer of 100 tokens is $0.006 of output, and its input a few hundredths of a cent.
    const key = await newKey(door, "0.0075");
    const body = { ...hello, max_tokens: 100 };
    expect((await post(chat, { ...body, n: 8 }, { key })).status).toBe(402);
    expect((await post(chat, body, { key })).status).toBe(200);
  });

  it("E19 a schema of 200 levels is a wrong parameter, not unreadable JSON", async () => {
    let deep: object = { type: "string" };
    for (let i = 0; i < 200; i++) deep = { type: "object", properties: { a: deep } };
    const inOpenAi = await post(chat, {
      ...hello,
      tools: [{ type: "function", function: { name: "f", parameters: deep } }],
    });
    expect(inOpenAi.status).toBe(400);
    expect((await inOpenAi.json()).error).toMatchObject({
      code: "invalid_value",
      param: "tools.0.function.parameters",
    });
    const inAnthropic = await post("/v1/messages", {
      ...hello,
      tools: [{ name: "f", input_schema: deep }],
    });
    expect(inAnthropic.status).toBe(400);
    expect((await inAnthropic.json()).error.message).toContain("tools.0.input_schema");
  });

  it("E26 may leave max_tokens out of a message, unless the deployment is strict", async () => {
    expect((await post("/v1/messages", hello)).status).toBe(200);
    const key = await newKey(strict, "5");
    const response = await post("/v1/messages", hello, { at: strict, key });
    expect(response.status).toBe(400);
    expect((await response.json()).error).toEqual({
      type: "invalid_request_error",
      message: "Invalid request error: max_tokens: field required",
    });
    const named = { ...hello, max_tokens: 5 };
    expect((await post("/v1/messages", named, { at: strict, key })).status).toBe(200);
    const counted = await post("/v1/messages/count_tokens", hello, { at: strict, key });
    expect(counted.status).toBe(200);
  });

  it("a prompt beyond the model's context is refused, and not counted to its end", async () => {
    const long = { ...hello, messages: [{ role: "user", content: "a ".repeat(9_000) }] };
    for (const path of [chat, "/v1/messages", "/v1/messages/count_tokens"]) {
      const response = await post(path, long);
      expect(response.status).toBe(400);
      expect((await response.json()).error.message).toMatch(
        /prompt is too long: \d+ tokens > 8192/,
      );
    }
  });

  it("an embeddings model doesn't chat", async () => {
    const response = await post(chat, { ...hello, model: "text-embedding-3-small" });
    expect(response.status).toBe(400);
    expect((await response.json()).error.param).toBe("model");
  });
});

describe("a tool call on the wire", () => {
  it("comes in OpenAI's chunks: the name first, then pieces of its arguments", async () => {
    const events = await eventsOf(await post(chat, { ...openAiCall, stream: true }));
    const choices = events.map((event) => Reflect.get(Object(event), "choices")[0]);
    const [open, start, ...rest] = choices;
    expect(open.delta).toEqual({ role: "assistant", content: null, refusal: null });
    expect(start.delta.tool_calls).toEqual([
      {
        index: 0,
        id: expect.stringMatching(/^call_/),
        type: "function",
        function: { name: "f", arguments: "" },
      },
    ]);
    const end = rest.pop();
    expect(end).toMatchObject({ delta: {}, finish_reason: "tool_calls" });
    for (const piece of rest) {
      expect(piece.delta.tool_calls).toEqual([
        { index: 0, function: { arguments: expect.any(String) } },
      ]);
      expect(piece.finish_reason).toBeNull();
    }
    const json = rest.map((piece) => piece.delta.tool_calls[0].function.arguments).join("");
    expect(JSON.parse(json)).toEqual({ a: 7 });
  });

  it("comes in Anthropic's events: one block with its input in pieces", async () => {
    const events = await eventsOf(await post("/v1/messages", { ...anthropicCall, stream: true }));
    const named = events.filter(
      (event) => Reflect.get(Object(event), "type") !== "content_block_delta",
    );
    expect(named).toMatchObject([
      { type: "message_start", message: { content: [], stop_reason: null } },
      { type: "ping" },
      {
        type: "content_block_start",
        index: 0,
        content_block: { type: "tool_use", id: expect.stringMatching(/^toolu_/), input: {} },
      },
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: "tool_use", stop_sequence: null } },
      { type: "message_stop" },
    ]);
    const pieces = events.flatMap((event) => {
      const delta = Reflect.get(Object(event), "delta");
      return delta?.type === "input_json_delta" ? [delta.partial_json] : [];
    });
    expect(pieces.length).toBeGreaterThan(1);
    expect(JSON.parse(pieces.join(""))).toEqual({ a: 7 });
  });

  it("that is cut by max_tokens says so, and is billed for what there is", async () => {
    const openAi = await (await post(chat, { ...openAiCall, max_tokens: 2 })).json();
    expect(openAi.choices[0].finish_reason).toBe("length");
    expect(openAi.usage.completion_tokens).toBe(2);
    const anthropic = await (
      await post("/v1/messages", { ...anthropicCall, max_tokens: 2 })
    ).json();
    expect(anthropic).toMatchObject({ stop_reason: "max_tokens", usage: { output_tokens: 2 } });
    expect(anthropic.content[0]).toMatchObject({ type: "tool_use", input: {} });
  });

  it("costs the same whole, streamed, and through either protocol", async () => {
    const tenant = await createTenant(door.sql, { balanceUsd: "5" });
    const { secret: key } = await createTestKey(door.sql, tenant);
    const costs: bigint[] = [];
    let before = 0n;
    for (const stream of [false, true]) {
      for (const [path, body] of [
        [chat, openAiCall],
        ["/v1/messages", anthropicCall],
      ] as const) {
        const response = await post(path, { ...body, stream }, { key });
        await response.text();
        const { usedNanos, heldNanos } = await readBooks(door.sql, tenant.workspaceId);
        expect(heldNanos).toBe(0n);
        costs.push(usedNanos - before);
        before = usedNanos;
      }
    }
    expect(new Set(costs).size).toBe(1);
    expect(costs[0]).toBeGreaterThan(usdToNanos("0.0001"));
  });
});
