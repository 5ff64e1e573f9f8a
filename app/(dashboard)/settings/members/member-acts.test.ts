import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { takeOut } from "@/app/(dashboard)/settings/members/member-acts";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { newId } from "@/lib/id";
import { makeKey, openWorkspace, origin } from "@/lib/keys/testing/workspace";
import type { Role, Scope } from "@/lib/scope";
import { makeEndpoint } from "@/lib/webhooks/testing/endpoint";

process.env.DATABASE_URL ??= "postgres://localhost/gatehouse";
process.env.AUTH_SECRET ??= "0123456789abcdef0123456789abcdef";

let database: TestDatabase;
let owner: Scope;
let member: Scope;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  owner = await openWorkspace(database.db);
  member = await addMember("developer");
});

async function addMember(role: Role): Promise<Scope> {
  const userId = newId("user");
  const { workspaceId } = owner;
  await database.sql`
    insert into users (id, name, email) values (${userId}, 'Bo', ${`${userId}@example.com`})`;
  await database.sql`
    insert into members (workspace_id, user_id, role) values (${workspaceId}, ${userId}, ${role})`;
  return { workspaceId, userId, sessionId: newId("session"), role };
}

const remove = (who: Scope, whom: Scope, keys: "keep" | "revoke") =>
  takeOut(database.db, who, { userId: whom.userId, keys }, origin);

async function liveKeys(): Promise<string[]> {
  const rows = await database.sql`
    select id from api_keys where workspace_id = ${owner.workspaceId} and revoked_at is null`;
  return rows.map(({ id }) => id).sort();
}

async function mailsOf(kind: string): Promise<string[]> {
  const rows = await database.sql`
    select user_id from mails where kind = ${kind}
      and (workspace_id = ${owner.workspaceId} or user_id = ${member.userId}) order by user_id`;
  return rows.map((row) => row.user_id);
}

test("P1 who is removed leaves their keys, or takes them along: theirs, and nobody else's", async () => {
  const [own, other] = [await makeKey(database.db, member), await makeKey(database.db, owner)];
  const elsewhere = await openWorkspace(database.db);
  await database.sql`
    insert into members (workspace_id, user_id, role)
    values (${elsewhere.workspaceId}, ${member.userId}, 'developer')`;
  await makeKey(database.db, { ...elsewhere, userId: member.userId });
  await remove(owner, member, "keep");
  expect(await liveKeys()).toEqual([own, other].sort());
  const next = await addMember("developer");
  const theirs = await makeKey(database.db, next);
  await remove(owner, next, "revoke");
  expect(await liveKeys()).toEqual([own, other].sort());
  const [revoked] = await database.sql`
    select revoked_by, revoked_reason from api_keys where id = ${theirs}`;
  expect(revoked).toEqual({ revoked_by: owner.userId, revoked_reason: "request" });
  const [{ count }] = await database.sql<[{ count: number }]>`
    select count(*)::int from api_keys where created_by = ${member.userId} and revoked_at is null
      and workspace_id = ${elsewhere.workspaceId}`;
  expect(count).toBe(1);
});

test("P1 a key that is being made while its maker is removed is revoked with the others, or never made", async () => {
  for (let round = 0; round < 5; round++) {
    const leaving = await addMember("developer");
    const [made] = await Promise.allSettled([
      makeKey(database.db, leaving),
      remove(owner, leaving, "revoke"),
    ]);
    expect(await liveKeys()).toEqual([]);
    if (made.status === "rejected") expect(made.reason).toMatchObject({ code: "FORBIDDEN" });
  }
});

test("a removal that is refused revokes no key", async () => {
  const key = await makeKey(database.db, owner);
  const admin = await addMember("admin");
  await expect(remove(admin, owner, "revoke")).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(remove(owner, owner, "revoke")).rejects.toMatchObject({ code: "CONFLICT" });
  expect(await liveKeys()).toEqual([key]);
});

test("webhooks are told of who is removed, and of the keys that are revoked with them, and of no other", async () => {
  await makeKey(database.db, owner);
  const key = await makeKey(database.db, member, { name: "Theirs" });
  await makeEndpoint(database.db, owner);
  await remove(owner, member, "revoke");
  const rows = await database.sql`
    select type, body from webhook_messages where workspace_id = ${owner.workspaceId} order by type`;
  expect(rows.map(({ type, body }) => [type, JSON.parse(body).data])).toEqual([
    [
      "api_key.revoked",
      { api_key: expect.objectContaining({ id: key, name: "Theirs" }), reason: "request" },
    ],
    [
      "member.removed",
      {
        member: { user_id: member.userId, name: "Bo", email: `${member.userId}@example.com` },
      },
    ],
  ]);
});

test("the one who is removed is told, and the managers who didn't do it", async () => {
  const admin = await addMember("admin");
  await remove(owner, member, "keep");
  expect(await mailsOf("member_removed")).toEqual([member.userId]);
  expect(await mailsOf("member_left")).toEqual([admin.userId]);
});

test("who leaves tells the managers, and gets no mail of it", async () => {
  await remove(member, member, "keep");
  expect(await mailsOf("member_removed")).toEqual([]);
  expect(await mailsOf("member_left")).toEqual([owner.userId]);
});
