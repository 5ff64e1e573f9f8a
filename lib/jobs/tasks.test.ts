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
  await runTask("forget_old_rows");
  const left = await sql`
    select id from sessions union all select subject from throttles
    union all select id from instances order by 1`;
  expect(left.map((row) => row.id)).toEqual(["ended", "here", "live", "new"]);
});
