import { sql } from "drizzle-orm";
import fc from "fast-check";
import type postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Db } from "@/db/client";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import type { Scope } from "@/lib/scope";
import { findUsageDays, sumUsageDays } from "@/lib/usage/day-sums";
import { exportUsage } from "@/lib/usage/export-queries";
import { getLatencies, getUsage, readPlan } from "@/lib/usage/queries";
import { statusClasses, type UsageQuery, usageGroups, usageMetrics } from "@/lib/usage/schema";
import { openWorkspace } from "@/lib/usage/testing/workspace";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const days = 12;
const keys = ["key_00000000000000000000000001", "key_00000000000000000000000002"] as const;

/** Twelve days of an hour's twelve roll-ups each, the last of them now; some hours without any. */
async function fill(scope: Scope): Promise<void> {
  await database.sql`
    insert into usage_hourly
    select ${scope.workspaceId}, h, k, 'model-' || m, '/v1/' || (m % 2), class, n, n * 900, n * 130,
      n * 612345678901 + m, array[0, 0, n, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    from generate_series(
      date_trunc('hour', now()) - make_interval(days => ${days}::int), date_trunc('hour', now()),
      interval '1 hour'
    ) h
    cross join unnest(${[...keys]}::text[]) k cross join generate_series(0, 2) m
    cross join unnest(array[2, 4]) class
    cross join lateral (select 1 + abs(hashint8(extract(epoch from h)::bigint + m)) % 50 as n) drawn
    where extract(hour from h) <> 3`;
}

async function statesOf(scope: Scope): Promise<Record<string, number>> {
  const rows = await database.sql<{ state: string; days: number }[]>`
    select state, count(*)::int as days from usage_days
    where workspace_id = ${scope.workspaceId} group by 1`;
  return Object.fromEntries(rows.map((row) => [row.state, row.days]));
}

async function sumAll(scope: Scope): Promise<void> {
  for (;;) {
    await sumUsageDays(database.db);
    const [left] = await database.sql`
      select 1 from usage_days where workspace_id = ${scope.workspaceId} and state = 'due'
        and day < (now() - interval '49 hours')::date`;
    if (!left) return;
  }
}

class Undone extends Error {}

function isConflict(error: unknown): boolean {
  return error instanceof Error && String(error.cause).includes("could not serialize");
}

/**
 * Reads with what is summed, and again as if nothing were, at the same instant. Nothing of the second
 * is left behind.
 */
async function readTwice<T>(
  scope: Scope,
  read: (db: Db) => Promise<T>,
): Promise<{ fast: T; plain: T }> {
  for (;;) {
    const answers: T[] = [];
    try {
      await database.db.transaction(
        async (tx) => {
          answers.push(await read(tx));
          await tx.execute(sql`
            update usage_days set state = 'plain' where workspace_id = ${scope.workspaceId}`);
          answers.push(await read(tx));
          throw new Undone();
        },
        { isolationLevel: "repeatable read" },
      );
    } catch (error) {
      if (error instanceof Undone) {
        const [fast, plain] = answers;
        if (fast !== undefined && plain !== undefined) return { fast, plain };
      }
      if (!isConflict(error)) throw error;
    }
  }
}

/** All that is made of usage: the page's figures, its latencies and the export. */
async function readAll(db: Db, scope: Scope, query: UsageQuery) {
  const { plan } = await readPlan(db, scope, query);
  const exported = [];
  for await (const rows of exportUsage(db, scope, query, plan)) exported.push(...rows);
  return {
    usage: await getUsage(db, scope, query),
    latencies: await getLatencies(db, scope, query),
    exported,
  };
}

const anyQuery: fc.Arbitrary<UsageQuery> = fc
  .record({
    tz: fc.constantFrom(
      "UTC",
      "Europe/Berlin",
      "America/New_York",
      "America/St_Johns",
      "Asia/Kolkata",
      "Asia/Kathmandu",
      "Australia/Lord_Howe",
      "Pacific/Chatham",
      "Pacific/Kiritimati",
    ),
    range: fc.constantFrom("7d" as const, "30d" as const, "month" as const, "24h" as const),
    metric: fc.constantFrom(...usageMetrics),
    group: fc.constantFrom(...usageGroups),
    key: fc.option(fc.constantFrom(...keys), { nil: undefined, freq: 2 }),
    model: fc.option(fc.constantFrom("model-1", "model-9"), { nil: undefined, freq: 2 }),
    endpoint: fc.option(fc.constant("/v1/1"), { nil: undefined, freq: 2 }),
    status: fc.option(fc.constantFrom(...statusClasses), { nil: undefined, freq: 2 }),
    daysAgo: fc.integer({ min: 0, max: days }),
    length: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
  })
  .map(({ daysAgo, length, ...query }) => {
    if (length === undefined) return query;
    const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
    // The day before the last that may have begun anywhere.
    const last = daysAgo + 1;
    return { ...query, range: "custom", from: day(last + length - 1), to: day(last) };
  });

/** What may happen to roll-ups: as a settlement does it, as a correction would, and undone. */
const anyWrite = fc.record({
  kind: fc.constantFrom("settle", "correct", "remove", "move"),
  hoursAgo: fc.integer({ min: 0, max: days * 24 }),
  key: fc.constantFrom(...keys),
  model: fc.integer({ min: 0, max: 3 }),
  nanos: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
});
type Write = typeof anyWrite extends fc.Arbitrary<infer T> ? T : never;

async function write(client: postgres.ISql, scope: Scope, what: Write): Promise<void> {
  const { workspaceId } = scope;
  const { kind, key, model, nanos } = what;
  const hour = client`date_trunc('hour', now()) - make_interval(hours => ${what.hoursAgo}::int)`;
  const row = client`workspace_id = ${workspaceId} and hour = ${hour} and key_id = ${key}
    and model = ${`model-${model}`}`;
  if (kind === "settle") {
    await client`
      insert into usage_hourly as u values (
        ${workspaceId}, ${hour}, ${key}, ${`model-${model}`}, '/v1/0', 2, 1, 900, 130,
        ${String(nanos < 0n ? -nanos : nanos)}, '{0,0,0,0,0,0,0,0,0,1,0,0}'
      )
      on conflict (workspace_id, hour, key_id, model, endpoint, status_class) do update set
        requests = u.requests + excluded.requests, cost_nanos = u.cost_nanos + excluded.cost_nanos,
        latency_buckets = add_buckets(u.latency_buckets, excluded.latency_buckets)`;
  } else if (kind === "correct") {
    await client`
      update usage_hourly set cost_nanos = ${String(nanos)}, requests = requests - 1 where ${row}`;
  } else if (kind === "remove") {
    await client`delete from usage_hourly where ${row}`;
  } else {
    await client`
      update usage_hourly set hour = hour - interval '20 days', model = 'moved-' || gen_random_uuid()
      where ${row}`;
  }
}

describe("a year's figures from summed days", () => {
  it("are to the nano-dollar those of the roll-ups, whatever is written late, in any zone, group and filter", async () => {
    const scope = await openWorkspace(database.db);
    await fill(scope);
    await sumAll(scope);
    expect((await statesOf(scope)).summed).toBeGreaterThanOrEqual(days - 4);
    let summed = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyWrite, { maxLength: 3 }),
        fc.boolean(),
        fc.array(anyWrite, { maxLength: 2 }),
        fc.array(anyQuery, { minLength: 2, maxLength: 2 }),
        async (before, isSummed, after, queries) => {
          for (const what of before) await write(database.sql, scope, what);
          if (isSummed) await sumAll(scope);
          for (const what of after) await write(database.sql, scope, what);
          summed += (await statesOf(scope)).summed ?? 0;
          for (const query of queries) {
            const { fast, plain } = await readTwice(scope, (db) => readAll(db, scope, query));
            expect(fast).toEqual(plain);
            if (query.key || query.model || query.endpoint || query.status) continue;
            const [sum] = await database.sql<{ cost: string }[]>`
              select coalesce(sum(cost_nanos), 0)::text as cost from usage_hourly
              where workspace_id = ${scope.workspaceId} and hour >= ${fast.usage.from}
                and hour < ${fast.usage.until}`;
            expect(fast.usage.totals.costNanos).toBe(sum?.cost);
          }
        },
      ),
      // A busy machine does fewer, and no less right.
      { numRuns: 60, interruptAfterTimeLimit: 15_000, endOnFailure: true },
    );
    expect(summed).toBeGreaterThan(0);
  }, 60_000);

  it("are so at every instant while late writers and two workers are at it together", async () => {
    const scope = await openWorkspace(database.db);
    await fill(scope);
    const query: UsageQuery = { range: "30d", metric: "cost", group: "key", tz: "Asia/Kolkata" };
    let isOver = false;
    const writers = Array.from({ length: 3 }, async (_, writer) => {
      for (let i = 0; i < 25; i++) {
        await database.sql.begin(async (tx) => {
          const hoursAgo = 72 + ((i * 29 + writer * 7) % ((days - 3) * 24));
          const key = keys[writer % 2] ?? keys[0];
          await write(tx, scope, { kind: "settle", hoursAgo, key, model: i % 4, nanos: 7n });
          // Some stay open for a few statements more, so that the workers meet them.
          for (let more = i % 5; more > 0; more--) await tx`select`;
        });
      }
    });
    const workers = Array.from({ length: 2 }, async () => {
      while (!isOver) await sumUsageDays(database.db, 100);
    });
    const reader = (async () => {
      while (!isOver) {
        const { fast, plain } = await readTwice(scope, (db) => getUsage(db, scope, query));
        expect(fast).toEqual(plain);
      }
    })();
    await Promise.all(writers).finally(() => {
      isOver = true;
    });
    await Promise.all([...workers, reader]);
    await sumAll(scope);
    expect((await statesOf(scope)).summed).toBeGreaterThanOrEqual(days - 4);
    const { fast, plain } = await readTwice(scope, (db) => readAll(db, scope, query));
    expect(fast).toEqual(plain);
  });
});

describe("a day's sums", () => {
  it("count no more from the moment in which somebody writes to the day", async () => {
    const scope = await openWorkspace(database.db);
    await fill(scope);
    await sumAll(scope);
    const before = (await statesOf(scope)).summed ?? 0;
    const late = { kind: "settle", hoursAgo: 100, key: keys[0], model: 1, nanos: 5n } as const;
    await database.sql
      .begin(async (tx) => {
        await write(tx, scope, late);
        const [own] = await tx<{ days: number }[]>`
          select count(*)::int as days from usage_days
          where workspace_id = ${scope.workspaceId} and state = 'summed'`;
        expect(own?.days).toBe(before - 1);
        // Others see neither the row nor the note yet.
        expect((await statesOf(scope)).summed).toBe(before);
        throw new Undone();
      })
      .catch((error: unknown) => {
        if (!(error instanceof Undone)) throw error;
      });
    expect((await statesOf(scope)).summed).toBe(before);
    await write(database.sql, scope, late);
    expect((await statesOf(scope)).summed).toBe(before - 1);
    await sumAll(scope);
    expect((await statesOf(scope)).summed).toBe(before);
    await database.sql`delete from usage_hourly where workspace_id = ${scope.workspaceId}`;
    expect((await statesOf(scope)).summed).toBeUndefined();
  });

  it("are noted by no settlement of the running hour", async () => {
    const scope = await openWorkspace(database.db);
    for (const model of [1, 1]) {
      await write(database.sql, scope, {
        kind: "settle",
        hoursAgo: 0,
        key: keys[0],
        model,
        nanos: 5n,
      });
    }
    expect(await statesOf(scope)).toEqual({});
  });

  it("wait for every transaction that wrote before, to whichever hour", async () => {
    const scope = await openWorkspace(database.db);
    await fill(scope);
    const now = { kind: "settle", hoursAgo: 0, key: keys[0], model: 1, nanos: 5n } as const;
    await database.sql.begin(async (tx) => {
      await write(tx, scope, now);
      expect(await sumUsageDays(database.db, 100)).toBe(0);
      expect((await statesOf(scope)).summed).toBeUndefined();
    });
    await sumAll(scope);
    expect((await statesOf(scope)).summed).toBeGreaterThan(0);
  });

  it("are found missing for days of which nobody told, and aren't made for days with few rows", async () => {
    const [busy, quiet] = [await openWorkspace(database.db), await openWorkspace(database.db)];
    await fill(busy);
    await write(database.sql, quiet, {
      kind: "settle",
      hoursAgo: 120,
      key: keys[0],
      model: 1,
      nanos: 5n,
    });
    const ids = [busy.workspaceId, quiet.workspaceId];
    await database.sql`delete from usage_days where workspace_id = any (${ids})`;
    await sumAll(busy);
    expect([await statesOf(busy), await statesOf(quiet)]).toEqual([{}, {}]);
    expect(await findUsageDays(database.db)).toBeGreaterThanOrEqual(days - 3);
    expect(await findUsageDays(database.db)).toBe(0);
    await sumAll(busy);
    expect((await statesOf(busy)).summed).toBeGreaterThanOrEqual(days - 4);
    expect(await statesOf(quiet)).toEqual({ plain: 1 });
  });
});
