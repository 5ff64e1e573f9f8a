import { makeWorkerUtils } from "graphile-worker";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { createTestScope } from "@/lib/billing/testing/workspace";
import { newId } from "@/lib/id";
import {
  isCheckUnderWay,
  listGateways,
  readErrors,
  readHolds,
  readMailBacklog,
  readWebhookBacklog,
  readWorker,
  requestLedgerCheck,
} from "@/lib/operations/queries";
import { hourMs, minuteMs } from "@/lib/time";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function addInstance(lease: string): Promise<string> {
  const id = newId("instance");
  await database.sql`
    insert into instances (id, kind, host, pid, lease_until, acknowledged)
    values (${id}, 'gateway', 'host', 7, now() + ${lease}::interval, 1000000)`;
  return id;
}

test("an empty deployment has nothing to tell, and no worker", async () => {
  const { db } = database;
  expect(await readHolds(db)).toEqual({ count: 0, sumNanos: 0n, oldestAt: null, orphans: 0 });
  const nothing = { waiting: 0, failing: 0, oldestAt: null, givenUp: 0 };
  expect(await readWebhookBacklog(db)).toEqual(nothing);
  expect(await readMailBacklog(db)).toEqual(nothing);
  expect(await readErrors(db)).toEqual([]);
  expect(await listGateways(db)).toEqual([]);
  expect(await readWorker(db)).toBeNull();
  expect(await requestLedgerCheck(db)).toBeNull();
});

test("holds are summed, and those of a gateway that is gone are told apart", async () => {
  const { db, sql } = database;
  const { workspaceId } = await createTestScope(db);
  const [alive, dead] = [await addInstance("1 minute"), await addInstance("-1 minute")];
  for (const [i, instance] of [alive, dead].entries()) {
    await sql`
      insert into holds (request_id, instance_id, workspace_id, key_id, secret_id, amount_nanos,
        input_nanos_per_mtok, output_nanos_per_mtok, model, method, path, stream, address,
        user_agent, started_at)
      values (${newId("request")}, ${instance}, ${workspaceId}, 'k', 's', 5, 1, 1, 'm', 'POST', '/',
        false, '', '', now() - make_interval(mins => ${i + 1}))`;
  }
  const holds = await readHolds(db);
  expect(holds).toMatchObject({ count: 2, sumNanos: 10n, orphans: 1 });
  expect(Date.now() - (holds.oldestAt?.getTime() ?? 0)).toBeGreaterThan(2 * minuteMs - 10_000);
  const gateways = await listGateways(db);
  expect(
    gateways.map(({ id, isAlive, isCurrent, holds: n }) => [id, isAlive, isCurrent, n]),
  ).toEqual([
    [alive, true, true, 1],
    [dead, false, true, 1],
  ]);
});

test("mails are waiting until a server takes them or they are given up", async () => {
  const { db, sql } = database;
  const add = (reference: string, more: string) =>
    sql.unsafe(`
      insert into mails (id, kind, reference, to_address, subject, text, html, attempts, sent_at, failed_at)
      values ('mail_${reference}', 'k', '${reference}', 'a@b.example', 's', 't', 'h', ${more})`);
  await add("waiting", "0, null, null");
  await add("failing", "2, null, null");
  await add("sent", "1, now(), null");
  await add("given-up", "9, null, now()");
  await add("long-ago", "9, null, now() - interval '2 days'");
  expect(await readMailBacklog(db)).toMatchObject({ waiting: 2, failing: 1, givenUp: 1 });
});

test("the hour's answers are told by model and status, and older ones left out", async () => {
  const { db, sql } = database;
  const add = async (agoMs: number, model: string, status: number) => {
    const at = new Date(Date.now() - agoMs);
    await sql`
      insert into request_log (id, at, workspace_id, key_id, method, path, model, status, outcome,
        cost_nanos, held_nanos, latency_ms, instance_id)
      values (${newId("request", at.getTime())}, ${at}, 'w', 'k', 'POST', '/v1', ${model}, ${status},
        'ok', 0, 0, 5, 'i')`;
  };
  await add(minuteMs, "deepseek-chat", 200);
  await add(minuteMs, "deepseek-chat", 503);
  await add(59 * minuteMs, "gpt-4", 503);
  await add(minuteMs, "gpt-4", 429);
  await add(minuteMs, "", 404);
  await add(minuteMs, "a name that no model has", 404);
  await add(hourMs + minuteMs, "gpt-4", 500);
  expect(await readErrors(db)).toEqual([
    {
      ...{ model: "deepseek-chat", requests: 2, failures: 1 },
      statuses: [{ status: 503, requests: 1 }],
    },
    {
      ...{ model: "gpt-4", requests: 2, failures: 1 },
      statuses: [
        { status: 429, requests: 1 },
        { status: 503, requests: 1 },
      ],
    },
    { model: "", requests: 2, failures: 0, statuses: [{ status: 404, requests: 2 }] },
  ]);
});

test("a check of the ledger is asked for once until it is made, and a silent worker is told", async () => {
  const { db, sql } = database;
  const worker = await makeWorkerUtils({ connectionString: database.url });
  await worker.migrate();
  await worker.release();
  expect(await readWorker(db)).toMatchObject({ lastRunAt: null, isLate: true, waiting: 0 });
  expect(await isCheckUnderWay(db)).toBe(false);
  expect(await requestLedgerCheck(db)).toBe(true);
  expect(await requestLedgerCheck(db)).toBe(false);
  expect(await isCheckUnderWay(db)).toBe(true);
  // Its only attempt is counted as a worker takes it.
  await sql`
    update graphile_worker._private_jobs
    set attempts = 1, locked_at = now(), locked_by = 'a worker'`;
  expect(await isCheckUnderWay(db)).toBe(true);
  await sql`update graphile_worker._private_jobs set locked_at = null, locked_by = null`;
  expect(await isCheckUnderWay(db)).toBe(false);
  await sql`
    update graphile_worker._private_jobs set run_at = now() - interval '1 minute',
      attempts = 1, max_attempts = 2, last_error = E'broke\n  at file.ts:1'`;
  await sql`
    insert into graphile_worker._private_known_crontabs (identifier, known_since, last_execution)
    values ('post_usage', now() - interval '1 day', now() - interval '10 minutes')`;
  const late = await readWorker(db);
  expect(late).toMatchObject({ isLate: true, waiting: 1 });
  expect(late?.failed).toEqual([{ task: "check_ledger", error: "broke", at: expect.any(Date) }]);
  await sql`update graphile_worker._private_known_crontabs set last_execution = now()`;
  expect(await readWorker(db)).toMatchObject({ isLate: false });
});
