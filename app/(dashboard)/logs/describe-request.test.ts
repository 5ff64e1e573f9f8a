import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeRequest } from "@/app/(dashboard)/logs/describe-request";
import { costOf } from "@/app/(dashboard)/logs/request-cost";
import { RequestDetail } from "@/app/(dashboard)/logs/request-detail";
import { failures } from "@/lib/gateway/failures";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  type Tenant,
  type TestDoor,
} from "@/lib/gateway/testing/gateway";
import type { Role } from "@/lib/scope";
import { findRequest, type LoggedRequest } from "@/lib/usage/request-detail-queries";
import { errorStatuses } from "@/lib/usage/request-log";

let door: TestDoor;
let tenant: Tenant;

beforeAll(async () => {
  door = await openTestDoor();
  tenant = await createTenant(door.sql);
});
afterAll(() => door.close());

interface Ask {
  path?: string;
  method?: string;
  body?: unknown;
  /** Sent as it is in the place of `body`. */
  raw?: string;
}

const chat = { model: "deepseek-chat", messages: [{ role: "user", content: "Hi" }], max_tokens: 9 };

async function ask(secret: string, { path = "/v1/chat/completions", method, body, raw }: Ask = {}) {
  const isRead = method === "GET";
  return await fetch(door.origin + path, {
    method: method ?? "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    ...(isRead ? {} : { body: raw ?? JSON.stringify(body ?? chat) }),
  });
}

/** The request as the log has it, once it has it. */
async function logged(response: Response): Promise<LoggedRequest> {
  const id = response.headers.get("x-request-id") ?? "";
  return await expect
    .poll(() => findRequest(door.database.db, tenant, id), { timeout: 10_000 })
    .not.toBeNull()
    .then(async () => {
      const request = await findRequest(door.database.db, tenant, id);
      if (!request) throw new Error(`${id} is gone again`);
      return request;
    });
}

async function describeAnswer(response: Response, role: Role = "owner"): Promise<RequestDetail> {
  const detail = describeRequest(await logged(response), role);
  // What the browser checks it against.
  expect(RequestDetail.is(JSON.parse(JSON.stringify(detail)))).toBe(true);
  return detail;
}

/** Makes a key, changed by `columns`, and answers its secret. */
async function keyWith(columns: Record<string, string | number | string[] | Date | null>) {
  const key = await createTestKey(door.sql, tenant);
  if (Object.keys(columns).length > 0) {
    await door.sql`update api_keys set ${door.sql(columns)} where id = ${key.id}`;
  }
  return { id: key.id, secret: key.secret };
}

const messages = { path: "/v1/messages", body: { ...chat, model: "glm-4.7" } };

describe("the error body", () => {
  test.each<[string, Parameters<typeof keyWith>[0], Ask, string, string]>([
    ["a revoked key", { revoked_at: new Date() }, {}, "Key", "Create another key"],
    [
      "a revoked key, REST",
      { revoked_at: new Date() },
      { path: "/v1/usage", method: "GET" },
      "Key",
      "Create another key",
    ],
    ["a disabled key", { disabled_at: new Date() }, messages, "Key", "Open the key"],
    ["an expired key", { expires_at: new Date("2026-01-01") }, {}, "Key", "Create another key"],
    [
      "a scope",
      { scopes: ["read"] },
      { path: "/v1/resources", body: { name: "a" } },
      "Key",
      "Add the scope",
    ],
    [
      "an address",
      { address_allowlist: ["203.0.113.7"] },
      messages,
      "Key",
      "Change the allowed addresses",
    ],
    ["a model", { model_allowlist: ["gpt-4"] }, {}, "Key", "Change the allowed models"],
    [
      "a model, REST",
      { model_allowlist: ["gpt-4"] },
      { path: "/v1/generate", body: { prompt: "Hi", model: "glm-4.7" } },
      "Key",
      "Change the allowed models",
    ],
    ["a model that isn't", {}, { body: { ...chat, model: "gpt-9" } }, "Key", ""],
    ["a missing field", {}, { body: { model: "gpt-4" } }, "Request", ""],
    [
      "a wrong field",
      {},
      { ...messages, body: { ...messages.body, temperature: 9 } },
      "Request",
      "",
    ],
    ["wrong JSON", {}, { raw: "{" }, "Request", ""],
    [
      "wrong fields, REST",
      { scopes: ["write"] },
      { path: "/v1/resources", body: { name: 5, type: [] } },
      "Answer",
      "",
    ],
    ["a thing that isn't", {}, { path: "/v1/resources/res_x", method: "GET" }, "Answer", ""],
    ["a cap", { cap_day_nanos: 1 }, {}, "Limits", "Raise the cap"],
    [
      "a cap, REST",
      { cap_month_nanos: 1 },
      { path: "/v1/generate", body: { prompt: "Hi", model: "glm-4.7" } },
      "Limits",
      "Raise the cap",
    ],
    [
      "a balance",
      {},
      { body: { ...chat, model: "gpt-4", n: 100, max_tokens: 4_000 } },
      "Limits",
      "Top up",
    ],
  ])("of %s is the one that was sent", async (_, columns, asked, failedStep, fix) => {
    const key = await keyWith(columns);
    const answer = await ask(key.secret, asked);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    const detail = await describeAnswer(answer);
    expect(JSON.parse(detail.body?.text ?? "null")).toEqual(await answer.json());
    expect(detail.steps.find(({ state }) => state === "failed")?.name).toBe(failedStep);
    if (fix !== "") expect(detail.refusal?.fixes[0]?.label).toBe(fix);
    expect(detail.refusal?.fixes.at(-1)?.href).toMatch(/^\/docs\/errors#[a-z_0-9]+$/);
    expect(detail.refusal?.title).not.toBe("");
    // What was compared is told, but never the key itself.
    expect(JSON.stringify(detail)).not.toContain(key.secret);
  });

  test("of an hour that is full is the one that was sent, for the key's own as for the plan's", async () => {
    const key = await keyWith({ requests_per_hour: 1 });
    await ask(key.secret);
    const own = await ask(key.secret, messages);
    expect(own.status).toBe(429);
    const detail = await describeAnswer(own);
    expect(JSON.parse(detail.body?.text ?? "null")).toEqual(await own.json());
    expect(detail.refusal?.fixes[0]).toEqual({
      label: "Raise the key’s rate",
      href: `/keys/${key.id}`,
    });
    expect(detail.refusal?.compared).toContainEqual({ label: "Allowed an hour", value: "1" });
  });

  test("of what failed at the model is the one that was sent", async () => {
    const key = await keyWith({});
    for (const model of ["mock-500", "mock-503", "mock-504"]) {
      const answer = await ask(key.secret, { ...messages, body: { ...messages.body, model } });
      const detail = await describeAnswer(answer);
      expect(JSON.parse(detail.body?.text ?? "null")).toEqual(await answer.json());
      expect(detail.steps.find(({ state }) => state === "failed")?.name).toBe("Upstream");
    }
  });
});

test.each<[Role, boolean, boolean]>([
  ["owner", true, true],
  ["developer", true, false],
  ["billing", false, true],
  ["viewer", false, false],
])(
  "a %s is offered what the role may mend, and told who can do the rest",
  async (role, keys, pays) => {
    const capped = await keyWith({ cap_day_nanos: 1 });
    const cap = await describeAnswer(await ask(capped.secret), role);
    expect(cap.refusal?.fixes.some(({ label }) => label === "Raise the cap")).toBe(keys);
    expect(cap.refusal?.whoCan === null).toBe(keys);
    const free = await keyWith({});
    const dear = { body: { ...chat, model: "gpt-4", n: 100, max_tokens: 4_000 } };
    const balance = await describeAnswer(await ask(free.secret, dear), role);
    expect(balance.refusal?.fixes.some(({ label }) => label === "Top up")).toBe(pays);
    expect(balance.refusal?.whoCan === null).toBe(pays);
  },
);

test("D9 the cost of a request adds up to what was charged, in exact decimals", async () => {
  const key = await keyWith({});
  const answer = await ask(key.secret);
  const charged = answer.headers.get("x-request-cost");
  const detail = await describeAnswer(answer);
  expect(detail.cost?.total).toBe(`$${charged}`);
  expect(detail).toMatchObject({ refusal: null, body: null, outcome: "Succeeded" });
  expect(detail.steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
    "Key done",
    "Limits done",
    "Upstream done",
    "Settled done",
  ]);
});

test("tokens times price are shown to the last digit, then rounded up once", () => {
  const cost = costOf({
    ...{ inputTokens: 7, outputTokens: 3, estimated: false, outcome: "ok" },
    ...{ inputNanosPerMtok: 123_456_789n, outputNanosPerMtok: 1n },
    ...{ costNanos: 865n, heldNanos: 2_000n },
  });
  expect(cost).toMatchObject({
    lines: [
      { label: "Input", tokens: "7", price: "$0.123456789", amount: "$0.000000864197523" },
      { label: "Output", tokens: "3", price: "$0.000000001", amount: "$0.000000000000003" },
    ],
    ...{ unrounded: "$0.000000864197526", total: "$0.000000865", totalNanos: "865" },
    ...{ held: "$0.000002", released: "$0.000001135", note: null },
  });
});

test("every status that the registry can answer is looked for by its class", () => {
  const statuses = Object.values(failures).flatMap((failure) => [
    failure.status,
    ...("anthropicStatus" in failure ? [failure.anthropicStatus] : []),
  ]);
  const known: readonly number[] = errorStatuses;
  expect(statuses.filter((status) => !known.includes(status))).toEqual([]);
});
