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
import { nanosToDecimal } from "@/lib/money";

let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor({ gateways: 2 });
});
afterAll(() => door.close());

function chat(secret: string, body: object = {}, origin = door.origin, signal?: AbortSignal) {
  return fetch(`${origin}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({
      model: "deepseek-chat",
      max_tokens: 16,
      messages: [{ role: "user", content: "Hello" }],
      ...body,
    }),
    ...(signal ? { signal } : {}),
  });
}

const ask = (secret: string, origin = door.origin) =>
  fetch(`${origin}/v1/balance`, { headers: { authorization: `Bearer ${secret}` } });

const changeWorkspace = (tenant: Tenant, columns: Record<string, unknown>) =>
  door.sql`update workspaces set ${door.sql(columns)} where id = ${tenant.workspaceId}`;
const changeKey = (key: TestKey, columns: Record<string, unknown>) =>
  door.sql`update api_keys set ${door.sql(columns)} where id = ${key.id}`;

async function limited(columns: Record<string, unknown>, options = {}) {
  const tenant = await createTenant(door.sql, options);
  if (Object.keys(columns).length > 0) await changeWorkspace(tenant, columns);
  return { tenant, key: await createTestKey(door.sql, tenant) };
}

/** Sends `count` requests at once, every other one to the other gateway, and counts the statuses. */
async function flood(count: number, send: (origin: string) => Promise<Response>) {
  const statuses = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const response = await send(door.origins[i % 2] ?? "");
      await response.arrayBuffer();
      return response.status;
    }),
  );
  const found: Record<number, number> = {};
  for (const status of statuses) found[status] = (found[status] ?? 0) + 1;
  return found;
}

describe("a workspace's quotas", () => {
  it.each(["day", "month", "total"])("F08 of a %s: 403 with the values", async (period) => {
    const column = period === "total" ? "requests_total" : `requests_per_${period}`;
    const { key } = await limited({ [column]: 2 });
    expect((await ask(key.secret)).status).toBe(200);
    expect((await chat(key.secret)).status).toBe(200);
    const refused = await ask(key.secret);
    expect(refused.status).toBe(403);
    expect(refused.headers.get("x-should-retry")).toBe("false");
    expect(refused.headers.get("x-limit-source")).toBe(`plan_${period}`);
    const { error } = await refused.json();
    expect(error.code).toBe("QUOTA_EXCEEDED");
    expect(error.details).toEqual({
      period,
      limit: 2,
      used: 2,
      resets_at: error.details.resets_at,
    });
    const openAi = await (await chat(key.secret)).json();
    expect(openAi.error).toEqual({
      message: "Quota exceeded",
      type: "quota_exceeded",
      param: null,
      code: "quota_exceeded",
    });
  });

  it("tell when they start anew: midnight, the first, never", async () => {
    const { tenant, key } = await limited({ requests_per_day: 0 });
    const resetsAt = async () => (await (await ask(key.secret)).json()).error.details.resets_at;
    const [row] = await door.sql`
      select date_trunc('day', now(), 'UTC') + interval '1 day' as day,
        (date_trunc('month', now() at time zone 'UTC') + interval '1 month') at time zone 'UTC' as month`;
    expect(await resetsAt()).toBe(row?.day.toISOString());
    await changeWorkspace(tenant, { requests_per_month: 0 });
    expect(await resetsAt()).toBe(row?.month.toISOString());
    await changeWorkspace(tenant, { requests_total: 0 });
    expect(await resetsAt()).toBeNull();
  });

  it("F10 lowered below what is used refuse at once; raised, they go on from there", async () => {
    const { tenant, key } = await limited({ requests_total: 5 });
    for (let i = 0; i < 3; i++) expect((await ask(key.secret)).status).toBe(200);
    await changeWorkspace(tenant, { requests_total: 2 });
    const refused = await ask(key.secret);
    expect(refused.status).toBe(403);
    expect((await refused.json()).error.details).toMatchObject({ limit: 2, used: 3 });
    await changeWorkspace(tenant, { requests_total: 4 });
    expect((await ask(key.secret)).status).toBe(200);
    expect((await ask(key.secret)).status).toBe(403);
  });

  it("that are first set in the middle of a period know what came before", async () => {
    const { tenant, key } = await limited({});
    for (let i = 0; i < 3; i++) await (await chat(key.secret)).arrayBuffer();
    await changeWorkspace(tenant, { requests_per_day: 3, requests_total: 3 });
    const refused = await ask(key.secret);
    expect((await refused.json()).error.details).toMatchObject({ period: "total", used: 3 });
    await changeWorkspace(tenant, { requests_total: null });
    expect((await (await ask(key.secret)).json()).error.details).toMatchObject({
      period: "day",
      used: 3,
    });
  });

  it("admit exactly their number, over two gateways, and count no refused request", async () => {
    const { tenant, key } = await limited({ requests_per_day: 20, requests_per_month: 25 });
    const statuses = await flood(60, (origin) => ask(key.secret, origin));
    expect(statuses).toEqual({ 200: 20, 403: 40 });
    await changeWorkspace(tenant, { requests_per_day: null });
    expect(await flood(20, (origin) => ask(key.secret, origin))).toEqual({ 200: 5, 403: 15 });
  });

  it("count neither invalid bodies nor what the balance refuses", async () => {
    const { key } = await limited({ requests_per_day: 1 }, { balanceUsd: "0.000000001" });
    expect((await chat(key.secret)).status).toBe(402);
    expect((await chat(key.secret, { n: 0 })).status).toBe(400);
    expect((await ask(key.secret)).status).toBe(200);
    expect((await ask(key.secret)).status).toBe(403);
  });
});

describe("a key's caps", () => {
  async function costOf(): Promise<bigint> {
    const { key } = await limited({});
    const cost = (await chat(key.secret)).headers.get("x-request-cost");
    return BigInt(Math.round(Number(cost) * 1e9));
  }

  it.each(["day", "week", "month", "total"])(
    "F11 of a %s is kept though the balance has more",
    async (period) => {
      const cost = await costOf();
      const { tenant, key } = await limited({});
      await changeKey(key, { [`cap_${period}_nanos`]: (cost * 2n).toString() });
      const other = await createTestKey(door.sql, tenant);
      expect(await flood(6, (origin) => chat(key.secret, {}, origin))).toEqual({ 200: 2, 403: 4 });
      const refused = await chat(key.secret);
      expect(refused.status).toBe(403);
      expect(refused.headers.get("x-limit-source")).toBe("key_cap");
      expect(await refused.json()).toMatchObject({ error: { code: "quota_exceeded" } });
      await vi.waitFor(async () => {
        const rows = await door.sql`
        select details from request_log
        where key_id = ${key.id} and error_code = 'quota' and details ->> 'held' = '0.00'`;
        expect(rows[0]?.details).toMatchObject({
          period,
          limit: nanosToDecimal(cost * 2n),
          used: nanosToDecimal(cost * 2n),
        });
      });
      expect((await chat(other.secret)).status).toBe(200);
      expect((await ask(key.secret)).status).toBe(200);
      const books = await readBooks(door.sql, tenant.workspaceId);
      expect(books).toMatchObject({ usedNanos: cost * 3n, heldNanos: 0n, holds: 0 });
      const [cap] = await door.sql`
      select used::text, held::text, "limit"::text from budgets
      where key_id = ${key.id} and kind = 'cap'`;
      expect(cap).toEqual({ used: String(cost * 2n), held: "0", limit: String(cost * 2n) });
    },
  );

  it("never hold more than their limit, whatever runs at once", async () => {
    const cost = await costOf();
    const { tenant, key } = await limited({});
    await changeKey(key, { cap_day_nanos: String(cost * 10n), cap_total_nanos: String(cost * 7n) });
    const over: unknown[] = [];
    let isRunning = true;
    const watch = (async () => {
      while (isRunning) {
        over.push(
          ...(await door.sql`
            select * from budgets
            where key_id = ${key.id} and kind = 'cap' and used + held > "limit"`),
        );
      }
    })();
    expect(await flood(40, (origin) => chat(key.secret, {}, origin))).toEqual({ 200: 7, 403: 33 });
    isRunning = false;
    await watch;
    expect(over).toEqual([]);
    const books = await readBooks(door.sql, tenant.workspaceId);
    expect(books).toMatchObject({ usedNanos: cost * 7n, loggedNanos: cost * 7n, heldNanos: 0n });
  });

  it("say what output they would still cover", async () => {
    const { key } = await limited({});
    const cost = await costOf();
    await changeKey(key, { cap_day_nanos: cost.toString() });
    const refused = await chat(key.secret, { max_tokens: 4_000 });
    expect(refused.status).toBe(403);
    const tokens = Number(refused.headers.get("x-affordable-max-tokens"));
    expect(tokens).toBeGreaterThan(0);
    expect((await chat(key.secret, { max_tokens: tokens })).status).toBe(200);
  });

  it("let what is free pass", async () => {
    const { tenant } = await limited({});
    const key = await createTestKey(door.sql, tenant, { environment: "test" });
    await changeKey(key, { cap_total_nanos: "1" });
    expect((await chat(key.secret)).status).toBe(200);
  });
});

describe("a key's own hour", () => {
  it("is kept beside the workspace's, over two gateways, and named as the source", async () => {
    const { tenant, key } = await limited({ requests_per_hour: 12 });
    await changeKey(key, { requests_per_hour: 5 });
    const first = await ask(key.secret);
    expect(first.headers.get("x-ratelimit-limit")).toBe("5");
    expect(first.headers.get("ratelimit-policy")).toBe('"key-hour";q=5;w=3600');
    expect(await flood(10, (origin) => ask(key.secret, origin))).toEqual({ 200: 4, 429: 6 });
    const refused = await ask(key.secret);
    expect(refused.headers.get("x-limit-source")).toBe("key_rate");
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    expect(refused.headers.get("ratelimit")).toMatch(/^"key-hour";r=0;t=[1-9]\d*$/);
    const retryAfter = Number(refused.headers.get("retry-after"));
    expect((await refused.json()).error.details).toEqual({
      limit: 5,
      window: 3_600,
      retry_after: retryAfter,
    });
    // What the key's hour refused is not counted in the workspace's: seven of twelve are left.
    const other = await createTestKey(door.sql, tenant);
    expect(await flood(9, (origin) => ask(other.secret, origin))).toEqual({ 200: 7, 429: 2 });
    expect((await ask(other.secret)).headers.get("x-limit-source")).toBe("plan_hour");
  });

  it("F14 two keys below their own hours together keep the workspace's", async () => {
    const { tenant, key } = await limited({ requests_per_hour: 6 });
    const other = await createTestKey(door.sql, tenant);
    for (const one of [key, other]) await changeKey(one, { requests_per_hour: 5 });
    const statuses = [];
    for (let i = 0; i < 4; i++) {
      for (const { secret } of [key, other]) statuses.push((await ask(secret)).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 429, 429]);
  });

  it("that is first set knows the hour before", async () => {
    const { key } = await limited({});
    for (let i = 0; i < 3; i++) await (await chat(key.secret)).arrayBuffer();
    await changeKey(key, { requests_per_hour: 4 });
    expect((await ask(key.secret)).status).toBe(200);
    expect((await ask(key.secret)).status).toBe(429);
  });
});

describe("open streams", () => {
  it("F17 beyond the cap are 429; a slot is free within a second of an abort", async () => {
    const { tenant, key } = await limited({ concurrent_streams: 3 });
    const open = async (origin: string) => {
      const abort = new AbortController();
      const body = { model: "mock-slow", stream: true, max_tokens: 4_000 };
      const response = await chat(key.secret, body, origin, abort.signal);
      return { response, abort };
    };
    const streams = await Promise.all(door.origins.concat(door.origin).map(open));
    expect(streams.map(({ response }) => response.status)).toEqual([200, 200, 200]);
    const { response: refused } = await open(door.origin);
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(refused.headers.get("x-limit-source")).toBe("plan_streams");
    expect((await refused.json()).error).toEqual({
      message: "Rate limit exceeded: too many concurrent requests",
      type: "rate_limit_error",
      param: null,
      code: "concurrency_limit_exceeded",
    });
    // Requests that aren't streamed need no slot.
    expect((await chat(key.secret)).status).toBe(200);
    streams[0]?.abort.abort();
    const abortedAtMs = performance.now();
    const next = await vi.waitFor(async () => {
      const again = await open(door.origin);
      expect(again.response.status).toBe(200);
      return again;
    });
    expect(performance.now() - abortedAtMs).toBeLessThan(1_000);
    for (const { abort } of [...streams, next]) abort.abort();
    await vi.waitFor(async () => {
      expect(await readBooks(door.sql, tenant.workspaceId)).toMatchObject({ holds: 0 });
    });
  });

  it.each([
    ["disabled", "revoked", { disabled_at: new Date(0) }],
    ["of an unclaimed rotation", "expired", { rotation_deadline_at: new Date(0) }],
  ])("of a key that is %s end within seconds", async (_name, _reason, columns) => {
    const { key } = await limited({});
    const response = await chat(key.secret, {
      model: "mock-slow",
      stream: true,
      max_tokens: 4_000,
    });
    expect(response.status).toBe(200);
    await changeKey(key, columns);
    const startedAtMs = performance.now();
    await expect(response.text()).rejects.toThrow();
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
    await vi.waitFor(async () => {
      const rows = await door.sql`select outcome from request_log where key_id = ${key.id}`;
      expect(rows).toEqual([{ outcome: "revoked" }]);
    });
  });
});
