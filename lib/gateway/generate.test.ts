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

beforeAll(async () => {
  door = await openTestDoor();
});
afterAll(() => door.close());

async function openTenant(options: { balanceUsd?: string; scopes?: string[] } = {}) {
  const { balanceUsd = "5", scopes = ["read"] } = options;
  const tenant = await createTenant(door.sql, { balanceUsd });
  return { ...tenant, secret: (await createTestKey(door.sql, tenant, { scopes })).secret };
}

async function post(path: string, secret: string, body: unknown, accept = "*/*") {
  const response = await fetch(`${door.origin}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json", accept },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const hello = { prompt: "Hello, world!", model: "gpt-4" };

describe("A4 POST /v1/generate", () => {
  it("answers the seed's request with a text that is paid for", async () => {
    const tenant = await openTenant();
    const answer = await post("/v1/generate", tenant.secret, hello);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      success: true,
      id: expect.stringMatching(/^gen_[0-9a-hjkmnp-tv-z]{26}$/),
      object: "generation",
      model: "gpt-4",
      text: expect.stringMatching(/\S/),
      finish_reason: "stop",
      usage: {
        input_tokens: expect.any(Number),
        output_tokens: expect.any(Number),
        total_tokens: answer.body.usage.input_tokens + answer.body.usage.output_tokens,
      },
      created_at: expect.stringMatching(/Z$/),
    });
    const books = await readBooks(door.sql, tenant.workspaceId);
    expect(books).toMatchObject({ rows: 1, holds: 0, heldNanos: 0n });
    expect(books.usedNanos).toBe(usdToNanos(answer.headers.get("x-request-cost") ?? ""));
    const [row] = await door.sql`
      select path, model, status from request_log where workspace_id = ${tenant.workspaceId}`;
    expect(row).toEqual({ path: "/v1/generate", model: "gpt-4", status: 200 });
  });

  it("costs what the same prompt costs as chat", async () => {
    const { secret } = await openTenant();
    const generated = await post("/v1/generate", secret, { ...hello, max_tokens: 5 });
    const chat = await post("/v1/chat/completions", secret, {
      ...{ model: "gpt-4", max_tokens: 5 },
      messages: [{ role: "user", content: hello.prompt }],
    });
    expect(generated.body.text).toBe(chat.body.choices[0].message.content);
    expect(generated.body.usage.input_tokens).toBe(chat.body.usage.prompt_tokens);
    expect(generated.headers.get("x-request-cost")).toBe(chat.headers.get("x-request-cost"));
  });

  it("ends at max_tokens with the reason length, and before a stop text", async () => {
    const { secret } = await openTenant();
    const short = await post("/v1/generate", secret, { ...hello, max_tokens: 1 });
    expect(short.body).toMatchObject({ finish_reason: "length", usage: { output_tokens: 1 } });
    const whole = await post("/v1/generate", secret, { ...hello, temperature: 0 });
    const stop = String(whole.body.text).trim().split(/\s+/)[2] ?? "";
    const stopped = await post("/v1/generate", secret, { ...hello, temperature: 0, stop });
    expect(stopped.body.text).not.toContain(stop);
    expect(stopped.body.finish_reason).toBe("stop");
  });

  const bad: [string, unknown, string][] = [
    ["no prompt", { model: "gpt-4" }, "prompt"],
    ["an empty prompt", { ...hello, prompt: "" }, "prompt"],
    ["a prompt that is a list", { ...hello, prompt: ["a"] }, "prompt"],
    ["no model", { prompt: "Hi" }, "model"],
    ["a model that is null", { ...hello, model: null }, "model"],
    ["stream: true", { ...hello, stream: true }, "stream"],
    ["stream: 1", { ...hello, stream: 1 }, "stream"],
    ["max_tokens 0", { ...hello, max_tokens: 0 }, "max_tokens"],
    ["max_tokens beyond the model", { ...hello, max_tokens: 10_000_000 }, "max_tokens"],
    ["a temperature of 2.1", { ...hello, temperature: 2.1 }, "temperature"],
    ["an empty stop", { ...hello, stop: "" }, "stop"],
    ["an unknown field", { ...hello, api_base: "http://evil.test" }, "api_base"],
    ["a list", [], "$"],
  ];
  it.each(bad)("%s: 400 in the REST dialect, with the path", async (_name, body, path) => {
    const tenant = await openTenant();
    const answer = await post("/v1/generate", tenant.secret, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, error: { code: "VALIDATION_ERROR" } });
    expect(answer.body.errors.map((e: { path: string }) => e.path)).toEqual([path]);
    expect((await readBooks(door.sql, tenant.workspaceId)).usedNanos).toBe(0n);
  });

  it("a model that isn't there is 404, an empty balance 402, a key without read 403", async () => {
    const { secret } = await openTenant();
    const none = await post("/v1/generate", secret, { ...hello, model: "../gpt" });
    expect([none.status, none.body.error]).toEqual([
      404,
      {
        code: "MODEL_NOT_FOUND",
        message: "The model does not exist",
        details: { model: "../gpt" },
      },
    ]);
    const poor = await post("/v1/generate", (await openTenant({ balanceUsd: "0" })).secret, hello);
    expect([poor.status, poor.body.error.code]).toEqual([402, "INSUFFICIENT_BALANCE"]);
    const writer = await openTenant({ scopes: ["write"] });
    expect((await post("/v1/generate", writer.secret, hello)).status).toBe(403);
  });

  it("a failing upstream costs nothing and is told in the REST dialect", async () => {
    const tenant = await openTenant();
    const answer = await post("/v1/generate", tenant.secret, { ...hello, model: "mock-503" });
    expect([answer.status, answer.body.error.code]).toEqual([503, "UPSTREAM_OVERLOADED"]);
    expect(await readBooks(door.sql, tenant.workspaceId)).toMatchObject({
      ...{ holds: 0, heldNanos: 0n, usedNanos: 0n },
    });
  });

  it("D25 problem details for callers that accept them (RFC 9457)", async () => {
    const { secret } = await openTenant();
    const answer = await post(
      "/v1/generate",
      secret,
      { model: "gpt-4" },
      "application/problem+json",
    );
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.body).toMatchObject({
      type: expect.stringMatching(/^https?:/),
      ...{ title: "Invalid request", status: 400, code: "VALIDATION_ERROR" },
      detail: expect.stringContaining("prompt"),
      instance: expect.stringContaining("/v1/generate"),
      errors: [{ path: "prompt", code: "required", message: "field required" }],
    });
  });
});
