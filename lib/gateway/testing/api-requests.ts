import type postgres from "postgres";
import { z } from "zod";
import type { Tenant } from "@/lib/gateway/testing/gateway";
import type { SeenAnswer } from "@/lib/gateway/testing/openapi";

export interface SampleRequest {
  method?: string;
  params?: Record<string, string>;
  query?: string;
  body?: unknown;
  headers?: Record<string, string>;
  secret?: string;
}

export interface SampleWorld {
  sql: postgres.Sql;
  tenant: Tenant;
  /** An admin key of the tenant's. */
  secret: string;
  ask(request: SampleRequest & { path: string }): Promise<SeenAnswer>;
}

export type Sample = SampleRequest & { status: number };

type MakeSamples = (world: SampleWorld) => Promise<Sample[]> | Sample[];

const Made = z.looseObject({ id: z.string() });
const MadeKey = Made.extend({ key: z.string() });

async function makeResource({ ask, secret }: SampleWorld): Promise<{ id: string }> {
  const body = { name: "My Resource", type: "compute" };
  const answer = await ask({ method: "POST", path: "/v1/resources", body, secret });
  return { id: Made.parse(JSON.parse(answer.text)).id };
}

const keyWithLimits = {
  name: "With limits",
  scopes: ["read"],
  models: ["gpt-*"],
  rate_limit: 500,
  spend_caps: { day: "25.00" },
};

async function makeKey({ ask, secret }: SampleWorld): Promise<{ id: string; key: string }> {
  const body = { name: "Of a test", scopes: ["read"] };
  const answer = await ask({ method: "POST", path: "/v1/keys", body, secret });
  const { id, key } = MadeKey.parse(JSON.parse(answer.text));
  return { id, key };
}

const webhookUrl = "https://hooks.example.com/gatehouse";

async function makeWebhook({ ask, secret }: SampleWorld): Promise<{ id: string }> {
  const body = { url: webhookUrl, events: ["*"] };
  const answer = await ask({ method: "POST", path: "/v1/webhooks", body, secret });
  return { id: Made.parse(JSON.parse(answer.text)).id };
}

async function makeDelivery(world: SampleWorld): Promise<{ id: string; delivery_id: string }> {
  const { id } = await makeWebhook(world);
  const path = `/v1/webhooks/${id}/test`;
  const answer = await world.ask({ method: "POST", path, secret: world.secret });
  return { id, delivery_id: Made.parse(JSON.parse(answer.text)).id };
}

const messages = [{ role: "user", content: "Hello" }];
const tool = { name: "get_weather", description: "The weather", parameters: { type: "object" } };

/** Requests that succeed, by operation; each status is what the answer must have. */
const samples: Record<string, MakeSamples> = {
  createChatCompletion: () => [
    { status: 200, body: { model: "deepseek-chat", messages } },
    { status: 200, body: { model: "deepseek-chat", messages, n: 2, max_tokens: 1 } },
    { status: 200, body: { model: "gpt-4", messages, logprobs: true, top_logprobs: 2 } },
    {
      status: 200,
      body: { model: "gpt-4", messages, tools: [{ type: "function", function: tool }] },
    },
    { status: 200, body: { model: "gpt-4", messages, stream: true } },
    { status: 200, body: { model: "gpt-4", messages }, headers: { "idempotency-key": "chat-1" } },
    { status: 404, body: { model: "no-such-model", messages } },
    { status: 503, body: { model: "mock-503", messages } },
    { status: 500, body: { model: "mock-500", messages } },
  ],
  createMessage: () => [
    { status: 200, body: { model: "claude-haiku-4-5-20251001", messages } },
    { status: 200, body: { model: "gpt-4", messages, max_tokens: 10, stream: true } },
    { status: 529, body: { model: "mock-503", messages } },
    { status: 404, body: { model: "no-such-model", messages } },
  ],
  countTokens: () => [{ status: 200, body: { model: "gpt-4", messages } }],
  createEmbeddings: () => [
    { status: 200, body: { model: "text-embedding-3-small", input: "Hello", dimensions: 2 } },
    {
      status: 200,
      body: {
        ...{ model: "text-embedding-3-small", input: ["a", "b"], dimensions: 2 },
        encoding_format: "base64",
      },
    },
  ],
  generate: () => [
    { status: 200, body: { model: "gpt-4", prompt: "Hello, world!" } },
    { status: 200, body: { model: "gpt-4", prompt: "Hello", max_tokens: 1, system: "Be kind" } },
    { status: 400, body: { model: "gpt-4", prompt: "Hello", stream: true } },
    { status: 503, body: { model: "mock-503", prompt: "Hello" } },
  ],
  listModels: () => [{ status: 200 }, { status: 200, headers: { "anthropic-version": "x" } }],
  getModel: () => [
    { status: 200, params: { id: "gpt-4" } },
    { status: 200, params: { id: "gpt-4" }, headers: { "anthropic-version": "x" } },
    { status: 404, params: { id: "vendor/none" }, headers: { "anthropic-version": "x" } },
  ],
  listResources: () => [
    { status: 200 },
    { status: 200, query: "?limit=1" },
    { status: 400, query: "?limit=0" },
    { status: 400, query: "?cursor=x", headers: { accept: "application/problem+json" } },
  ],
  createResource: () => [
    { status: 201, body: { name: "My Resource", type: "compute", config: { cpu: 2 } } },
  ],
  getResource: async (world) => {
    const params = await makeResource(world);
    return [
      { status: 200, params },
      { status: 304, params, headers: { "if-none-match": '"1"' } },
    ];
  },
  replaceResource: async (world) => {
    const params = await makeResource(world);
    const body = { name: "Updated Name" };
    return [
      { status: 200, params, body },
      { status: 412, params, body, headers: { "if-match": '"1"' } },
    ];
  },
  updateResource: async (world) => {
    const params = await makeResource(world);
    return [
      { status: 200, params, body: { type: "storage" } },
      { status: 412, params, body: {}, headers: { "if-match": '"1"' } },
    ];
  },
  deleteResource: async (world) => {
    const params = await makeResource(world);
    return [
      { status: 412, params, headers: { "if-match": '"7"' } },
      { status: 200, params },
    ];
  },
  getUsage: () => [
    { status: 200 },
    { status: 200, query: "?interval=hour&group_by=model" },
    { status: 200, query: "?from=2026-01-01&to=2026-01-31&group_by=status" },
    { status: 400, query: "?from=2026-02-30" },
  ],
  getBalance: () => [{ status: 200 }],
  listKeys: () => [
    { status: 200 },
    { status: 200, query: "?limit=1&status=active" },
    { status: 400, query: "?status=none" },
  ],
  createKey: () => [
    { status: 201, body: { name: "Nightly batch", scopes: ["read"] } },
    { status: 201, body: keyWithLimits, headers: { "idempotency-key": "key-1" } },
    { status: 201, body: keyWithLimits, headers: { "idempotency-key": "key-1" } },
    {
      status: 422,
      body: { name: "Other", scopes: ["read"] },
      headers: { "idempotency-key": "key-1" },
    },
    { status: 400, body: { name: "Nightly batch", scopes: ["root"] } },
  ],
  verifyKey: ({ secret }) => [
    { status: 200, body: { key: secret } },
    { status: 200, body: { key: "gate_live_nonsense" } },
  ],
  getOwnKey: () => [{ status: 200 }],
  rotateOwnKey: async (world) => {
    const { key } = await makeKey(world);
    return [
      { status: 200, secret: key, body: { grace_seconds: 0 } },
      { status: 409, secret: key },
    ];
  },
  getKey: async (world) => [{ status: 200, params: await makeKey(world) }],
  updateKey: async (world) => {
    const params = await makeKey(world);
    return [
      { status: 200, params, body: { name: "Renamed", enabled: false } },
      { status: 412, params, body: { name: "B" }, headers: { "if-match": '"stale"' } },
    ];
  },
  deleteKey: async (world) => [{ status: 200, params: await makeKey(world) }],
  revokeKey: async (world) => {
    const params = await makeKey(world);
    return [
      { status: 412, params, headers: { "if-match": '"stale"' } },
      { status: 200, params },
    ];
  },
  rotateKey: async (world) => {
    const params = await makeKey(world);
    return [
      { status: 200, params },
      { status: 409, params, body: { grace_seconds: 60 } },
    ];
  },
  listWebhooks: async (world) => {
    await makeWebhook(world);
    return [
      { status: 200 },
      { status: 200, query: "?limit=1" },
      { status: 400, query: "?limit=0" },
    ];
  },
  createWebhook: () => [
    { status: 201, body: { url: webhookUrl, events: ["balance.low"] } },
    { status: 201, body: { url: webhookUrl, events: ["*"], description: "All" } },
    { status: 400, body: { url: "http://localhost", events: ["*"] } },
    { status: 400, body: { url: webhookUrl, events: [] } },
  ],
  getWebhook: async (world) => [{ status: 200, params: await makeWebhook(world) }],
  updateWebhook: async (world) => {
    const params = await makeWebhook(world);
    return [
      { status: 200, params, body: { description: "B", enabled: false } },
      { status: 400, params, body: { url: "https://127.1" } },
      { status: 400, params, body: {} },
    ];
  },
  deleteWebhook: async (world) => {
    const params = await makeWebhook(world);
    return [
      { status: 200, params },
      { status: 404, params },
    ];
  },
  rollWebhookSecret: async (world) => {
    const params = await makeWebhook(world);
    return [
      { status: 200, params },
      { status: 200, params, body: { overlap_seconds: 0 } },
      { status: 400, params, body: { overlap_seconds: 5 } },
    ];
  },
  testWebhook: async (world) => [{ status: 200, params: await makeWebhook(world) }],
  resendFailedWebhooks: async (world) => {
    const params = await makeWebhook(world);
    return [
      { status: 200, params, body: { since: "2026-11-21T00:00:00Z" } },
      { status: 400, params, body: { since: "yesterday" } },
    ];
  },
  listWebhookDeliveries: async (world) => {
    const params = await makeDelivery(world);
    return [
      { status: 200, params },
      { status: 200, params, query: "?status=failed&limit=1" },
      { status: 400, params, query: "?status=gone" },
    ];
  },
  getWebhookDelivery: async (world) => [{ status: 200, params: await makeDelivery(world) }],
  resendWebhookDelivery: async (world) => {
    const params = await makeDelivery(world);
    const done = await makeDelivery(world);
    await world.sql`
      update webhook_deliveries set state = 'failed', next_attempt_at = null
      where id = ${done.delivery_id}`;
    return [
      { status: 409, params },
      { status: 200, params: done },
    ];
  },
  getDescription: () => [{ status: 200 }],
};

/** The requests that show what an operation answers; none for one that nobody has written any for. */
export async function requestsOf(operationId: string, world: SampleWorld): Promise<Sample[]> {
  return (await samples[operationId]?.(world)) ?? [];
}
