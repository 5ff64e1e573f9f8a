import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { makeTasks } from "@/lib/jobs/tasks";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function runTask(name: string): Promise<void> {
  const task = makeTasks(database.db)[name];
  if (!task) throw new Error(`there is no task ${name}`);
  // The tasks take nothing from graphile-worker but the call itself.
  await Reflect.apply(task, undefined, [{}, {}]);
}

it("rows that say nothing any more are forgotten after thirty days, and no others", async () => {
  const { sql } = database;
  await sql`insert into users (id, name, email) values ('usr_a', 'A', 'a@example.com')`;
  await sql`
    insert into sessions (id, user_id, expires_at, revoked_at) values
      ('old', 'usr_a', now() - interval '31 days', null),
      ('revoked', 'usr_a', now() + interval '1 day', now() - interval '31 days'),
      ('ended', 'usr_a', now() - interval '29 days', null),
      ('live', 'usr_a', now() + interval '1 day', null)`;
  await sql`
    insert into throttles (subject, failures, window_start, last_failed_at) values
      ('old', 3, now(), now() - interval '31 days'), ('new', 3, now(), now())`;
  await sql`
    insert into instances (id, kind, host, pid, lease_until) values
      ('gone', 'gateway', 'h', 1, now() - interval '31 days'),
      ('here', 'gateway', 'h', 2, now() + interval '3 seconds')`;
  await sql`
    insert into mails (id, kind, reference, to_address, subject, text, html, created_at) values
      ('old mail', 'k', 'a', 'a@example.com', '', '', '', now() - interval '31 days'),
      ('new mail', 'k', 'b', 'a@example.com', '', '', '', now() - interval '29 days')`;
  await sql`insert into workspaces (id, name) values ('ws_w', 'W')`;
  await sql`
    insert into budgets (id, workspace_id, kind, unit, interval, window_start, "limit", held) values
      ('past', 'ws_w', 'quota', 'requests', 'month', now() - interval '63 days', 1, 0),
      ('settling', 'ws_w', 'cap', 'nanos', 'day', now() - interval '63 days', 1, 1),
      ('recent', 'ws_w', 'quota', 'requests', 'day', now() - interval '40 days', 1, 0),
      ('total', 'ws_w', 'quota', 'requests', 'total', 'epoch', 1, 0)`;
  await runTask("forget_old_rows");
  const left = await sql`
    select id from sessions union all select subject from throttles
    union all select id from instances union all select id from mails order by 1`;
  expect(left.map((row) => row.id)).toEqual(["ended", "here", "live", "new", "new mail"]);
  const windows = await sql`select id from budgets where workspace_id = 'ws_w' order by 1`;
  expect(windows.map((row) => row.id)).toEqual(["recent", "settling", "total"]);
});

it("an Idempotency-Key and its stored answer are forgotten after a day", async () => {
  const { sql } = database;
  await sql`insert into workspaces (id, name) values ('ws_i', 'I')`;
  await sql`
    insert into idempotency_keys
      (workspace_id, key, request_id, fingerprint, state, instance_id, created_at)
    values
      ('ws_i', 'old', 'r', '', 'in_flight', 'i', now() - interval '25 hours'),
      ('ws_i', 'new', 'r', '', 'in_flight', 'i', now() - interval '23 hours')`;
  await runTask("forget_idempotency_keys");
  const left = await sql`select key from idempotency_keys`;
  expect(left.map((row) => row.key)).toEqual(["new"]);
});

it("without a mail server nothing is asked for and a mail stays in the outbox", async () => {
  const { sql } = database;
  await sql`
    insert into mails (id, kind, reference, to_address, subject, text, html)
    values ('waiting', 'k', 'w', 'a@example.com', '', '', '')`;
  await runTask("request_due_mails");
  await runTask("send_mail");
  const [mail] = await sql`select attempts, sent_at from mails where id = 'waiting'`;
  expect(mail).toEqual({ attempts: 0, sent_at: null });
});
