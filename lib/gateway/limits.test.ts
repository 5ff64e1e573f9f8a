import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { createTenant, createTestKey, readBooks } from "@/lib/gateway/testing/gateway";
import { endProcess, type GatewayProcess, spawnGateway } from "@/lib/gateway/testing/process";
import { nanosToDecimal } from "@/lib/money";

let database: TestDatabase;
let gateways: GatewayProcess[];
/** Two processes on one database: what holds here holds on any number. */
let door: { sql: TestDatabase["sql"]; origins: string[]; origin: string };

beforeAll(async () => {
  database = await createTestDatabase();
  gateways = [await spawnGateway(database.url, 29_000), await spawnGateway(database.url, 29_000)];
  const origins = gateways.map((gateway) => gateway.origin);
  door = { sql: database.sql, origins, origin: origins[0] ?? "" };
});

afterAll(async () => {
  for (const { child } of gateways) expect(await endProcess(child, "SIGTERM")).toBe(0);
  await database.drop();
});

function ask(origin: string, secret: string, body: unknown) {
  return fetch(`${origin}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** Calls `work` for 0…count-1 with at most `parallel` at once. */
async function flood(count: number, parallel: number, work: (i: number) => Promise<number>) {
  const statuses: number[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      for (let i = next++; i < count; i = next++) statuses.push(await work(i));
    }),
  );
  return Object.fromEntries(
    [...new Set(statuses)].sort().map((s) => [s, statuses.filter((status) => status === s).length]),
  );
}

describe("the balance", () => {
  it("P3 F05 for 500 requests lets exactly 500 of 1,000 parallel ones through, over two gateways", async () => {
    const body = {
      model: "deepseek-chat",
      max_tokens: 16,
      messages: [{ role: "user", content: "Hello" }],
    };
    const probe = await createTenant(door.sql);
    const probeKey = await createTestKey(door.sql, probe);
    const cost = (await ask(door.origin, probeKey.secret, body)).headers.get("x-request-cost");
    expect(cost).not.toBeNull();
    const costNanos = BigInt(Math.round(Number(cost) * 1e9));

    const tenant = await createTenant(door.sql, {
      planId: "enterprise",
      balanceUsd: nanosToDecimal(costNanos * 500n),
    });
    const key = await createTestKey(door.sql, tenant);
    const statuses = await flood(1_000, 1_000, async (i) => {
      const response = await ask(door.origins[i % 2] ?? "", key.secret, body);
      await response.arrayBuffer();
      return response.status;
    });
    expect(statuses).toEqual({ 200: 500, 402: 500 });
    const books = await readBooks(door.sql, tenant.workspaceId);
    expect(books.usedNanos).toBe(books.limitNanos);
    expect(books.loggedNanos).toBe(books.limitNanos);
    expect(books).toMatchObject({ heldNanos: 0n, holds: 0 });
  });
});

describe("the hour", () => {
  it("of Standard lets exactly 1,000 of 1,001 requests through, whatever gateway they come by", async () => {
    const tenant = await createTenant(door.sql);
    const key = await createTestKey(door.sql, tenant, { environment: "test" });
    const statuses = await flood(1_001, 32, async (i) => {
      const response = await fetch(`${door.origins[i % 2]}/v1/models`, {
        headers: { authorization: `Bearer ${key.secret}` },
      });
      await response.arrayBuffer();
      return response.status;
    });
    expect(statuses).toEqual({ 200: 1_000, 429: 1 });
  });

  it("tells its limit, what remains and when there is room again", async () => {
    const tenant = await createTenant(door.sql, { requestsPerHour: 2 });
    const key = await createTestKey(door.sql, tenant);
    const get = () => fetch(`${door.origin}/v1/models`, { headers: { "x-api-key": key.secret } });
    const first = await get();
    expect(first.headers.get("x-ratelimit-limit")).toBe("2");
    expect(first.headers.get("x-ratelimit-remaining")).toBe("1");
    await get();
    const refused = await get();
    expect(refused.status).toBe(429);
    const retryAfter = Number(refused.headers.get("retry-after"));
    expect(retryAfter).toBeGreaterThan(3_500);
    expect(retryAfter).toBeLessThanOrEqual(3_720);
    const reset = Number(refused.headers.get("x-ratelimit-reset"));
    expect(Math.abs(reset - (Date.now() / 1000 + retryAfter))).toBeLessThan(3);
    expect(refused.headers.get("ratelimit-policy")).toBe('"hour";q=2;w=3600');
    expect(refused.headers.get("ratelimit")).toBe(`"hour";r=0;t=${retryAfter}`);
    expect(refused.headers.get("x-limit-source")).toBe("plan_hour");
    // The clock can't be moved, so the counted minutes are moved into the past instead.
    const age = (minutes: number) => door.sql`
      update budgets set slots_at = slots_at - make_interval(mins => ${minutes})
      where workspace_id = ${tenant.workspaceId} and kind = 'rate' returning slots_at`;
    // A minute may turn between any two requests here, so both steps leave room for one.
    const [aged] = await age(59);
    expect((await get()).status).toBe(429);
    const expectedResetMs = aged?.slots_at.getTime() + 120 * 60_000;
    expect(Math.abs(reset * 1000 - expectedResetMs)).toBeLessThanOrEqual(60_000);
    await age(2);
    expect((await get()).status).toBe(200);
  });

  it("counts refused requests of a good key as well, but never a request it refused itself", async () => {
    const tenant = await createTenant(door.sql, { requestsPerHour: 3 });
    const key = await createTestKey(door.sql, tenant, { scopes: ["webhook"] });
    for (let i = 0; i < 3; i++) {
      const response = await ask(door.origin, key.secret, {
        model: "gpt-4",
        messages: [{ role: "user", content: "Hi" }],
      });
      expect(response.status).toBe(403);
      expect(response.headers.get("x-ratelimit-remaining")).toBe(String(2 - i));
    }
    const good = await createTestKey(door.sql, tenant);
    const refused = await ask(door.origin, good.secret, {});
    expect(refused.status).toBe(429);
    const [row] = await door.sql`
      select used::int from budgets where workspace_id = ${tenant.workspaceId} and kind = 'rate'`;
    expect(row?.used).toBe(3);
  });
});
