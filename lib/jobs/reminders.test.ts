import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { newId } from "@/lib/id";
import { openRotations, remindOfExpiry, remindOfRotation } from "@/lib/jobs/reminders";
import { updateKey } from "@/lib/keys/change-key";
import { makeKey, openWorkspace, origin } from "@/lib/keys/testing/workspace";
import type { Scope } from "@/lib/scope";

process.env.DATABASE_URL ??= "postgres://localhost/gatehouse";
process.env.AUTH_SECRET ??= "0123456789abcdef0123456789abcdef";

let database: TestDatabase;
let scope: Scope;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  scope = await openWorkspace(database.db);
});

/** A key of a year's age that ends in so many hours. */
async function keyEndingIn(hours: number): Promise<string> {
  const id = await makeKey(database.db, scope, { expiry: { kind: "never" } });
  await database.sql`
    update api_keys set created_at = now() - interval '1 year',
      expires_at = now() + make_interval(hours => ${hours}) where id = ${id}`;
  return id;
}

async function mailsOf(keyId: string) {
  const rows = await database.sql`
    select kind, to_address, subject, user_id, workspace_id from mails
    where reference like ${`%:${keyId}:%`} order by created_at, id`;
  return rows.map((row) => ({ ...row }));
}

const kindsOf = async (keyId: string) => (await mailsOf(keyId)).map((mail) => mail.kind);

async function addMember(role: string): Promise<string> {
  const id = newId("user");
  await database.sql`insert into users (id, name, email) values (${id}, 'M', ${`${id}@example.com`})`;
  await database.sql`
    insert into members (workspace_id, user_id, role) values (${scope.workspaceId}, ${id}, ${role})`;
  return id;
}

describe("before a key expires", () => {
  test("its owners are told seven days and one day before, each once, whoever asks and however often", async () => {
    const id = await keyEndingIn(6 * 24);
    const workers = () => Promise.all(Array.from({ length: 6 }, () => remindOfExpiry(database.db)));
    const told = await workers();
    await workers();
    expect(told.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(await kindsOf(id)).toEqual(["key_expiring"]);
    await database.sql`update api_keys set expires_at = now() + interval '20 hours' where id = ${id}`;
    await workers();
    expect(await kindsOf(id)).toEqual(["key_expiring", "key_expiring"]);
  });

  test("owners, admins and whoever made it are told, and nobody else", async () => {
    const admin = await addMember("admin");
    const maker = await addMember("developer");
    await addMember("developer");
    await addMember("viewer");
    await addMember("billing");
    await openWorkspace(database.db);
    const id = await keyEndingIn(48);
    await database.sql`update api_keys set created_by = ${maker} where id = ${id}`;
    await remindOfExpiry(database.db);
    const mails = await mailsOf(id);
    expect(mails.map((mail) => mail.user_id).sort()).toEqual([scope.userId, admin, maker].sort());
    expect(new Set(mails.map((mail) => mail.workspace_id))).toEqual(new Set([scope.workspaceId]));
  });

  test("whoever made it and has left is not told", async () => {
    const maker = await addMember("developer");
    const id = await keyEndingIn(48);
    await database.sql`update api_keys set created_by = ${maker} where id = ${id}`;
    await database.sql`delete from members where user_id = ${maker}`;
    await remindOfExpiry(database.db);
    expect((await mailsOf(id)).map((mail) => mail.user_id)).toEqual([scope.userId]);
  });

  test("nobody is told of keys that are revoked, expired, far from it, or never end", async () => {
    const revoked = await keyEndingIn(48);
    await database.sql`update api_keys set revoked_at = now() where id = ${revoked}`;
    const expired = await keyEndingIn(-1);
    const far = await keyEndingIn(8 * 24);
    const never = await makeKey(database.db, scope, { expiry: { kind: "never" } });
    await remindOfExpiry(database.db);
    for (const id of [revoked, expired, far, never]) expect(await mailsOf(id)).toEqual([]);
  });

  test("another end brings new reminders", async () => {
    const id = await keyEndingIn(20);
    await remindOfExpiry(database.db);
    expect(await kindsOf(id)).toHaveLength(1);
    await updateKey(database.db, scope, { id, expiry: { kind: "days", days: 90 } }, origin);
    await remindOfExpiry(database.db);
    expect(await kindsOf(id)).toHaveLength(1);
    await database.sql`update api_keys set expires_at = now() + interval '5 days' where id = ${id}`;
    await remindOfExpiry(database.db);
    expect(await kindsOf(id)).toHaveLength(2);
  });
});

describe("a rotation policy", () => {
  async function keyDueForRotation(): Promise<string> {
    const id = await makeKey(database.db, scope, { expiry: { kind: "never" } });
    await database.sql`
      update api_keys set rotation_days = 90, rotation_due_at = now() - interval '1 minute'
      where id = ${id}`;
    return id;
  }

  test("opens a rotation once and tells the owners, and reminds them a day before the deadline", async () => {
    const id = await keyDueForRotation();
    const workers = (task: typeof openRotations) =>
      Promise.all(Array.from({ length: 4 }, () => task(database.db)));
    await workers(openRotations);
    await workers(remindOfRotation);
    expect(await kindsOf(id)).toEqual(["rotation_due"]);
    const [key] = await database.sql`
      select rotation_deadline_at - now() between interval '6 days 23 hours' and interval '7 days'
        as in_a_week from api_keys where id = ${id}`;
    expect(key?.in_a_week).toBe(true);

    await database.sql`
      update api_keys set rotation_deadline_at = now() + interval '23 hours' where id = ${id}`;
    await workers(remindOfRotation);
    await workers(remindOfRotation);
    expect(await kindsOf(id)).toEqual(["rotation_due", "rotation_reminder"]);
  });

  test("reminds nobody of a rotation that has begun, or of a key that is revoked", async () => {
    const [begun, revoked] = [await keyDueForRotation(), await keyDueForRotation()];
    await openRotations(database.db);
    await database.sql`
      update api_keys set rotation_deadline_at = now() + interval '23 hours'
      where id in (${begun}, ${revoked})`;
    await database.sql`
      insert into api_key_secrets (id, key_id, workspace_id, hash, prefix, last4, state, lapses_at)
      values (${newId("secret")}, ${begun}, ${scope.workspaceId}, sha256(${begun}::bytea), 'gate_live',
        'abcd', 'pending', now() + interval '30 days')`;
    await database.sql`update api_keys set revoked_at = now() where id = ${revoked}`;
    await remindOfRotation(database.db);
    for (const id of [begun, revoked]) expect(await kindsOf(id)).toEqual(["rotation_due"]);
  });
});
