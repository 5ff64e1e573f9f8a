import Anthropic from "@anthropic-ai/sdk";
import { betaZodTool } from "@anthropic-ai/sdk/helpers/beta/zod";
import { zodOutputFormat } from "@anthropic-ai/sdk/helpers/zod";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  type Tenant,
  type TestDoor,
} from "@/lib/gateway/testing/gateway";

let door: TestDoor;
let tenant: Tenant;
let client: Anthropic;
/** Every request that the client under test really sent. */
let sent: string[] = [];

function connect(apiKey: string): Anthropic {
  return new Anthropic({
    apiKey,
    authToken: null,
    baseURL: door.origin,
    fetch: (input, init) => {
      sent.push(`${init?.method ?? "GET"} ${new URL(String(input)).pathname}`);
      return fetch(input, init);
    },
  });
}

beforeAll(async () => {
  door = await openTestDoor();
  tenant = await createTenant(door.sql, { balanceUsd: "50", planId: "enterprise" });
  client = connect((await createTestKey(door.sql, tenant)).secret);
});
afterAll(() => door.close());

const chatModels = ["claude-haiku-4-5-20251001", "deepseek-chat", "glm-4.7", "gpt-4"];
const hello = { role: "user" as const, content: "Hello" };
const ask = (model: string, content = "Hello") => ({
  model,
  max_tokens: 300,
  messages: [{ role: "user" as const, content }],
});

const weather: Anthropic.Tool = {
  name: "get_weather",
  description: "Weather of a city",
  input_schema: {
    type: "object",
    properties: {
      city: { type: "string", minLength: 3 },
      unit: { type: "string", enum: ["celsius", "fahrenheit"] },
    },
    required: ["city", "unit"],
  },
};
const Weather = z.object({ city: z.string().min(3), unit: z.enum(["celsius", "fahrenheit"]) });

describe("models", () => {
  it("A3 lists them page by page and retrieves one", async () => {
    const all: string[] = [];
    sent = [];
    for await (const model of client.models.list({ limit: 3 })) all.push(model.id);
    expect(all).toEqual(chatModels);
    expect(sent).toHaveLength(2);
    const model = await client.models.retrieve("glm-4.7");
    expect(model).toMatchObject({
      id: "glm-4.7",
      type: "model",
      display_name: "GLM 4.7",
      max_input_tokens: 200_000,
    });
    expect(Number.isNaN(Date.parse(model.created_at))).toBe(false);
  });

  it("pages go backwards too, and what isn't a page is refused", async () => {
    const page = await client.models.list({ limit: 2, before_id: "gpt-4" });
    expect(page.data.map((model) => model.id)).toEqual(["deepseek-chat", "glm-4.7"]);
    expect(page.has_more).toBe(true);
    for (const query of [
      { limit: 0 },
      { limit: 1_001 },
      { limit: 1.5 },
      { after_id: "nobody" },
      { after_id: "gpt-4", before_id: "gpt-4" },
    ]) {
      await expect(client.models.list(query)).rejects.toBeInstanceOf(Anthropic.BadRequestError);
    }
  });
});

describe("messages", () => {
  it.each(chatModels)("A1 A7 %s answers whole and streamed with the same words", async (model) => {
    const whole = await client.messages.create(ask(model));
    expect(whole).toMatchObject({ type: "message", role: "assistant", stop_reason: "end_turn" });
    const stream = client.messages.stream(ask(model));
    const types: string[] = [];
    let text = "";
    stream.on("streamEvent", (event) => types.push(event.type));
    stream.on("text", (piece) => {
      text += piece;
    });
    const final = await stream.finalMessage();
    expect(final.content).toEqual(whole.content);
    expect(final.usage.output_tokens).toBe(whole.usage.output_tokens);
    expect(final.usage.input_tokens).toBe(whole.usage.input_tokens);
    expect(text).toBe(await stream.finalText());
    expect(types.filter((type) => type !== "content_block_delta")).toEqual([
      "message_start",
      "content_block_start",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
  });

  it("create with stream gives the same events raw", async () => {
    const stream = await client.messages.create({ ...ask("gpt-4"), max_tokens: 5, stream: true });
    const last: string[] = [];
    for await (const event of stream) last.push(event.type);
    expect(last.at(-1)).toBe("message_stop");
  });

  it("system, several turns, a prefilled answer and stop sequences are understood", async () => {
    // Older SDKs still send these.
    const sampling = { temperature: 0.2, top_k: 5 };
    const answer = await client.messages.create({
      ...ask("claude-haiku-4-5-20251001"),
      ...sampling,
      system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
      messages: [
        { role: "assistant", content: "I begin" },
        { role: "user", content: [{ type: "text", text: "one" }] },
        { role: "user", content: "two" },
        { role: "assistant", content: "The answer is" },
      ],
      stop_sequences: ["You wrote"],
      metadata: { user_id: "u1" },
    });
    expect(answer.stop_reason).toBe("stop_sequence");
    expect(answer.stop_sequence).toBe("You wrote");
  });

  it("images and documents are handed on and counted", async () => {
    const { usage, content } = await client.messages.create({
      ...ask("deepseek-chat"),
      messages: [
        {
          role: "user",
          content: [
            { type: "image", source: { type: "url", url: "https://images.example.com/a.png" } },
            {
              type: "image",
              source: { type: "base64", media_type: "image/png", data: "iVBORw0KGgo=" },
            },
            {
              type: "document",
              source: { type: "text", media_type: "text/plain", data: "The plan is secret." },
            },
            { type: "text", text: "What are these?" },
          ],
        },
      ],
    });
    expect(usage.input_tokens).toBeGreaterThan(2_000);
    expect(content[0]).toMatchObject({ text: expect.stringContaining("2 images and 1 document") });
  });

  it("thinking comes as a block of its own, streamed and not", async () => {
    const body = {
      ...ask("claude-haiku-4-5-20251001"),
      max_tokens: 2_000,
      thinking: { type: "enabled" as const, budget_tokens: 1_024 },
    };
    const whole = await client.messages.create(body);
    expect(whole.content.map((block) => block.type)).toEqual(["thinking", "text"]);
    const streamed = await client.messages.stream(body).finalMessage();
    expect(streamed.content).toEqual(whole.content);
    const next = await client.messages.create({
      ...body,
      messages: [hello, { role: "assistant", content: whole.content }, hello],
    });
    expect(next.stop_reason).toBe("end_turn");
  });

  it("parse gives an object of the schema's type", async () => {
    const City = z.object({ name: z.string(), people: z.number().int() });
    const answer = await client.messages.parse({
      ...ask("glm-4.7", "A city"),
      output_config: { format: zodOutputFormat(City) },
    });
    expect(City.safeParse(answer.parsed_output).success).toBe(true);
  });
});

describe("tools", () => {
  it.each([
    ["any", { type: "any" as const }],
    ["named", { type: "tool" as const, name: "get_weather" }],
  ])("%s is answered with a call whose input fits, streamed and not", async (_name, choice) => {
    const body = { ...ask("gpt-4"), tools: [weather], tool_choice: choice };
    const whole = await client.messages.create(body);
    expect(whole.stop_reason).toBe("tool_use");
    const [block] = whole.content;
    if (block?.type !== "tool_use") throw new Error("not a call");
    expect(block).toMatchObject({ id: expect.stringMatching(/^toolu_/), name: "get_weather" });
    expect(Weather.safeParse(block.input).success).toBe(true);

    const stream = client.messages.stream(body);
    const pieces: string[] = [];
    let snapshot: unknown;
    stream.on("inputJson", (piece, value) => {
      pieces.push(piece);
      snapshot = value;
    });
    const final = await stream.finalMessage();
    expect(final.content).toEqual(whole.content);
    expect(final.stop_reason).toBe("tool_use");
    expect(JSON.parse(pieces.join(""))).toEqual(block.input);
    expect(snapshot).toEqual(block.input);
  });

  it("the tool runner goes round to an answer that mentions the tool's result", async () => {
    const asked: unknown[] = [];
    const final = await client.beta.messages.toolRunner({
      ...ask("claude-haiku-4-5-20251001", "What's the weather in Oslo?"),
      tools: [
        betaZodTool({
          name: "get_weather",
          description: "Weather of a city",
          inputSchema: Weather,
          run: (input) => {
            asked.push(input);
            return "sleet, 2 degrees";
          },
        }),
      ],
    });
    expect(asked).toHaveLength(1);
    expect(final.content[0]).toMatchObject({ text: expect.stringContaining("sleet, 2 degrees") });
  });

  it("an unasked tool stays unused, and a refused one too", async () => {
    for (const body of [
      { ...ask("gpt-4"), tools: [weather] },
      { ...ask("gpt-4", "the weather?"), tools: [weather], tool_choice: { type: "none" as const } },
    ]) {
      expect((await client.messages.create(body)).stop_reason).toBe("end_turn");
    }
  });
});

describe("countTokens", () => {
  it("is what the same request is billed, costs nothing and counts against the hour", async () => {
    const limited = await createTenant(door.sql, { balanceUsd: "1", requestsPerHour: 10 });
    const key = await createTestKey(door.sql, limited);
    const own = connect(key.secret);
    const body = {
      model: "claude-haiku-4-5-20251001",
      system: "Be brief.",
      messages: [
        hello,
        {
          role: "assistant" as const,
          content: [{ type: "tool_use" as const, id: "t1", name: "get_weather", input: { a: 1 } }],
        },
        {
          role: "user" as const,
          content: [{ type: "tool_result" as const, tool_use_id: "t1", content: "sleet" }],
        },
      ],
      tools: [weather],
    };
    const { data, response } = await own.messages.countTokens(body).withResponse();
    const answer = await own.messages.create({ ...body, max_tokens: 10 });
    expect(data).toEqual({ input_tokens: answer.usage.input_tokens });
    expect(response.headers.get("x-ratelimit-remaining")).toBe("9");
    const rows = await vi.waitFor(async () => {
      const found = await door.sql`
        select path, cost_nanos::text as cost from request_log where key_id = ${key.id}
        order by cost_nanos`;
      expect(found).toHaveLength(2);
      return found;
    });
    expect(rows[0]).toEqual({ path: "/v1/messages/count_tokens", cost: "0" });
    await expect(own.messages.countTokens({ ...body, model: "nobody" })).rejects.toBeInstanceOf(
      Anthropic.NotFoundError,
    );
  });
});

describe("errors", () => {
  const failing: [string, number, unknown, string][] = [
    ["mock-400", 400, Anthropic.BadRequestError, "invalid_request_error"],
    ["mock-401", 401, Anthropic.AuthenticationError, "authentication_error"],
    ["mock-402", 402, Anthropic.APIError, "insufficient_balance"],
    ["mock-403", 403, Anthropic.PermissionDeniedError, "quota_exceeded"],
    ["no-such-model", 404, Anthropic.NotFoundError, "not_found_error"],
    ["mock-429", 429, Anthropic.RateLimitError, "rate_limit_error"],
    ["mock-500", 500, Anthropic.InternalServerError, "internal_server_error"],
    ["mock-503", 529, Anthropic.InternalServerError, "overloaded_error"],
  ];
  it.each(failing)("%s is the SDK's class for %i, with the request's id", async (...row) => {
    const [model, status, kind, type] = row;
    const patient = client.withOptions({ maxRetries: 0 });
    const error = await patient.messages.create(ask(model)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(kind);
    if (!(error instanceof Anthropic.APIError)) throw error;
    expect(error.status).toBe(status);
    expect(error.error).toMatchObject({ type: "error", error: { type } });
    expect(error.requestID).toMatch(/^req_/);
    expect(error.error).toMatchObject({ request_id: error.requestID });
  });

  it("that come in the middle of a stream are thrown, never taken for its end", async () => {
    const stream = client.messages.stream(ask("mock-cut"));
    await expect(stream.finalMessage()).rejects.toThrow(Anthropic.APIError);
  });

  it("an aborted stream is charged for what was sent", async () => {
    const key = await createTestKey(door.sql, tenant);
    const stream = connect(key.secret).messages.stream(ask("mock-slow"));
    stream.on("text", () => stream.abort());
    await expect(stream.finalMessage()).rejects.toThrow(Anthropic.APIUserAbortError);
    await vi.waitFor(async () => {
      const rows = await door.sql`
        select outcome, output_tokens > 0 as was_charged from request_log where key_id = ${key.id}`;
      expect(rows).toEqual([{ outcome: "client_gone", was_charged: true }]);
    });
  });
});

describe("retries", () => {
  it("happen twice where they may help, and never where x-should-retry is false", async () => {
    const attempts = async (model: string) => {
      sent = [];
      await client.messages.create(ask(model)).catch(() => undefined);
      return sent.length;
    };
    expect(await attempts("mock-500")).toBe(3);
    expect(await attempts("mock-402")).toBe(1);
    expect(await attempts("no-such-model")).toBe(1);
  });
});
