import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { newId } from "@/lib/id";
import { openWorkspace, origin } from "@/lib/keys/testing/workspace";
import { type Role, roles, type Scope } from "@/lib/scope";
import { endWorkspace, leaveWorkspaces } from "@/lib/workspaces/delete-workspace";
import { listMembers } from "@/lib/workspaces/member-queries";
import { changeRole, removeMember, transferOwnership } from "@/lib/workspaces/members";
import { listMemberships, openOwnWorkspace, ownedMax } from "@/lib/workspaces/memberships";

let database: TestDatabase;
let owner: Scope;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  owner = await openWorkspace(database.db);
});

/** One more member of a workspace, as they see it. */
async function addMember({ workspaceId }: Scope, role: Role): Promise<Scope> {
  const userId = newId("user");
  const email = `${userId}@example.com`;
  await database.sql`insert into users (id, name, email) values (${userId}, 'Bo', ${email})`;
  await database.sql`
    insert into members (workspace_id, user_id, role) values (${workspaceId}, ${userId}, ${role})`;
  return { workspaceId, userId, sessionId: newId("session"), role };
}

const give = (who: Scope, to: Scope, role: Role) =>
  database.db.transaction((tx) => changeRole(tx, who, { userId: to.userId, role }, origin));
const takeOut = (who: Scope, whom: Scope) =>
  database.db.transaction((tx) => removeMember(tx, who, { userId: whom.userId }, "keep", origin));
const transfer = (who: Scope, to: Scope) =>
  database.db.transaction((tx) => transferOwnership(tx, who, { userId: to.userId }, origin));
const deleteAccount = (who: Scope) =>
  database.db.transaction((tx) => leaveWorkspaces(tx, who.userId, origin));

async function rolesIn({ workspaceId }: Scope): Promise<Map<string, Role>> {
  const rows = await database.sql`
    select user_id, role from members where workspace_id = ${workspaceId}`;
  return new Map(rows.map((row) => [row.user_id, row.role]));
}

test("two owners who demote each other at the same moment leave one of them", async () => {
  for (let round = 0; round < 5; round++) {
    const scope = await openWorkspace(database.db);
    const other = await addMember(scope, "owner");
    const ends = await Promise.allSettled([
      give(scope, other, "admin"),
      give(other, scope, "admin"),
    ]);
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect([...(await rolesIn(scope)).values()].sort()).toEqual(["admin", "owner"]);
  }
});

test("whatever members do at the same time, a workspace that anybody is in has an owner", async () => {
  const acts = fc.constantFrom("role", "remove", "transfer", "leave", "delete");
  const act = fc.record({ act: acts, who: fc.nat(3), whom: fc.nat(3), role: fc.nat(4) });
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 2, maxLength: 8 }), async (planned) => {
      const first = await openWorkspace(database.db);
      const people = [
        first,
        await addMember(first, "owner"),
        await addMember(first, "admin"),
        await addMember(first, "viewer"),
      ];
      const at = (index: number): Scope => people[index] ?? first;
      await Promise.allSettled(
        planned.map((one) => {
          const [who, whom] = [at(one.who), at(one.whom)];
          if (one.act === "role") return give(who, whom, roles[one.role] ?? "viewer");
          if (one.act === "remove") return takeOut(who, whom);
          if (one.act === "transfer") return transfer(who, whom);
          return one.act === "leave" ? takeOut(who, who) : deleteAccount(who);
        }),
      );
      const left = [...(await rolesIn(first)).values()];
      expect(left.length === 0 || left.includes("owner")).toBe(true);
    }),
    { numRuns: 20 },
  );
});

test("only owners make owners and take that away; admins do the rest; others nothing", async () => {
  const admin = await addMember(owner, "admin");
  const viewer = await addMember(owner, "viewer");
  const denied = { code: "FORBIDDEN" };
  await expect(give(admin, viewer, "owner")).rejects.toMatchObject(denied);
  await expect(give(admin, owner, "viewer")).rejects.toMatchObject(denied);
  await expect(takeOut(admin, owner)).rejects.toMatchObject(denied);
  await expect(transfer(admin, viewer)).rejects.toMatchObject(denied);
  for (const role of ["developer", "billing", "viewer"] as const) {
    const member = await addMember(owner, role);
    await expect(give(member, viewer, "admin")).rejects.toMatchObject(denied);
    await expect(takeOut(member, viewer)).rejects.toMatchObject(denied);
  }
  await give(admin, viewer, "billing");
  expect((await rolesIn(owner)).get(viewer.userId)).toBe("billing");
  await takeOut(admin, viewer);
  expect((await rolesIn(owner)).has(viewer.userId)).toBe(false);
});

test("the last owner can't leave, be demoted or delete the account while others are in", async () => {
  const admin = await addMember(owner, "admin");
  const conflict = { code: "CONFLICT" };
  await expect(takeOut(owner, owner)).rejects.toMatchObject(conflict);
  await expect(give(owner, owner, "admin")).rejects.toMatchObject(conflict);
  await expect(deleteAccount(owner)).rejects.toMatchObject(conflict);
  await transfer(owner, admin);
  expect(await rolesIn(owner)).toEqual(
    new Map([
      [owner.userId, "admin"],
      [admin.userId, "owner"],
    ]),
  );
  await takeOut(owner, owner);
  expect(await rolesIn(owner)).toEqual(new Map([[admin.userId, "owner"]]));
});

test("a role that was taken away while an act waited doesn't count any more", async () => {
  const admin = await addMember(owner, "admin");
  const viewer = await addMember(owner, "viewer");
  await give(owner, admin, "viewer");
  await expect(give(admin, viewer, "developer")).rejects.toMatchObject({ code: "FORBIDDEN" });
  await takeOut(owner, admin);
  await expect(takeOut(admin, viewer)).rejects.toMatchObject({ code: "FORBIDDEN" });
});

test("P14 a member of another workspace is nobody here", async () => {
  const stranger = await openWorkspace(database.db);
  const none = { code: "NOT_FOUND" };
  await expect(give(owner, stranger, "viewer")).rejects.toMatchObject(none);
  await expect(takeOut(owner, stranger)).rejects.toMatchObject(none);
  await expect(transfer(owner, stranger)).rejects.toMatchObject(none);
  expect((await rolesIn(stranger)).size).toBe(1);
});

test("P20 each act on a member leaves one row, and what changes nothing leaves none", async () => {
  const member = await addMember(owner, "viewer");
  await give(owner, member, "admin");
  await give(owner, member, "admin");
  await transfer(owner, member);
  await takeOut(owner, owner);
  const rows = await database.sql`
    select action, actor_id, target_id from audit_log
    where workspace_id = ${owner.workspaceId} order by at, id`;
  expect(rows.map(({ action, actor_id, target_id }) => [action, actor_id, target_id])).toEqual([
    ["member.role_changed", owner.userId, member.userId],
    ["member.ownership_transferred", owner.userId, member.userId],
    ["member.left", owner.userId, owner.userId],
  ]);
});

test("somebody opens ten workspaces of their own and not one more, however many at once", async () => {
  const ends = await Promise.allSettled(
    Array.from({ length: ownedMax + 5 }, (_, index) =>
      openOwnWorkspace(database.db, owner, { name: `W${index}` }, origin),
    ),
  );
  expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(ownedMax - 1);
  for (const end of ends) {
    if (end.status === "rejected") expect(end.reason).toMatchObject({ code: "LIMIT_REACHED" });
  }
  const own = await listMemberships(database.db, owner.userId);
  expect(own).toHaveLength(ownedMax);
  expect(own[0]).toMatchObject({ id: owner.workspaceId, role: "owner" });
  const [made] = await database.sql`
    select w.plan_id, b."limit"::int as money from workspaces w
    join budgets b on b.workspace_id = w.id and b.kind = 'balance' where w.id = ${own[1]?.id ?? ""}`;
  expect(made).toEqual({ plan_id: "standard", money: 0 });
});

test("the list of members has owners first, and counts the keys that each made here", async () => {
  const member = await addMember(owner, "developer");
  await addMember(owner, "viewer");
  for (const [id, revoked] of [
    ["k1", null],
    ["k2", new Date()],
  ] as const) {
    await database.sql`
      insert into api_keys (id, workspace_id, name, environment, scopes, created_by, revoked_at)
      values (${`${member.userId}${id}`}, ${owner.workspaceId}, 'K', 'live', '{read}',
        ${member.userId}, ${revoked})`;
  }
  const listed = await listMembers(database.db, owner);
  expect(listed.map(({ role, keyCount }) => [role, keyCount])).toEqual([
    ["owner", 0],
    ["developer", 1],
    ["viewer", 0],
  ]);
});

test("only an owner deletes a workspace, by its name, and then nobody is in it", async () => {
  const admin = await addMember(owner, "admin");
  const end = (who: Scope, name: string) =>
    database.db.transaction((tx) => endWorkspace(tx, who, name, origin));
  await expect(end(admin, "Acme")).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(end(owner, "acme")).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
  const { readers } = await end(owner, " Acme ");
  expect(readers.map(({ userId }) => userId).sort()).toEqual([owner.userId, admin.userId].sort());
  expect((await rolesIn(owner)).size).toBe(0);
  await expect(end(owner, "Deleted workspace")).rejects.toMatchObject({ code: "FORBIDDEN" });
});
