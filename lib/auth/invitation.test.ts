import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import {
  acceptInvitation,
  createInvitation,
  listInvitations,
  pendingMax,
  readInvitation,
  renewInvitation,
  revokeInvitation,
  takeInvitationAttempt,
} from "@/lib/auth/invitation";
import { openTestAccount, testVisitor } from "@/lib/auth/testing/account";
import { newId } from "@/lib/id";
import type { Role, Scope } from "@/lib/scope";

let database: TestDatabase;
let owner: Scope & { email: string };
let guest: Scope & { email: string };
let serial = 0;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  serial++;
  // All of them come from one address, which may try only so many links.
  await database.sql`delete from throttles`;
  owner = await openTestAccount(database.db, `owner-${serial}@example.com`);
  guest = await openTestAccount(database.db, `guest-${serial}@example.com`);
});

const invite = (who: Scope, email: string, role: Role = "developer") =>
  database.db.transaction((tx) => createInvitation(tx, who, { email, role }, true, testVisitor));
const read = (token: string) => readInvitation(database.db, token, testVisitor);
const again = (who: Scope, id: string) =>
  database.db.transaction((tx) => renewInvitation(tx, who, id, true, testVisitor));
const revoke = (who: Scope, id: string) =>
  database.db.transaction((tx) => revokeInvitation(tx, who, id, testVisitor));

async function accept(who: Scope, token: string): Promise<boolean> {
  const shown = await read(token);
  return await database.db.transaction((tx) => acceptInvitation(tx, who, shown, testVisitor));
}

async function setRole(who: Scope, role: Role): Promise<Scope> {
  await database.sql`
    update members set role = ${role}
    where workspace_id = ${owner.workspaceId} and user_id = ${who.userId}`;
  return { ...who, workspaceId: owner.workspaceId, role };
}

async function roleOf({ userId }: Scope): Promise<Role | undefined> {
  const [row] = await database.sql`
    select role from members where workspace_id = ${owner.workspaceId} and user_id = ${userId}`;
  return row?.role;
}

const dead = { code: "INVALID_TOKEN" };

test("an invitation makes its address's account a member, once", async () => {
  const { token } = await invite(owner, guest.email, "billing");
  expect(await read(token)).toMatchObject({ email: guest.email, role: "billing" });
  const ends = await Promise.allSettled([1, 2, 3, 4].map(() => accept(guest, token)));
  expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await roleOf(guest)).toBe("billing");
  await expect(read(token)).rejects.toMatchObject(dead);
  expect(await listInvitations(database.db, owner)).toEqual([]);
});

test("P14 with another address it opens nothing, and stays open for its own", async () => {
  const stranger = await openTestAccount(database.db, `stranger-${serial}@example.com`);
  const { token } = await invite(owner, guest.email);
  await expect(accept(stranger, token)).rejects.toMatchObject({ code: "FORBIDDEN" });
  expect(await roleOf(stranger)).toBeUndefined();
  expect(await accept(guest, token)).toBe(true);
});

test("malformed, unknown, revoked, renewed, too old: one answer", async () => {
  const { id, token } = await invite(owner, guest.email);
  const other = `${newId("invitation")}.${token.split(".")[1]}`;
  const wrong = `${id}.${"A".repeat(43)}`;
  for (const text of ["", "x", id, other, wrong, `${token}A`, token.toUpperCase()]) {
    await expect(read(text)).rejects.toMatchObject(dead);
  }
  await database.sql`delete from throttles where subject like 'invitation:again:%'`;
  const renewed = await again(owner, id);
  await expect(read(token)).rejects.toMatchObject(dead);
  expect((await read(renewed.token)).id).toBe(id);
  await database.sql`update invitations set expires_at = now() where id = ${id}`;
  await expect(read(renewed.token)).rejects.toMatchObject(dead);
  const next = await invite(owner, guest.email);
  await revoke(owner, next.id);
  await expect(read(next.token)).rejects.toMatchObject(dead);
});

test("five wrong secrets make a link void", async () => {
  const { id, token } = await invite(owner, guest.email);
  for (let i = 0; i < 5; i++) {
    await expect(read(`${id}.${"B".repeat(43)}`)).rejects.toMatchObject(dead);
  }
  await expect(read(token)).rejects.toMatchObject(dead);
});

test("an invitation goes with its inviter's right to make it", async () => {
  await accept(guest, (await invite(owner, guest.email, "admin")).token);
  const admin = await setRole(guest, "admin");
  const friend = await openTestAccount(database.db, `friend-${serial}@example.com`);
  const { token } = await invite(admin, friend.email, "admin");
  await setRole(guest, "viewer");
  await expect(read(token)).rejects.toMatchObject(dead);
  expect(await listInvitations(database.db, owner)).toEqual([]);
  // It doesn't stand in the way of another one.
  await invite(owner, friend.email, "viewer");
});

test("only owners invite owners, and what an owner offered an admin can't touch", async () => {
  await accept(guest, (await invite(owner, guest.email, "admin")).token);
  const admin = await setRole(guest, "admin");
  const denied = { code: "FORBIDDEN" };
  await expect(invite(admin, "boss@example.com", "owner")).rejects.toMatchObject(denied);
  const { id } = await invite(owner, "boss@example.com", "owner");
  await expect(again(admin, id)).rejects.toMatchObject(denied);
  await expect(revoke(admin, id)).rejects.toMatchObject(denied);
  for (const role of ["developer", "billing", "viewer"] as const) {
    const member = await setRole(guest, role);
    await expect(invite(member, "x@example.com", "viewer")).rejects.toMatchObject(denied);
    await expect(revoke(member, id)).rejects.toMatchObject(denied);
  }
});

test("P14 another workspace's invitation is none", async () => {
  const { id } = await invite(owner, "someone@example.com");
  await expect(again(guest, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(revoke(guest, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("an address has one open invitation, a member none, and both are told apart from nobody", async () => {
  const known = await invite(owner, guest.email);
  const unknown = await invite(owner, `nobody-${serial}@example.com`);
  expect(Object.keys(known)).toEqual(Object.keys(unknown));
  const twice = await Promise.allSettled(
    [1, 2, 3].map(() => invite(owner, `twice-${serial}@example.com`)),
  );
  expect(twice.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  await accept(guest, known.token);
  await expect(invite(owner, guest.email)).rejects.toMatchObject({ code: "CONFLICT" });
});

test("fifty are open at most, twenty are sent an hour", async () => {
  const { workspaceId, userId } = owner;
  await database.sql`
    insert into invitations (id, workspace_id, email, role, secret_hash, is_mailed, invited_by, expires_at)
    select 'inv_' || ${workspaceId} || n, ${workspaceId}, n || '@example.com', 'viewer', '\\x00', true,
      ${userId}, now() + interval '1 day' from generate_series(1, ${pendingMax - 1}) n`;
  const last = await invite(owner, "last@example.com");
  await expect(invite(owner, "more@example.com")).rejects.toMatchObject({ code: "LIMIT_REACHED" });
  await revoke(owner, last.id);
  await invite(owner, "more@example.com");
  for (let i = 0; i < 20; i++) await takeInvitationAttempt(database.db, owner);
  await expect(takeInvitationAttempt(database.db, owner)).rejects.toMatchObject({
    code: "RATE_LIMITED",
  });
});

test("P10 neither the secret nor, in the audit trail, the address is kept", async () => {
  const { token } = await invite(owner, guest.email);
  const rows = await database.sql`
    select i::text as row from invitations i where workspace_id = ${owner.workspaceId}
    union all select a::text from audit_log a where workspace_id = ${owner.workspaceId}
      and action like 'invitation.%'`;
  const text = rows.map(({ row }) => row).join("\n");
  expect(text).toContain("g…@example.com");
  expect(text).not.toContain(token.split(".")[1]);
  const [audit] = await database.sql`
    select details from audit_log
    where workspace_id = ${owner.workspaceId} and action = 'invitation.created'`;
  expect(JSON.stringify(audit?.details)).not.toContain(guest.email);
});
