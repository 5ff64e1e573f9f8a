import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { grantWelcomeCredit } from "@/lib/billing/journal";
import { readSums } from "@/lib/billing/testing/ledger";
import { chargeUsage, createTestScope } from "@/lib/billing/testing/workspace";
import { startWorker } from "@/lib/jobs/worker";
import { addMs, hourMs, startOfHour } from "@/lib/time";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

async function countJobs(): Promise<number> {
  const [row] = await database.db.execute<{ jobs: string }>(
    sql`select count(*)::text as jobs from graphile_worker.jobs`,
  );
  return Number(row?.jobs);
}

test("a worker catches up when it starts, survives cut connections, and stops cleanly", async () => {
  const { db } = database;
  const scope = await createTestScope(db);
  await db.transaction((tx) =>
    grantWelcomeCredit(tx, { workspaceId: scope.workspaceId, amountNanos: 1_000n }),
  );
  const lastHour = addMs(startOfHour(new Date()), -hourMs);
  await chargeUsage(db, scope, lastHour, 10n);

  const first = startWorker(database.url);
  await vi.waitFor(
    async () => expect(await readSums(db, scope)).toMatchObject({ unposted: 0n, wallet: 990n }),
    { timeout: 15_000 },
  );

  // Between two jobs: graphile-worker leaves promises unhandled when it is cut off within one.
  await vi.waitFor(async () => expect(await countJobs()).toBe(0), { timeout: 15_000 });
  // What a restarted PostgreSQL does to everybody but us.
  await db.execute(sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
      and application_name <> 'gatehouse'
  `);
  await chargeUsage(db, scope, lastHour, 5n);
  await db.execute(
    sql`select graphile_worker.add_job('post_usage', job_key := 'post_usage', max_attempts := 1)`,
  );
  await vi.waitFor(
    async () => expect(await readSums(db, scope)).toMatchObject({ unposted: 0n, wallet: 985n }),
    { timeout: 25_000 },
  );
  await first.stop();
  expect(await countJobs()).toBe(0);
}, 60_000);

test("a worker that finds no database stops when it is told to", async () => {
  const nowhere = new URL(database.url);
  nowhere.port = "1";
  await startWorker(nowhere.toString()).stop();
});

test("two workers at once post an hour once", async () => {
  const { db } = database;
  const scope = await createTestScope(db);
  await db.transaction((tx) =>
    grantWelcomeCredit(tx, { workspaceId: scope.workspaceId, amountNanos: 1_000n }),
  );
  await chargeUsage(db, scope, addMs(startOfHour(new Date()), -hourMs), 10n);
  const workers = [startWorker(database.url), startWorker(database.url)];
  await vi.waitFor(async () => expect((await readSums(db, scope)).unposted).toBe(0n), {
    timeout: 15_000,
  });
  await Promise.all(workers.map((worker) => worker.stop()));
  expect(await readSums(db, scope)).toMatchObject({
    everything: 0n,
    wallet: 990n,
    transactions: 2,
  });
});
