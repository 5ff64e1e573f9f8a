import { drizzle } from "drizzle-orm/postgres-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "@/db/client";
import { demoEmail, seedDemo } from "@/db/seed-demo";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { verifyPassword } from "@/lib/auth/password";
import { resolveName } from "@/lib/outbound-address";
import { getUsage } from "@/lib/usage/queries";
import { eventSchemas } from "@/lib/webhooks/events";
import { getDelivery, listDeliveries, listEndpoints } from "@/lib/webhooks/queries";

const password = "a demo password of its own";
const authSecret = "0123456789abcdef0123456789abcdef";

let database: TestDatabase;
let outcomes: string[];
let workspaceId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  // Two processes at once: each has a connection of its own, as `npm start` on two machines would.
  const clients = [connect(database.url, 1, 60_000), connect(database.url, 1, 60_000)];
  outcomes = await Promise.all(
    clients.map((client) => seedDemo(drizzle(client), password, authSecret)),
  );
  await Promise.all(clients.map((client) => client.end()));
  const [row] = await database.sql<{ id: string }[]>`select id from workspaces`;
  workspaceId = row?.id ?? "";
});
afterAll(() => database.drop());

async function one(query: PromiseLike<readonly (object | undefined)[]>): Promise<unknown[]> {
  const [row] = await query;
  return Object.values(row ?? {});
}

describe("seedDemo", () => {
  it("makes one demo, also when two processes start at once", async () => {
    expect(outcomes.sort()).toEqual(["seeded", "unchanged"]);
    expect(
      await one(database.sql`
        select (select count(*)::int from users), (select count(*)::int from workspaces) as w,
          (select count(*)::int from api_keys) as k`),
    ).toEqual([1, 1, 6]);
  });

  it("changes nothing the second time but a password that was changed", async () => {
    const count = () => one(database.sql`select count(*)::int from request_log`);
    const before = await count();
    expect(await seedDemo(database.db, password, authSecret)).toBe("unchanged");
    expect(await seedDemo(database.db, "another demo password", authSecret)).toBe(
      "password updated",
    );
    expect(await count()).toEqual(before);
    const [hash] = await one(
      database.sql`select password_hash from users where email = ${demoEmail}`,
    );
    expect(await verifyPassword("another demo password", String(hash))).toBe(true);
  });

  it("adds up to the nano-dollar: log, roll-ups, balance and journal", async () => {
    const [logged, rolledUp, used, balance, wallet, unposted] = await one(database.sql`
      select (select sum(cost_nanos) from request_log)::text as logged,
        (select sum(cost_nanos) from usage_hourly)::text as rolled_up,
        b.used::text, (b."limit" - b.used)::text as balance,
        (select sum(amount_nanos) from ledger_entries where account = 'wallet')::text as wallet,
        ((select sum(cost_nanos) from usage_hourly)
          - (select sum(posted_nanos) from usage_postings))::text as unposted
      from budgets b where b.kind = 'balance'`);
    expect(rolledUp).toBe(logged);
    expect(used).toBe(logged);
    expect(BigInt(String(balance))).toBe(BigInt(String(wallet)) - BigInt(String(unposted)));
    expect(
      await one(database.sql`
        select sum(amount_nanos)::text, count(*) filter (where amount_nanos = 0)::int as zeros
        from ledger_entries`),
    ).toEqual(["0", 0]);
    // Every whole hour is posted; the running one waits for its end.
    expect(
      await one(database.sql`
        select count(*)::int from usage_hourly u
        where hour < date_trunc('hour', now(), 'UTC') and cost_nanos > 0 and not exists (
          select from usage_postings p where p.workspace_id = u.workspace_id and p.hour = u.hour)`),
    ).toEqual([0]);
  });

  it("rolls up every request in the hour in which it ended, with its latency", async () => {
    expect(
      await one(database.sql`
        select (select count(*) from request_log)::text as logged, sum(requests)::text,
          sum((select sum(n) from unnest(latency_buckets) as n))::text as timed
        from usage_hourly`),
    ).toEqual(
      await one(database.sql`
      select count(*)::text as a, count(*)::text as b, count(*)::text as c from request_log`),
    );
  });

  it("never let the balance fall below zero, and ends near $42 after a month of about $128", async () => {
    expect(
      await one(database.sql`
        select min(running) >= 0 from (
          select sum(amount) over (order by at, amount desc) as running from (
            select t.created_at as at, e.amount_nanos as amount
            from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
            where e.account = 'wallet' and t.kind <> 'usage'
            union all select at, -cost_nanos from request_log
          ) as movements
        ) as balances`),
    ).toEqual([true]);
    const scope = { workspaceId, userId: "", sessionId: "", role: "owner" } as const;
    const usage = await getUsage(database.db, scope, {
      range: "30d",
      metric: "cost",
      group: "model",
    });
    const dollars = Number(usage.totals.costNanos) / 1e9;
    expect(dollars).toBeGreaterThan(127);
    expect(dollars).toBeLessThan(130);
    const errorRate = Number(usage.totals.errors) / Number(usage.totals.requests);
    expect(errorRate).toBeGreaterThan(0.001);
    expect(errorRate).toBeLessThan(0.01);
    expect(usage.previous.requests).not.toBe("0");
    const [balance] = await one(
      database.sql`select ("limit" - used)::text from budgets where kind = 'balance'`,
    );
    expect(Math.round(Number(balance) / 1e9)).toBe(42);
  });

  it("prices each request by its model, within what the model can take", async () => {
    expect(
      await one(database.sql`
        select count(*)::int from request_log l left join models m on m.id = l.model
        where l.cost_nanos <> ceil((l.input_tokens::numeric * coalesce(l.input_nanos_per_mtok, 0)
            + l.output_tokens::numeric * coalesce(l.output_nanos_per_mtok, 0)) / 1000000)
          or l.input_tokens + l.output_tokens > m.context_tokens
          or l.output_tokens > m.output_tokens_max
          or l.at + make_interval(secs => l.latency_ms / 1000.0) > now()
          or (l.status >= 400 and l.cost_nanos > 0)`),
    ).toEqual([0]);
  });

  it("has webhooks with a history, and leaves nothing to send: their names lead nowhere", async () => {
    const scope = { workspaceId };
    const endpoints = await listEndpoints(database.db, scope);
    expect(endpoints.map(({ disabledReason }) => disabledReason)).toEqual([null, "user"]);
    const states = new Set<string>();
    for (const { id, url } of endpoints) {
      const { deliveries } = await listDeliveries(database.db, scope, { endpointId: id });
      for (const delivery of deliveries) states.add(delivery.state);
      for (const { id: one } of deliveries) {
        const found = await getDelivery(database.db, scope, { endpointId: id, id: one });
        const { type, data, id: messageId } = JSON.parse(found?.payload ?? "{}");
        expect(messageId).toBe(found?.message.id);
        const schema = Object.entries(eventSchemas).find(([name]) => name === type)?.[1];
        expect(schema?.strict().parse(data)).toEqual(data);
      }
      const error = await new Promise((done) =>
        resolveName(new URL(url).hostname, { all: true }, done),
      );
      expect(error).toMatchObject({ code: "ENOTFOUND" });
    }
    expect(states).toEqual(new Set(["delivered", "failed"]));
  });

  it("puts every request into its day's partition", async () => {
    expect(await one(database.sql`select count(*)::int from request_log_default`)).toEqual([0]);
  });
});
