import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { openWorkspace } from "@/lib/keys/testing/workspace";
import type { Scope } from "@/lib/scope";
import { countFailed, listTroubledEndpoints } from "@/lib/webhooks/failure-queries";
import { alertFailures } from "@/lib/webhooks/terms";
import { emit, makeEndpoint } from "@/lib/webhooks/testing/endpoint";

let database: TestDatabase;
let scope: Scope;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  scope = await openWorkspace(database.db);
});

const troubled = async () =>
  (await listTroubledEndpoints(database.db, scope)).map(({ description }) => description);

async function endpointWith(description: string, set: ReturnType<typeof sql>): Promise<string> {
  const { id } = await makeEndpoint(database.db, scope, { description });
  await database.db.execute(sql`update webhook_endpoints set ${set} where id = ${id}`);
  return id;
}

test("endpoints need a hand that failed some times in a row, or were disabled for it", async () => {
  const inRow = (count: number) => sql`failures_in_row = ${count}`;
  const disabled = (reason: string) => sql`disabled_at = now(), disabled_reason = ${reason}`;
  await endpointWith("well", inRow(0));
  await endpointWith("once", inRow(alertFailures - 1));
  await endpointWith("failing", inRow(alertFailures));
  await endpointWith("worse", inRow(alertFailures + 1));
  await endpointWith("by hand", disabled("user"));
  await endpointWith("gone", disabled("gone"));
  await endpointWith("stopped", disabled("failures"));
  await endpointWith("deleted", sql`failures_in_row = 9, deleted_at = now(), secret = null`);
  expect(await troubled()).toEqual(["stopped", "worse", "failing"]);
  scope = await openWorkspace(database.db);
  expect(await troubled()).toEqual([]);
});

test("what could be sent again is counted by how long ago it was made", async () => {
  const { db } = database;
  const { id } = await makeEndpoint(db, scope);
  await emit(db, scope, 5);
  const hours = [0.5, 2, 30, 200];
  for (const age of hours) {
    await db.execute(sql`
      update webhook_deliveries set state = 'failed', next_attempt_at = null,
        created_at = now() - make_interval(secs => ${age * 3_600}::float8)
      where id = (
        select min(id) from webhook_deliveries where endpoint_id = ${id} and state = 'pending'
      )`);
  }
  const counts = await countFailed(db, scope, id);
  expect(counts.map(({ hours: span, failed }) => [span, failed])).toEqual([
    [1, 1],
    [24, 2],
    [168, 3],
  ]);
  const [hour, day] = counts;
  expect((hour?.since.getTime() ?? 0) - (day?.since.getTime() ?? 0)).toBe(23 * 3_600_000);
  const stranger = await openWorkspace(db);
  expect((await countFailed(db, stranger, id)).map(({ failed }) => failed)).toEqual([0, 0, 0]);
});
