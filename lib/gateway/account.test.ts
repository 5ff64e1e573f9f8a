import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getBalance } from "@/lib/billing/queries";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  type Tenant,
  type TestDoor,
} from "@/lib/gateway/testing/gateway";
import { newId } from "@/lib/id";
import { nanosToDecimal, usdToNanos } from "@/lib/money";
import type { Scope } from "@/lib/scope";
import { getUsage } from "@/lib/usage/queries";

let door: TestDoor;

beforeAll(async () => {
  door = await openTestDoor();
});
afterAll(() => door.close());

async function openTenant(scopes = ["read"]): Promise<Tenant & { secret: string; keyId: string }> {
  const tenant = await createTenant(door.sql, { planId: "enterprise" });
  const key = await createTestKey(door.sql, tenant, { scopes });
  return { ...tenant, secret: key.secret, keyId: key.id };
}

const scopeOf = ({ workspaceId, userId }: Tenant): Scope => ({
  ...{ workspaceId, userId, sessionId: newId("session"), role: "owner" },
});

async function get(path: string, secret: string) {
  const response = await fetch(`${door.origin}${path}`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  return { status: response.status, body: await response.json() };
}

async function addUsage(
  tenant: Tenant & { keyId: string },
  rows: { hour: string; model?: string; status?: number; cost?: bigint; requests?: number }[],
): Promise<void> {
  for (const row of rows) {
    await door.sql`
      insert into usage_hourly (workspace_id, hour, key_id, model, endpoint, status_class, requests,
        input_tokens, output_tokens, cost_nanos, latency_buckets)
      values (${tenant.workspaceId}, ${row.hour}::timestamptz, ${tenant.keyId},
        ${row.model ?? "gpt-4"}, '/v1/generate', ${row.status ?? 2}, ${row.requests ?? 1}, 10, 5,
        ${(row.cost ?? 1n).toString()}, array_fill(0, array[12]))`;
  }
}

describe("GET /v1/usage", () => {
  it("C08 tells the key's own workspace, whoever is asked for", async () => {
    const mine = await openTenant();
    const theirs = await openTenant();
    await addUsage(mine, [{ hour: "2026-03-01T10:00Z", cost: 7n }]);
    await addUsage(theirs, [{ hour: "2026-03-01T10:00Z", cost: 9n }]);
    const range = "from=2026-03-01&to=2026-03-01";
    const query = `user_id=${theirs.userId}&workspace_id=${theirs.workspaceId}`;
    const answer = await get(`/v1/usage?${range}&${query}`, mine.secret);
    expect(answer.status).toBe(200);
    expect(answer.body.totals.cost).toBe("0.000000007");
    expect(answer.body).toEqual((await get(`/v1/usage?${range}`, mine.secret)).body);
  });

  it("cuts at UTC hours and days, draws empty intervals, and splits by what is asked for", async () => {
    const tenant = await openTenant();
    await addUsage(tenant, [
      { hour: "2026-03-01T23:00Z", model: "gpt-4", cost: 1_000n },
      { hour: "2026-03-03T00:00Z", model: "gpt-4", cost: 1n },
      { hour: "2026-03-03T00:00Z", model: "", status: 4, cost: 0n, requests: 3 },
    ]);
    const days = await get("/v1/usage?from=2026-03-01&to=2026-03-03&group_by=model", tenant.secret);
    expect(days.body).toMatchObject({
      object: "usage",
      from: "2026-03-01T00:00:00.000Z",
      to: "2026-03-04T00:00:00.000Z",
      interval: "day",
      group_by: "model",
      currency: "USD",
      totals: { requests: 5, errors: 3, input_tokens: 30, output_tokens: 15, cost: "0.000001001" },
    });
    expect(days.body.data.map((i: { requests: number }) => i.requests)).toEqual([1, 0, 4]);
    expect(days.body.data[2]).toEqual({
      start: "2026-03-03T00:00:00.000Z",
      end: "2026-03-04T00:00:00.000Z",
      ...{ requests: 4, errors: 3, input_tokens: 20, output_tokens: 10, cost: "0.000000001" },
      groups: [
        {
          group: null,
          ...{ requests: 3, errors: 3, input_tokens: 10, output_tokens: 5, cost: "0.00" },
        },
        {
          group: "gpt-4",
          ...{ requests: 1, errors: 0, input_tokens: 10, output_tokens: 5, cost: "0.000000001" },
        },
      ],
    });
    const hours = await get(
      "/v1/usage?from=2026-03-01T22:00Z&to=2026-03-02T01:00Z&interval=hour&group_by=status",
      tenant.secret,
    );
    expect(hours.body.data.map((i: { requests: number }) => i.requests)).toEqual([0, 1, 0]);
    expect(hours.body.data[1].groups[0].group).toBe("2xx");
    const byKey = await get("/v1/usage?from=2026-03-01&to=2026-03-03&group_by=key", tenant.secret);
    expect(byKey.body.data[0].groups[0].group).toBe(tenant.keyId);
  });

  it("P9 equals the dashboard's totals and the books, to the nano-dollar, for any traffic", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          fc.record({
            day: fc.integer({ min: 1, max: 28 }),
            hourOfDay: fc.integer({ min: 0, max: 23 }),
            model: fc.constantFrom("gpt-4", "glm-4.7", ""),
            status: fc.constantFrom(2, 4, 5),
            cost: fc.bigInt({ min: 0n, max: 9_007_199_254_740_993n }),
          }),
          { maxLength: 12, selector: (r) => `${r.day} ${r.hourOfDay} ${r.model} ${r.status}` },
        ),
        fc.constantFrom("", "&group_by=model", "&group_by=status", "&interval=hour"),
        async (rows, options) => {
          const tenant = await openTenant();
          const two = (n: number) => String(n).padStart(2, "0");
          await addUsage(
            tenant,
            rows.map(({ day, hourOfDay, ...row }) => ({
              hour: `2026-03-${two(day)}T${two(hourOfDay)}:00Z`,
              ...row,
            })),
          );
          const range = { from: "2026-03-01", to: "2026-03-31" };
          const answer = await get(
            `/v1/usage?from=${range.from}&to=${range.to}${options}`,
            tenant.secret,
          );
          const shown = await getUsage(door.database.db, scopeOf(tenant), {
            ...{ range: "custom", ...range, metric: "cost", group: "model" },
          });
          expect(answer.body.totals).toEqual({
            requests: Number(shown.totals.requests),
            errors: Number(shown.totals.errors),
            input_tokens: Number(shown.totals.inputTokens),
            output_tokens: Number(shown.totals.outputTokens),
            cost: nanosToDecimal(BigInt(shown.totals.costNanos)),
          });
          const parts: { cost: string }[] = answer.body.data;
          const sum = parts.reduce((total, { cost }) => total + usdToNanos(cost), 0n);
          expect(nanosToDecimal(sum)).toBe(answer.body.totals.cost);
        },
      ),
      { numRuns: 15 },
    );
  });

  const bad: [string, string][] = [
    ["from=2026-03-02&to=2026-03-01", "from"],
    ["from=2025-01-01&to=2026-02-04", "from"],
    ["from=2026-02-30", "from"],
    ["to=2026-02-30", "to"],
    ["from=%2B275760-09-13T00:00:00Z", "from"],
    ["to=%2B275760-09-13T00:00:00Z", "to"],
    ["from=1999-12-31&to=2000-01-02", "from"],
    ["from=", "from"],
    ["from=2999-01-01", "from"],
    ["interval=week", "interval"],
    ["interval=", "interval"],
    ["group_by=user", "group_by"],
    ["group_by=constructor", "group_by"],
    ["from=2026-01-01&from=2026-01-02", "from"],
    ["from=%00", "from"],
  ];
  it.each(bad)("E43 ?%s is 400 with the path %s", async (query, path) => {
    const { secret } = await openTenant();
    const answer = await get(`/v1/usage?${query}`, secret);
    expect(answer.status).toBe(400);
    expect(answer.body.error.code).toBe("VALIDATION_ERROR");
    expect(answer.body.errors.map((e: { path: string }) => e.path)).toEqual([path]);
  });

  it("needs the scope read", async () => {
    const { secret } = await openTenant(["write"]);
    expect((await get("/v1/usage", secret)).status).toBe(403);
    expect((await get("/v1/balance", secret)).status).toBe(403);
  });
});

describe("GET /v1/balance", () => {
  it("P9 equals the dashboard's balance, what is held included, in exact decimals", async () => {
    const tenant = await openTenant();
    await door.sql`
      update budgets set used = 1234567, held = 89
      where workspace_id = ${tenant.workspaceId} and kind = 'balance'`;
    const answer = await get("/v1/balance", tenant.secret);
    expect(answer.body).toEqual({
      object: "balance",
      balance: "4.998765433",
      held: "0.000000089",
      available: "4.998765344",
      currency: "USD",
    });
    const shown = await getBalance(door.database.db, tenant);
    expect(answer.body.balance).toBe(nanosToDecimal(shown.balanceNanos));
    expect(answer.body.available).toBe(nanosToDecimal(shown.availableNanos));
  });

  it("has fallen by exactly what a call's x-request-cost said", async () => {
    const tenant = await openTenant();
    const generated = await fetch(`${door.origin}/v1/generate`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${tenant.secret}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ prompt: "Hello, world!", model: "gpt-4" }),
    });
    const cost = usdToNanos(generated.headers.get("x-request-cost") ?? "");
    expect(cost).toBeGreaterThan(0n);
    const { body } = await get("/v1/balance", tenant.secret);
    expect(usdToNanos(body.balance)).toBe(usdToNanos("5") - cost);
    expect(body.balance).toBe(generated.headers.get("x-balance-remaining"));
    const usage = await get("/v1/usage", tenant.secret);
    expect(usdToNanos(usage.body.totals.cost)).toBe(cost);
  });
});
