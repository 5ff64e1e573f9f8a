import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { createTestScope } from "@/lib/billing/testing/workspace";
import { readBacklog, watchBacklog } from "@/lib/jobs/metrics";
import { startWorker, type Worker } from "@/lib/jobs/worker";
import { registry } from "@/lib/metrics";

let database: TestDatabase;
let worker: Worker;

beforeAll(async () => {
  database = await createTestDatabase();
  worker = startWorker(database.url);
  await vi.waitFor(() => expect(worker.isReady()).toBe(true), { timeout: 20_000 });
});

afterAll(async () => {
  await worker.stop();
  await database.drop();
});

test("what waits is told as it is in the database", async () => {
  const { sql, db } = database;
  const { workspaceId } = await createTestScope(db);
  await sql`
    insert into mails (id, workspace_id, kind, reference, to_address, subject, text, html, created_at,
        failed_at)
      values ('mail_1', ${workspaceId}, 'k', 'a', 'a@b.example', '', '', '', now() - interval '90 s', null),
        ('mail_2', ${workspaceId}, 'k', 'b', 'a@b.example', '', '', '', now(), now())`;
  await sql`
    insert into ledger_checks (checks, entries, duration_ms, breaches, at)
      values (1, 1, 1, '[]', now() - interval '1 h'),
        (1, 1, 1, '[{"claim":"c","subject":"s","found":"f"}]', now() - interval '60 s')`;
  const backlog = await readBacklog(db);
  expect(backlog).toMatchObject({
    mails: 1,
    mails_failed: 1,
    deliveries: 0,
    holds: 0,
    gateways: 0,
    ledger_breaches: 1,
    partition_days: 14,
  });
  expect(Math.round(backlog.oldest_mail_seconds)).toBeGreaterThanOrEqual(90);
  expect(Math.round(backlog.ledger_age_seconds)).toBeLessThan(120);
  expect(backlog.database_bytes).toBeGreaterThan(1_000_000);
});

test("Prometheus is told the same, of one reading; where none is to be had the figures are left out", async () => {
  const closing = await createTestDatabase();
  watchBacklog(closing.db);
  // A database that no worker has served yet has no jobs to count.
  const before = await registry.metrics();
  expect(before).toContain("gatehouse_backlog_read 0");
  expect(before).not.toMatch(/^gatehouse_holds /m);
  await closing.drop();
  registry.clear();
  watchBacklog(database.db);
  const text = await registry.metrics();
  expect(text).toContain("gatehouse_backlog_read 1");
  expect(text).toMatch(/^gatehouse_ledger_breaches 1$/m);
  expect(text).toMatch(/^gatehouse_log_partition_days_ahead 14$/m);
});

test("a worker that stops isn't ready any more", async () => {
  const other = startWorker(database.url);
  await expect.poll(() => other.isReady(), { timeout: 20_000 }).toBe(true);
  const stopped = other.stop();
  expect(other.isReady()).toBe(false);
  await stopped;
});
