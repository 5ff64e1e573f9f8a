import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  readBooks,
  type Tenant,
  type TestDoor,
} from "@/lib/gateway/testing/gateway";

let door: TestDoor;
let tenant: Tenant;
let client: OpenAI;
/** Every request that the client under test really sent. */
let sent: string[] = [];

function connect(apiKey: string, options: { maxRetries?: number } = {}): OpenAI {
  return new OpenAI({
    apiKey,
    baseURL: `${door.origin}/v1`,
    ...options,
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

const weather: OpenAI.ChatCompletionTool = {
  type: "function",
  function: {
    name: "get_weather",
    description: "Weather of a city",
    parameters: {
      type: "object",
      properties: {
        city: { type: "string", minLength: 3 },
        unit: { type: "string", enum: ["celsius", "fahrenheit"] },
        days: { type: "integer", minimum: 2 },
      },
      required: ["city", "unit", "days"],
      additionalProperties: false,
    },
  },
};
const Weather = z.strictObject({
  city: z.string().min(3),
  unit: z.enum(["celsius", "fahrenheit"]),
  days: z.number().int().min(2),
});

describe("models", () => {
  it("A3 lists them page by page and retrieves one", async () => {
    const ids: string[] = [];
    for await (const model of client.models.list()) ids.push(model.id);
    expect(ids).toEqual(expect.arrayContaining(chatModels));
    const model = await client.models.retrieve("gpt-4");
    expect(model).toMatchObject({ id: "gpt-4", object: "model", owned_by: "openai" });
    expect(Number.isInteger(model.created)).toBe(true);
  });
});

describe("chat completions", () => {
  it.each(chatModels)("A2 A7 %s answers whole and streamed with the same words", async (model) => {
    const whole = await client.chat.completions.create({ model, messages: [hello] });
    const [choice] = whole.choices;
    expect(choice?.finish_reason).toBe("stop");
    expect(choice?.message).toMatchObject({ role: "assistant", refusal: null });
    const stream = await client.chat.completions.create({
      model,
      messages: [hello],
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      expect(chunk.object).toBe("chat.completion.chunk");
      text += chunk.choices[0]?.delta.content ?? "";
      usage = chunk.usage;
    }
    expect(text).toBe(choice?.message.content);
    expect(usage).toEqual(whole.usage);
  });

  it("E17 streams no usage frame where include_usage is false", async () => {
    const stream = await client.chat.completions.create({
      model: "gpt-4",
      messages: [hello],
      max_tokens: 3,
      stream: true,
      stream_options: { include_usage: false },
    });
    for await (const chunk of stream) {
      expect(chunk.usage).toBeUndefined();
      expect(chunk.choices).toHaveLength(1);
    }
  });

  it("the stream helper's events and final completion agree with the whole answer", async () => {
    const body = { model: "glm-4.7", messages: [hello], max_tokens: 20 };
    const stream = client.chat.completions.stream(body);
    const pieces: string[] = [];
    stream.on("content", (piece) => pieces.push(piece));
    const final = await stream.finalChatCompletion();
    const whole = await client.chat.completions.create(body);
    expect(final.choices[0]?.message.content).toBe(whole.choices[0]?.message.content);
    expect(final.choices[0]?.finish_reason).toBe("length");
    expect(pieces.join("")).toBe(whole.choices[0]?.message.content);
  });

  it("n answers are different, counted and billed together", async () => {
    const answer = await client.chat.completions.create({
      model: "deepseek-chat",
      messages: [hello],
      n: 3,
      max_tokens: 60,
    });
    expect(answer.choices.map((choice) => choice.index)).toEqual([0, 1, 2]);
    expect(new Set(answer.choices.map((choice) => choice.message.content)).size).toBe(3);
    const alone = await client.chat.completions.create({
      model: "deepseek-chat",
      messages: [hello],
      max_tokens: 60,
    });
    expect(answer.usage?.prompt_tokens).toBe(alone.usage?.prompt_tokens);
    expect(answer.usage?.completion_tokens).toBe(180);
  });

  it("logprobs tell each token, its bytes and the likeliest alternatives, streamed and not", async () => {
    const body = {
      model: "gpt-4",
      messages: [{ role: "user" as const, content: "Grüße" }],
      max_tokens: 12,
      logprobs: true,
      top_logprobs: 2,
    };
    const whole = await client.chat.completions.create(body);
    const tokens = whole.choices[0]?.logprobs?.content ?? [];
    expect(tokens).toHaveLength(12);
    expect(tokens.map((token) => token.token).join("")).toBe(whole.choices[0]?.message.content);
    for (const token of tokens) {
      expect(token.logprob).toBeLessThanOrEqual(0);
      expect(token.bytes).toEqual([...Buffer.from(token.token)]);
      expect(token.top_logprobs).toHaveLength(2);
      expect(token.top_logprobs[0]?.token).toBe(token.token);
      const [first, second] = token.top_logprobs.map((each) => each.logprob);
      expect(first).toBeGreaterThan(second ?? 0);
    }
    const streamed: OpenAI.ChatCompletionTokenLogprob[] = [];
    for await (const chunk of await client.chat.completions.create({ ...body, stream: true })) {
      streamed.push(...(chunk.choices[0]?.logprobs?.content ?? []));
    }
    expect(streamed).toEqual(tokens);
  });

  it("stop sequences end the answer before them", async () => {
    const answer = await client.chat.completions.create({
      model: "gpt-4",
      messages: [hello],
      stop: ["You wrote", "never said"],
    });
    expect(answer.choices[0]?.message.content).toBe("This is gpt-4, simulated. ");
    expect(answer.choices[0]?.finish_reason).toBe("stop");
  });

  it("images are handed on as addresses and counted", async () => {
    const image = (url: string) => ({ type: "image_url" as const, image_url: { url } });
    const content = [
      { type: "text" as const, text: "What is on them?" },
      image("https://images.example.com/cat.png"),
      image("data:image/png;base64,iVBORw0KGgo="),
    ];
    const answer = await client.chat.completions.create({
      model: "glm-4.7",
      messages: [{ role: "user", content }],
    });
    expect(answer.choices[0]?.message.content).toContain("2 images");
    expect(answer.usage?.prompt_tokens).toBeGreaterThan(2_000);
  });
});

describe("tools", () => {
  const ask = (choice: OpenAI.ChatCompletionToolChoiceOption, content = "Hello") => ({
    model: "claude-haiku-4-5-20251001",
    messages: [{ role: "user" as const, content }],
    tools: [weather],
    tool_choice: choice,
  });

  it.each([
    ["required", ask("required")],
    ["named", ask({ type: "function", function: { name: "get_weather" } })],
    ["asked for", ask("auto", "What's the weather in Oslo?")],
  ])("a call that is %s has arguments that fit its schema", async (_name, body) => {
    const answer = await client.chat.completions.create(body);
    const [choice] = answer.choices;
    expect(choice?.finish_reason).toBe("tool_calls");
    expect(choice?.message.content).toBeNull();
    const [call] = choice?.message.tool_calls ?? [];
    if (call?.type !== "function") throw new Error("not a function call");
    expect(call.id).toMatch(/^call_/);
    expect(call.function.name).toBe("get_weather");
    expect(Weather.safeParse(JSON.parse(call.function.arguments)).success).toBe(true);

    const streamed = await client.chat.completions.stream(body).finalChatCompletion();
    expect(streamed.choices[0]?.finish_reason).toBe("tool_calls");
    expect(streamed.choices[0]?.message.tool_calls?.[0]).toMatchObject(call);
  });

  it("none, and a text that doesn't ask, are answered with text", async () => {
    for (const body of [ask("none", "What's the weather?"), ask("auto")]) {
      const answer = await client.chat.completions.create(body);
      expect(answer.choices[0]?.finish_reason).toBe("stop");
      expect(answer.choices[0]?.message.tool_calls).toBeUndefined();
    }
  });

  it("runTools goes round to an answer that mentions the tool's result", async () => {
    const asked: unknown[] = [];
    const runner = client.chat.completions.runTools({
      model: "deepseek-chat",
      messages: [{ role: "user", content: "What's the weather in Oslo?" }],
      tools: [
        {
          type: "function",
          function: {
            name: "get_weather",
            description: "Weather of a city",
            parameters: weather.type === "function" ? (weather.function.parameters ?? {}) : {},
            parse: (text: string) => Weather.parse(JSON.parse(text)),
            function: (input: z.infer<typeof Weather>) => {
              asked.push(input);
              return "sleet, 2 degrees";
            },
          },
        },
      ],
    });
    expect(await runner.finalContent()).toContain("sleet, 2 degrees");
    expect(asked).toHaveLength(1);
  });

  it("functions of the older API are answered in its words", async () => {
    const body = {
      model: "gpt-4",
      messages: [hello],
      functions: [{ name: "lookup", parameters: { type: "object", properties: {} } }],
      function_call: { name: "lookup" },
    };
    const answer = await client.chat.completions.create(body);
    expect(answer.choices[0]).toMatchObject({
      finish_reason: "function_call",
      message: { content: null, function_call: { name: "lookup", arguments: "{}" } },
    });
  });
});

describe("structured output", () => {
  const Invoice = z.object({
    number: z.string(),
    currency: z.enum(["EUR", "USD"]),
    lines: z.array(z.object({ text: z.string(), amount: z.number().min(0) })).min(2),
    paid: z.boolean(),
    note: z.string().nullable(),
  });

  it("parse gives an object of the schema's type", async () => {
    const answer = await client.chat.completions.parse({
      model: "glm-4.7",
      messages: [{ role: "user", content: "An invoice" }],
      response_format: zodResponseFormat(Invoice, "invoice"),
    });
    const parsed = answer.choices[0]?.message.parsed;
    expect(Invoice.safeParse(parsed).success).toBe(true);
    expect(parsed?.lines).toHaveLength(2);
  });

  it("json_object gives JSON", async () => {
    const answer = await client.chat.completions.create({
      model: "gpt-4",
      messages: [{ role: "user", content: "As JSON" }],
      response_format: { type: "json_object" },
    });
    expect(JSON.parse(answer.choices[0]?.message.content ?? "")).toEqual({
      answer: expect.stringContaining("As JSON"),
    });
  });
});

describe("embeddings", () => {
  const model = "text-embedding-3-small";
  const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

  it("come in base64 or as numbers, the same, of length 1, and near for near texts", async () => {
    const input = ["the cat sat on the mat", "the cat sat on a mat", "quarterly revenue report"];
    const packed = await client.embeddings.create({ model, input });
    const plain = await client.embeddings.create({ model, input, encoding_format: "float" });
    expect(packed.data.map((item) => item.index)).toEqual([0, 1, 2]);
    const [a = [], b = [], c = []] = plain.data.map((item) => item.embedding);
    expect(a).toHaveLength(1_536);
    expect([...(packed.data[0]?.embedding ?? [])]).toEqual(a);
    expect(dot(a, a)).toBeCloseTo(1, 5);
    expect(dot(a, b)).toBeGreaterThan(dot(a, c));
    expect(plain.usage.prompt_tokens).toBe(plain.usage.total_tokens);
  });

  it("take tokens and fewer dimensions, and cost their input", async () => {
    const before = await readBooks(door.sql, tenant.workspaceId);
    const { data, response } = await client.embeddings
      .create({ model, input: [1, 2, 3, 4], dimensions: 8 })
      .withResponse();
    expect(data.data.map((item) => item.embedding.length)).toEqual([8]);
    expect(data.usage).toEqual({ prompt_tokens: 4, total_tokens: 4 });
    // $0.02 a million tokens are 20 nano-dollars each.
    expect(response.headers.get("x-request-cost")).toBe("0.00000008");
    const after = await readBooks(door.sql, tenant.workspaceId);
    expect(after.usedNanos - before.usedNanos).toBe(80n);
  });

  it("E34 refuse what isn't an input, and models that aren't for it", async () => {
    const bad: unknown[] = [
      [],
      "",
      [""],
      Array(2_049).fill("a"),
      [[1, 2], [3]],
      [[[1]]],
      [1.5],
      [-1],
      [[]],
      ["a", 1],
      5,
    ];
    for (const input of bad) {
      const body = { model, input } as OpenAI.EmbeddingCreateParams;
      const error = await client.embeddings.create(body).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(OpenAI.BadRequestError);
      expect(error).toMatchObject({ param: expect.stringMatching(/^input(\.|$)/) });
    }
    await expect(client.embeddings.create({ model: "gpt-4", input: "a" })).rejects.toMatchObject({
      status: 400,
      param: "model",
    });
    await expect(
      client.embeddings.create({ model, input: "a", dimensions: 1_537 }),
    ).rejects.toMatchObject({ status: 400, param: "dimensions" });
  });
});

describe("an abort", () => {
  it("in the middle of a stream ends it on both sides", async () => {
    const key = await createTestKey(door.sql, tenant);
    const stream = await connect(key.secret).chat.completions.create({
      model: "mock-slow",
      messages: [hello],
      stream: true,
    });
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta.content) stream.controller.abort();
    }
    await vi.waitFor(async () => {
      const rows = await door.sql`select outcome from request_log where key_id = ${key.id}`;
      expect(rows).toEqual([{ outcome: "client_gone" }]);
    });
  });
});

describe("errors", () => {
  const failing: [string, number, unknown, string][] = [
    ["mock-400", 400, OpenAI.BadRequestError, "bad_request"],
    ["mock-401", 401, OpenAI.AuthenticationError, "invalid_api_key"],
    ["mock-402", 402, OpenAI.APIError, "insufficient_balance"],
    ["mock-403", 403, OpenAI.PermissionDeniedError, "quota_exceeded"],
    ["no-such-model", 404, OpenAI.NotFoundError, "model_not_found"],
    ["mock-429", 429, OpenAI.RateLimitError, "rate_limit_exceeded"],
    ["mock-500", 500, OpenAI.InternalServerError, "internal_server_error"],
    ["mock-503", 503, OpenAI.InternalServerError, "overloaded"],
  ];
  it.each(failing)("%s is the SDK's class for %i", async (model, status, kind, code) => {
    const patient = client.withOptions({ maxRetries: 0 });
    const error = await patient.chat.completions
      .create({ model, messages: [hello] })
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ status, code, requestID: expect.stringMatching(/^req_/) });
  });

  it("an unknown key is an AuthenticationError, a missing scope a PermissionDeniedError", async () => {
    await expect(connect("nonsense").models.list()).rejects.toBeInstanceOf(
      OpenAI.AuthenticationError,
    );
    const { secret } = await createTestKey(door.sql, tenant, { scopes: ["webhook"] });
    await expect(connect(secret).models.list()).rejects.toBeInstanceOf(
      OpenAI.PermissionDeniedError,
    );
  });

  it("one Idempotency-Key for two requests is an UnprocessableEntityError, for one its answer", async () => {
    const options = { headers: { "Idempotency-Key": "once" } };
    const body = { model: "glm-4.7", messages: [hello], max_tokens: 5 };
    const first = await client.chat.completions.create(body, options);
    expect((await client.chat.completions.create(body, options)).id).toBe(first.id);
    await expect(
      client.chat.completions.create({ ...body, max_tokens: 6 }, options),
    ).rejects.toBeInstanceOf(OpenAI.UnprocessableEntityError);
  });

  it("that come in the middle of a stream are thrown, never taken for its end", async () => {
    const stream = await client.chat.completions.create({
      model: "mock-cut",
      messages: [hello],
      stream: true,
    });
    await expect(async () => {
      for await (const _ of stream);
    }).rejects.toThrow(OpenAI.APIError);
  });
});

describe("retries", () => {
  it("happen twice where they may help, and never where x-should-retry is false", async () => {
    const attempts = async (model: string) => {
      sent = [];
      await client.chat.completions.create({ model, messages: [hello] }).catch(() => undefined);
      return sent.length;
    };
    expect(await attempts("mock-500")).toBe(3);
    expect(await attempts("mock-402")).toBe(1);
    expect(await attempts("mock-403")).toBe(1);
    expect(await attempts("no-such-model")).toBe(1);
  });
});
