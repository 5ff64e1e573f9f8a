import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestKey, readBooks } from "@/lib/gateway/testing/gateway";
import {
  type MockUpstream,
  mockCall,
  mockCredential,
  mockThought,
  mockWords,
} from "@/lib/gateway/testing/mock-upstream";
import {
  type Caller,
  messages,
  newCaller,
  openProvidedDoor,
  type ProvidedDoor,
  trueCost,
} from "@/lib/gateway/testing/provided-door";

let provided: ProvidedDoor;
let caller: Caller;
const text = mockWords.join("");
const tool = { name: "get_weather", parameters: { type: "object", properties: {} } };

beforeAll(async () => {
  provided = await openProvidedDoor();
});
afterAll(() => provided.close());
beforeEach(async () => {
  caller = await newCaller(provided);
});

const upstreamOf = (model: string): MockUpstream =>
  model === "of-openai" ? provided.openai : provided.anthropic;
const lastOf = (model: string) => {
  const { exchanges } = upstreamOf(model);
  const last = exchanges[exchanges.length - 1];
  if (!last) throw new Error("the mock wasn't asked");
  return last;
};
const openAi = () =>
  new OpenAI({ apiKey: caller.key.secret, baseURL: `${provided.door.origin}/v1`, maxRetries: 0 });
const anthropic = () =>
  new Anthropic({ apiKey: caller.key.secret, baseURL: provided.door.origin, maxRetries: 0 });

async function expectBilled(model: string) {
  const exchange = lastOf(model);
  const row = await caller.settled();
  expect(exchange.isComplete).toBe(true);
  expect(row).toMatchObject({ status: 200, outcome: "ok", estimated: false });
  expect(row.costNanos).toBe(trueCost(exchange));
}

describe.each(["of-openai", "of-anthropic"])("A7 P4 the model %s, by either SDK", (model) => {
  it("OpenAI's answers whole, and the bill is the provider's own to the nano-dollar", async () => {
    const answer = await openAi().chat.completions.create({ model, messages });
    expect(answer.choices[0]).toMatchObject({ message: { content: text }, finish_reason: "stop" });
    expect(answer.model).toBe(model);
    expect(answer.usage).toMatchObject({
      prompt_tokens: 17,
      completion_tokens: 6,
      total_tokens: 23,
    });
    await expectBilled(model);
  });

  it("OpenAI's streams, with usage where it is asked for", async () => {
    const stream = await openAi().chat.completions.create({
      ...{ model, messages, stream: true, stream_options: { include_usage: true } },
    });
    let said = "";
    let usage: unknown;
    for await (const chunk of stream) {
      said += chunk.choices[0]?.delta.content ?? "";
      expect(chunk.model).toBe(model);
      usage = chunk.usage ?? usage;
    }
    expect(said).toBe(text);
    expect(usage).toMatchObject({ prompt_tokens: 17, completion_tokens: 6, total_tokens: 23 });
    await expectBilled(model);
  });

  it("OpenAI's streams without a word of usage where it isn't", async () => {
    const response = await caller.post("openai", model, { stream: true });
    const body = await response.text();
    expect(body).not.toContain("usage");
    expect(body).not.toContain("vendor-");
    expect(body.endsWith("data: [DONE]\n\n")).toBe(true);
    await expectBilled(model);
  });

  it("Anthropic's answers whole", async () => {
    const answer = await anthropic().messages.create({ model, max_tokens: 100, messages });
    expect(answer).toMatchObject({ model, stop_reason: "end_turn" });
    expect(answer.content[0]).toMatchObject({ type: "text", text });
    expect(answer.usage).toMatchObject({ input_tokens: 17, output_tokens: 6 });
    await expectBilled(model);
  });

  it("Anthropic's streams", async () => {
    const stream = anthropic().messages.stream({ model, max_tokens: 100, messages });
    const answer = await stream.finalMessage();
    expect(answer).toMatchObject({ model, stop_reason: "end_turn" });
    expect(answer.content[0]).toMatchObject({ type: "text", text });
    expect(answer.usage).toMatchObject({ input_tokens: 17, output_tokens: 6 });
    await expectBilled(model);
  });

  it.each([false, true])("tools are called through OpenAI's SDK, streamed: %s", async (stream) => {
    upstreamOf(model).play({ does: "call" });
    const body = {
      ...{ model, messages, tools: [{ type: "function" as const, function: tool }] },
    };
    const answer = stream
      ? await openAi().chat.completions.stream(body).finalChatCompletion()
      : await openAi().chat.completions.create(body);
    const [choice] = answer.choices;
    expect(choice?.finish_reason).toBe("tool_calls");
    expect(choice?.message.tool_calls?.[0]).toMatchObject({ id: mockCall.id, type: "function" });
    const [call] = choice?.message.tool_calls ?? [];
    if (call?.type !== "function") throw new Error("no call");
    expect(call.function.name).toBe(mockCall.name);
    expect(JSON.parse(call.function.arguments)).toEqual(mockCall.input);
  });

  it.each([false, true])("and through Anthropic's, streamed: %s", async (stream) => {
    upstreamOf(model).play({ does: "call" });
    const tools = [{ name: tool.name, input_schema: { type: "object" as const } }];
    const body = { model, max_tokens: 100, messages, tools };
    const answer = stream
      ? await anthropic().messages.stream(body).finalMessage()
      : await anthropic().messages.create(body);
    expect(answer.stop_reason).toBe("tool_use");
    expect(answer.content[0]).toMatchObject({ type: "tool_use", ...mockCall });
  });

  it.each([false, true])("thinking reaches Anthropic's clients, streamed: %s", async (stream) => {
    upstreamOf(model).play({ does: "think" });
    const body = { model, max_tokens: 100, messages };
    const answer = stream
      ? await anthropic().messages.stream(body).finalMessage()
      : await anthropic().messages.create(body);
    expect(answer.content[0]).toMatchObject({ type: "thinking", thinking: mockThought });
    expect(answer.content[1]).toMatchObject({ type: "text", text });
  });
});

describe("what a provider is sent", () => {
  it("the caller's own body where they speak the same, under the provider's name and key", async () => {
    const extra = { temperature: 0.3, seed: 7, metadata: { a: "b" }, new_field: [1, { x: null }] };
    await (await caller.post("openai", "of-openai", extra)).text();
    const { body, headers, path } = lastOf("of-openai");
    expect(path).toBe("/v1/chat/completions");
    expect(headers.authorization).toBe(`Bearer ${mockCredential}`);
    expect(body).toEqual({
      ...{ model: "vendor-of-openai", max_tokens: 100, messages, stream: false, ...extra },
    });
  });

  it("with usage asked for in a stream, and a limit where the caller named none", async () => {
    await (await caller.post("openai", "of-openai", { stream: true, max_tokens: null })).text();
    expect(lastOf("of-openai").body).toMatchObject({
      max_tokens: 1_000,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it("nothing that would be priced otherwise, and nothing of the caller's credentials", async () => {
    await (await caller.post("openai", "of-openai", { service_tier: "priority" })).text();
    const { body, headers } = lastOf("of-openai");
    expect(body).not.toHaveProperty("service_tier");
    expect(JSON.stringify([body, headers])).not.toContain(caller.key.secret);
  });

  it("Anthropic's words for what came in OpenAI's", async () => {
    const call = { id: "call.1", type: "function", function: { name: "f", arguments: '{"a":1}' } };
    const png = "data:image/png;base64,iVBORw0KGgo=";
    await (
      await caller.post("openai", "of-anthropic", {
        messages: [
          { role: "system", content: "Be kind." },
          {
            role: "user",
            content: [
              { type: "text", text: "Look" },
              { type: "image_url", image_url: { url: png } },
            ],
          },
          { role: "assistant", content: "", tool_calls: [call] },
          { role: "tool", tool_call_id: "call.1", content: "42" },
          { role: "user", content: "And?" },
        ],
        tools: [{ type: "function", function: { ...tool, name: "f" } }],
        tool_choice: "required",
        parallel_tool_calls: false,
        temperature: 1.7,
        stop: ["END"],
        user: "u1",
      })
    ).text();
    const { body, headers, path } = lastOf("of-anthropic");
    expect(path).toBe("/v1/messages");
    expect(headers).toMatchObject({
      "x-api-key": mockCredential,
      "anthropic-version": "2023-06-01",
    });
    expect(body).toEqual({
      model: "vendor-of-anthropic",
      max_tokens: 100,
      stream: false,
      system: "Be kind.",
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "Look" },
            {
              type: "image",
              source: { type: "base64", media_type: "image/png", data: "iVBORw0KGgo=" },
            },
          ],
        },
        {
          role: "assistant",
          content: [{ type: "tool_use", id: "call_1", name: "f", input: { a: 1 } }],
        },
        {
          role: "user",
          content: [
            {
              type: "tool_result",
              tool_use_id: "call_1",
              content: [{ type: "text", text: "42" }],
            },
            { type: "text", text: "And?" },
          ],
        },
      ],
      tools: [{ name: "f", input_schema: tool.parameters }],
      tool_choice: { type: "any", disable_parallel_tool_use: true },
      stop_sequences: ["END"],
      temperature: 1,
      metadata: { user_id: "u1" },
    });
  });

  it("OpenAI's words for what came in Anthropic's", async () => {
    await (
      await caller.post("anthropic", "of-openai", {
        system: [{ type: "text", text: "Be kind." }],
        messages: [
          {
            role: "user",
            content: [
              { type: "text", text: "Look" },
              { type: "image", source: { type: "url", url: "https://example.com/a.png" } },
            ],
          },
          {
            role: "assistant",
            content: [
              { type: "thinking", thinking: "Hm", signature: "s" },
              { type: "tool_use", id: "toolu_1", name: "f", input: { a: 1 } },
            ],
          },
          {
            role: "user",
            content: [
              { type: "tool_result", tool_use_id: "toolu_1", content: "42" },
              { type: "text", text: "And?" },
            ],
          },
        ],
        tools: [{ name: "f", description: "F", input_schema: { type: "object" } }],
        tool_choice: { type: "tool", name: "f", disable_parallel_tool_use: true },
        stop_sequences: ["END"],
        top_p: 0.5,
      })
    ).text();
    expect(lastOf("of-openai").body).toEqual({
      model: "vendor-of-openai",
      max_tokens: 100,
      stream: false,
      messages: [
        { role: "system", content: "Be kind." },
        {
          role: "user",
          content: [
            { type: "text", text: "Look" },
            { type: "image_url", image_url: { url: "https://example.com/a.png" } },
          ],
        },
        {
          role: "assistant",
          content: null,
          tool_calls: [
            { id: "toolu_1", type: "function", function: { name: "f", arguments: '{"a":1}' } },
          ],
        },
        { role: "tool", tool_call_id: "toolu_1", content: "42" },
        { role: "user", content: "And?" },
      ],
      tools: [
        {
          type: "function",
          function: { name: "f", description: "F", parameters: { type: "object" } },
        },
      ],
      tool_choice: { type: "function", function: { name: "f" } },
      parallel_tool_calls: false,
      stop: ["END"],
      top_p: 0.5,
    });
  });

  it("what a provider has no way to do is refused before it is asked", async () => {
    const asked = provided.anthropic.exchanges.length;
    const response = await caller.post("openai", "of-anthropic", { n: 2 });
    expect(response.status).toBe(400);
    expect((await response.json()).error.param).toBe("n");
    expect(provided.anthropic.exchanges.length).toBe(asked);
  });
});

describe("who answers", () => {
  it("K6 a test key is answered by the simulated upstream, free, whatever the model's own is", async () => {
    const asked = provided.openai.exchanges.length;
    const { door } = provided;
    const [owner] = await door.sql`
      select user_id from members where workspace_id = ${caller.workspaceId}`;
    const tenant = { workspaceId: caller.workspaceId, userId: owner?.user_id };
    const test = await createTestKey(door.sql, tenant, { environment: "test" });
    const response = await fetch(`${door.origin}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${test.secret}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "of-openai", messages }),
    });
    expect(response.status).toBe(200);
    expect(provided.openai.exchanges.length).toBe(asked);
    expect((await readBooks(door.sql, caller.workspaceId)).usedNanos).toBe(0n);
  });

  it("G31 none of a provider's headers reach the client", async () => {
    const response = await caller.post("openai", "of-openai");
    for (const name of ["set-cookie", "access-control-allow-origin", "x-powered-by"]) {
      expect(response.headers.get(name)).toBeNull();
    }
    expect(response.headers.get("x-request-id")).toMatch(/^req_/);
  });

  it("G34 a hundred parallel requests of two tenants get each their own answer", async () => {
    const other = await newCaller(provided);
    const ask = async (one: Caller, mark: string) => {
      const response = await one.post("openai", "of-openai", { user: mark });
      return (await response.json()).model;
    };
    const asked = provided.openai.exchanges.length;
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => ask(i % 2 ? caller : other, `mark-${i}`)),
    );
    expect(answers.every((model) => model === "of-openai")).toBe(true);
    const marks = provided.openai.exchanges.slice(asked).map(({ body }) => body.user);
    expect(new Set(marks).size).toBe(100);
  });

  it("A7 /v1/generate and count_tokens know such models as well", async () => {
    const send = (path: string, body: object) =>
      fetch(`${provided.door.origin}${path}`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${caller.key.secret}`,
          "content-type": "application/json",
        },
        body: JSON.stringify(body),
      });
    const generated = await send("/v1/generate", { model: "of-anthropic", prompt: "Hello" });
    expect(await generated.json()).toMatchObject({ text, model: "of-anthropic" });
    const counted = await send("/v1/messages/count_tokens", { model: "of-openai", messages });
    expect((await counted.json()).input_tokens).toBeGreaterThan(0);
  });
});
