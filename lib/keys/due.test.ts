import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { claimExpiryReminders, openDueRotations } from "@/lib/keys/due";
import { firstUse, rotate } from "@/lib/keys/testing/rotation";
import { makeKey, openWorkspace } from "@/lib/keys/testing/workspace";
import type { Scope } from "@/lib/scope";
import { dayMs, hourMs } from "@/lib/time";

let database: TestDatabase;
let scope: Scope;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  // What other tests left must not be due here.
  await database.sql`update api_keys set revoked_at = now()`;
  scope = await openWorkspace(database.db);
});
afterAll(() => database.drop());

async function makeKeyAged(name: string, ageDays: number, columns: string) {
  const id = await makeKey(database.db, scope, { name });
  await database.sql.unsafe(
    `update api_keys set created_at = now() - make_interval(days => $2), ${columns} where id = $1`,
    [id, ageDays],
  );
  return id;
}

const remind = () => database.db.transaction((tx) => claimExpiryReminders(tx));
const open = () => database.db.transaction((tx) => openDueRotations(tx));

test("an expiry is reminded of within seven days and within one, each once", async () => {
  const id = await makeKeyAged("Soon", 30, "expires_at = now() + interval '7 days 1 minute'");
  expect(await remind()).toEqual([]);
  await database.sql`
    update api_keys set expires_at = now() + interval '6 days' where id = ${id}`;
  const many = await Promise.all(Array.from({ length: 5 }, remind));
  const [first] = many.flat();
  expect(many.flat()).toHaveLength(1);
  expect(first).toMatchObject({ keyId: id, workspaceId: scope.workspaceId, name: "Soon", days: 7 });
  expect(first?.last4).toHaveLength(4);
  expect(Math.abs((first?.expiresAt.getTime() ?? 0) - Date.now() - 6 * dayMs)).toBeLessThan(hourMs);
  expect(await remind()).toEqual([]);
  await database.sql`
    update api_keys set expires_at = now() + interval '23 hours' where id = ${id}`;
  expect(await remind()).toMatchObject([{ keyId: id, days: 1 }]);
  expect(await remind()).toEqual([]);
});

test("a reminder that came too late for seven days is the one of the last day, and the only one", async () => {
  await makeKeyAged("Late", 30, "expires_at = now() + interval '2 hours'");
  expect(await remind()).toMatchObject([{ days: 1 }]);
  expect(await remind()).toEqual([]);
});

test("keys that are gone, off, or were made for a few days get no reminder", async () => {
  const soon = "expires_at = now() + interval '5 days'";
  await makeKeyAged("Revoked", 30, `${soon}, revoked_at = now()`);
  await makeKeyAged("Disabled", 30, `${soon}, disabled_at = now()`);
  await makeKeyAged("Expired", 30, "expires_at = now() - interval '1 minute'");
  await makeKeyAged("Short-lived", 1, soon);
  await makeKeyAged("Endless", 30, "expires_at = null");
  expect(await remind()).toEqual([]);
});

test("D8 a policy that is due opens a rotation of seven days, once", async () => {
  const id = await makeKeyAged("Old", 90, "rotation_days = 90, rotation_due_at = now()");
  const many = await Promise.all(Array.from({ length: 5 }, open));
  expect(many.flat()).toMatchObject([{ keyId: id, workspaceId: scope.workspaceId, name: "Old" }]);
  const deadlineMs = many.flat()[0]?.deadlineAt.getTime() ?? 0;
  expect(Math.abs(deadlineMs - Date.now() - 7 * dayMs)).toBeLessThan(hourMs);
  const [row] = await database.sql`
    select actor_type, action from audit_log where target_id = ${id} order by at desc limit 1`;
  expect(row).toEqual({ actor_type: "system", action: "api_key.rotation_due" });
});

test("D8 claiming it takes the deadline away; cancelled, it is opened again", async () => {
  const id = await makeKeyAged("Old", 90, "rotation_days = 90, rotation_due_at = now()");
  await open();
  const { secretId } = await rotate(database.db, database.sql, scope, id);
  expect(await open()).toEqual([]);
  const [claimed] = await database.sql`
    select rotation_deadline_at as at from api_keys where id = ${id}`;
  expect(claimed?.at).toBeNull();
  await database.sql`update api_key_secrets set lapses_at = now() where id = ${secretId}`;
  expect(await open()).toMatchObject([{ keyId: id }]);
});

test("D8 after the rotation the next is a whole interval away", async () => {
  const id = await makeKeyAged("Old", 90, "rotation_days = 90, rotation_due_at = now()");
  const { secretId } = await rotate(database.db, database.sql, scope, id, 0);
  await firstUse(database.sql, secretId);
  expect(await open()).toEqual([]);
});

test("keys that are gone or off are left alone", async () => {
  const due = "rotation_days = 1, rotation_due_at = now()";
  await makeKeyAged("Revoked", 30, `${due}, revoked_at = now()`);
  await makeKeyAged("Disabled", 30, `${due}, disabled_at = now()`);
  await makeKeyAged("Expired", 30, `${due}, expires_at = now()`);
  await makeKeyAged("Later", 30, "rotation_days = 1, rotation_due_at = now() + interval '1 s'");
  expect(await open()).toEqual([]);
});
