import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  readBooks,
  type Tenant,
  type TestDoor,
  type TestKey,
} from "@/lib/gateway/testing/gateway";
import { usdToNanos } from "@/lib/money";

let door: TestDoor;
let tenant: Tenant;
let key: TestKey;

beforeAll(async () => {
  door = await openTestDoor();
});
afterAll(() => door.close());

async function freshTenant(balanceUsd = "5") {
  tenant = await createTenant(door.sql, { balanceUsd });
  key = await createTestKey(door.sql, tenant);
  return { tenant, key };
}

function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(`${door.origin}${path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${key.secret}`,
      "content-type": "application/json",
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

const hello = { model: "deepseek-chat", messages: [{ role: "user", content: "Hello" }] };

describe("the official SDKs", () => {
  it("OpenAI's completes and streams with nothing but environment variables", async () => {
    await freshTenant();
    vi.stubEnv("OPENAI_API_KEY", key.secret);
    vi.stubEnv("OPENAI_BASE_URL", `${door.origin}/v1`);
    const client = new OpenAI();
    const messages = [{ role: "user" as const, content: "Hello!" }];
    const answer = await client.chat.completions.create({ model: "glm-4.7", messages });
    const text = answer.choices[0]?.message.content ?? "";
    expect(text).toContain("Hello!");
    expect(answer.usage?.completion_tokens).toBeGreaterThan(20);

    const stream = await client.chat.completions.create({
      model: "glm-4.7",
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    let streamed = "";
    let tokens = 0;
    for await (const chunk of stream) {
      streamed += chunk.choices[0]?.delta.content ?? "";
      tokens = chunk.usage?.completion_tokens ?? tokens;
    }
    expect(streamed).toBe(text);
    expect(tokens).toBe(answer.usage?.completion_tokens);
    expect((await client.models.list()).data.map((model) => model.id)).toContain("gpt-4");
    vi.unstubAllEnvs();
  });

  it("Anthropic's works with an auth token and with an API key, streamed and not", async () => {
    await freshTenant();
    vi.stubEnv("ANTHROPIC_AUTH_TOKEN", key.secret);
    vi.stubEnv("ANTHROPIC_BASE_URL", door.origin);
    const byToken = new Anthropic();
    const byKey = new Anthropic({ apiKey: key.secret, authToken: null, baseURL: door.origin });
    const request = {
      model: "claude-haiku-4-5-20251001",
      max_tokens: 300,
      messages: [{ role: "user" as const, content: "Hello!" }],
    };
    const answer = await byToken.messages.create(request);
    const streamed = await byKey.messages.stream(request).finalMessage();
    expect(streamed.content).toEqual(answer.content);
    expect(streamed.usage.output_tokens).toBe(answer.usage.output_tokens);
    expect(answer.stop_reason).toBe("end_turn");
    const models = await byKey.models.list();
    expect(models.data.map((model) => model.id)).toContain("claude-haiku-4-5-20251001");
    vi.unstubAllEnvs();
  });

  it("either protocol reaches any model", async () => {
    await freshTenant();
    const messages = [{ role: "user", content: "Hi" }];
    const viaOpenAi = await post("/v1/chat/completions", {
      model: "claude-haiku-4-5-20251001",
      messages,
    });
    const viaAnthropic = await post("/v1/messages", { model: "deepseek-chat", messages });
    expect([viaOpenAi.status, viaAnthropic.status]).toEqual([200, 200]);
  });
});

describe("what an answer costs", () => {
  it("D10 is the same in its header, the log, the roll-up and the balance, to the nano-dollar", async () => {
    await freshTenant("1");
    const costs: bigint[] = [];
    for (const model of ["deepseek-chat", "glm-4.7", "gpt-4"]) {
      const response = await post("/v1/chat/completions", { ...hello, model });
      expect(response.status).toBe(200);
      const { usage } = await response.json();
      const price = {
        "deepseek-chat": [280n, 420n],
        "glm-4.7": [600n, 2200n],
        "gpt-4": [30000n, 60000n],
      }[model] ?? [0n, 0n];
      const expected =
        BigInt(usage.prompt_tokens) * (price[0] ?? 0n) +
        BigInt(usage.completion_tokens) * (price[1] ?? 0n);
      const cost = usdToNanos(response.headers.get("x-request-cost") ?? "");
      expect(cost).toBe(expected);
      costs.push(cost);
      const spent = costs.reduce((a, b) => a + b, 0n);
      expect(usdToNanos(response.headers.get("x-balance-remaining") ?? "")).toBe(
        usdToNanos("1") - spent,
      );
    }
    const total = costs.reduce((a, b) => a + b, 0n);
    const books = await readBooks(door.sql, tenant.workspaceId);
    expect(books).toMatchObject({
      rows: 3,
      loggedNanos: total,
      rolledUpNanos: total,
      usedNanos: total,
      heldNanos: 0n,
      holds: 0,
    });
  });

  it("is reserved up to max_tokens times n, and refused with 402 where the balance doesn't cover it", async () => {
    await freshTenant("0.001");
    const refused = await post("/v1/chat/completions", { ...hello, model: "gpt-4" });
    expect(refused.status).toBe(402);
    expect(await refused.json()).toEqual({
      error: {
        message: "Your current account balance is insufficient",
        type: "insufficient_balance",
        param: null,
        code: "insufficient_balance",
      },
    });
    expect(refused.headers.get("x-limit-source")).toBe("balance");
    expect(refused.headers.get("x-should-retry")).toBe("false");
    const affordable = Number(refused.headers.get("x-affordable-max-tokens"));
    expect(affordable).toBeGreaterThan(0);
    const tooMany = { ...hello, model: "gpt-4", max_tokens: affordable + 1 };
    expect((await post("/v1/chat/completions", tooMany)).status).toBe(402);
    const all = { ...hello, model: "gpt-4", max_tokens: affordable };
    expect((await post("/v1/chat/completions", { ...all, n: 2 })).status).toBe(402);
    expect((await post("/v1/chat/completions", all)).status).toBe(200);
    const books = await readBooks(door.sql, tenant.workspaceId);
    expect(books.usedNanos).toBe(books.loggedNanos);
    expect(books.heldNanos).toBe(0n);
  });

  it("is nothing for test keys, whose requests are logged all the same", async () => {
    await freshTenant("0");
    key = await createTestKey(door.sql, tenant, { environment: "test" });
    const response = await post("/v1/chat/completions", hello);
    expect(response.status).toBe(200);
    expect(response.headers.get("x-request-cost")).toBe("0.00");
    const books = await readBooks(door.sql, tenant.workspaceId);
    expect(books).toMatchObject({ rows: 1, usedNanos: 0n });
  });

  it("is nothing when the upstream fails before its first byte, streamed or not", async () => {
    await freshTenant();
    for (const [model, status] of [
      ["mock-402", 402],
      ["mock-429", 429],
      ["mock-500", 500],
      ["mock-503", 503],
    ] as const) {
      for (const stream of [false, true]) {
        const response = await post("/v1/chat/completions", { ...hello, model, stream });
        expect(response.status).toBe(status);
        expect((await response.json()).error.message).toEqual(expect.any(String));
      }
    }
    const overloaded = await post("/v1/messages", { ...hello, model: "mock-503" });
    expect(overloaded.status).toBe(529);
    const books = await readBooks(door.sql, tenant.workspaceId);
    expect(books).toMatchObject({ rows: 9, usedNanos: 0n, heldNanos: 0n, holds: 0 });
  });
});

describe("a stream", () => {
  it("that the upstream breaks ends with an error event and a broken connection, billed for what came", async () => {
    await freshTenant();
    const response = await post("/v1/chat/completions", {
      ...hello,
      model: "mock-cut",
      stream: true,
    });
    expect(response.status).toBe(200);
    let text = "";
    await expect(async () => {
      for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
    }).rejects.toThrow();
    expect(text).toContain("event: error");
    expect(text).toContain('"code":"upstream_error"');
    expect(text).not.toContain("[DONE]");
    const [row] = await door.sql`
      select outcome, output_tokens, cost_nanos::text as cost, input_tokens from request_log
      where workspace_id = ${tenant.workspaceId}`;
    expect(row).toMatchObject({ outcome: "upstream_error", output_tokens: 12 });
    expect(BigInt(row?.cost)).toBe(BigInt(row?.input_tokens) * 1000n + 12n * 2000n);
  });

  it("that the client leaves is billed for what was sent, and its hold is given back", async () => {
    await freshTenant();
    const abort = new AbortController();
    const response = await fetch(`${door.origin}/v1/messages`, {
      method: "POST",
      headers: { "x-api-key": key.secret, "content-type": "application/json" },
      body: JSON.stringify({ ...hello, model: "mock-slow", stream: true }),
      signal: abort.signal,
    });
    const reader = response.body?.getReader();
    await reader?.read();
    abort.abort();
    await vi.waitFor(async () => {
      const books = await readBooks(door.sql, tenant.workspaceId);
      expect(books).toMatchObject({ rows: 1, holds: 0, heldNanos: 0n });
      expect(books.usedNanos).toBe(books.loggedNanos);
      expect(books.usedNanos).toBeGreaterThan(0n);
    });
    const [row] = await door.sql`
      select outcome from request_log where workspace_id = ${tenant.workspaceId}`;
    expect(row?.outcome).toBe("client_gone");
  });

  it("ends within five seconds when its key is revoked", async () => {
    await freshTenant();
    const response = await post("/v1/chat/completions", {
      ...hello,
      model: "mock-slow",
      stream: true,
    });
    const startedAtMs = performance.now();
    await door.sql`update api_keys set revoked_at = now() where id = ${key.id}`;
    let text = "";
    await expect(async () => {
      for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
    }).rejects.toThrow();
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
    expect(text).toContain('"code":"revoked_api_key"');
    const books = await readBooks(door.sql, tenant.workspaceId);
    expect(books).toMatchObject({ rows: 1, holds: 0, heldNanos: 0n });
    expect(books.usedNanos).toBeGreaterThan(0n);
  });
});
