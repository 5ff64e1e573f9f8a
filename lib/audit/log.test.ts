import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import type { AuditPage } from "@/lib/audit/acts-page";
import { listActors, listAuditLog } from "@/lib/audit/log";
import { readAuditLogQuery } from "@/lib/audit/log-query";
import { auditLogQueryText } from "@/lib/audit/log-terms";
import { listActsOn } from "@/lib/audit/queries";
import { type AuditEntry, recordAudit } from "@/lib/audit/record";
import { newId } from "@/lib/id";
import { makeKey, openWorkspace } from "@/lib/keys/testing/workspace";
import type { Scope } from "@/lib/scope";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const asked = (text = "") => readAuditLogQuery(new URLSearchParams(text));

async function record(scope: Scope, entry: Partial<AuditEntry> & Pick<AuditEntry, "action">) {
  await recordAudit(database.db, {
    ...{ workspaceId: scope.workspaceId, userId: scope.userId },
    ...entry,
  });
}

const actionsOf = async (scope: Scope, text = "") =>
  (await listAuditLog(database.db, scope, asked(text))).acts.map(({ action }) => action);

test("pages hold each act once, also where acts share their instant", async () => {
  const scope = await openWorkspace(database.db);
  await database.db.transaction(async (tx) => {
    for (let i = 0; i < 120; i++) {
      const { workspaceId, userId } = scope;
      await recordAudit(tx, { workspaceId, userId, action: "session.ended" });
    }
  });
  const seen: string[] = [];
  for (let before: string | null = ""; before !== null; ) {
    const page = await listAuditLog(database.db, scope, { ...asked(), before });
    seen.push(...page.acts.map(({ id }) => id));
    before = page.olderThan;
  }
  expect(seen).toHaveLength(120);
  expect(new Set(seen).size).toBe(120);
});

test("filters leave what was asked for: who, what, to which thing, and when", async () => {
  const scope = await openWorkspace(database.db);
  const key = await makeKey(database.db, scope, { name: "Terraform" });
  await record(scope, { action: "session.signed_in" });
  await record(scope, { action: "resource.created", actorKeyId: key });
  await record(scope, { action: "top_up.succeeded", userId: null });
  await database.sql`
    insert into audit_log (id, at, workspace_id, actor_type, actor_id, action)
    values (${newId("audit")}, '2026-03-31T23:59:59.999Z', ${scope.workspaceId}, 'user',
      ${scope.userId}, 'workspace.renamed')`;

  expect(await actionsOf(scope, "actor=system")).toEqual(["top_up.succeeded"]);
  expect(await actionsOf(scope, "actor=keys")).toEqual(["resource.created"]);
  expect(await actionsOf(scope, `actor=${key}`)).toEqual(["resource.created"]);
  expect(await actionsOf(scope, "group=keys")).toEqual(["api_key.created"]);
  expect(await actionsOf(scope, `target=${key}`)).toEqual(["api_key.created"]);
  expect(await actionsOf(scope, "range=24h")).not.toContain("workspace.renamed");
  expect(await actionsOf(scope, "range=custom&from=2026-03-31&to=2026-03-31")).toEqual([
    "workspace.renamed",
  ]);
  expect(await actionsOf(scope, "range=custom&from=2026-04-01&to=2026-04-02")).toEqual([]);
  expect(await actionsOf(scope, "group=billing&actor=keys")).toEqual([]);
  expect(await listActors(database.db, scope, key)).toEqual([
    { id: scope.userId, name: "Ada" },
    { id: key, name: "Terraform" },
  ]);
});

test.each(["developer", "billing", "viewer"] as const)(
  "a %s sees their own acts and nobody else's, whatever the address asks for",
  async (role) => {
    const owner = await openWorkspace(database.db);
    const userId = newId("user");
    await database.sql`
      insert into users (id, name, email) values (${userId}, 'Eve', ${`${userId}@example.com`})`;
    const member: Scope = { ...owner, userId, role };
    await record(owner, { action: "workspace.renamed" });
    await record(owner, { action: "top_up.succeeded", userId: null });
    await record(member, { action: "session.signed_in" });
    for (const text of ["", `actor=${owner.userId}`, "actor=system", "group=workspace"]) {
      const found = await actionsOf(member, text);
      expect(found).toEqual(text === "" ? ["session.signed_in"] : []);
    }
    expect(await listActors(database.db, member, "")).toEqual([]);
    expect(await actionsOf({ ...owner, role: "admin" })).toHaveLength(3);
  },
);

test("an act on a member tells whom by the name of today; other acts have what was written down", async () => {
  const scope = await openWorkspace(database.db);
  const { userId: targetId } = await openWorkspace(database.db);
  const target = { targetType: "user", targetId };
  await record(scope, { action: "member.removed", ...target, details: { role: "viewer" } });
  await record(scope, { action: "session.ended", ...target, details: { reason: "password" } });
  await database.sql`update users set name = 'Countess' where id = ${targetId}`;
  const detailsOf = ({ acts }: AuditPage) =>
    Object.fromEntries(acts.map(({ action, details }) => [action, details]));
  const told = {
    "member.removed": { role: "viewer", member: "Countess" },
    "session.ended": { reason: "password" },
  };
  expect(detailsOf(await listAuditLog(database.db, scope, asked()))).toEqual(told);
  const onThem = await listActsOn(database.db, scope, { type: "user", id: targetId });
  expect(detailsOf(onThem)).toEqual(told);
});

test("P14 another workspace's acts, keys and marks are as unknown as those that never were", async () => {
  const owner = await openWorkspace(database.db);
  const stranger = await openWorkspace(database.db);
  const key = await makeKey(database.db, owner);
  const mark = (await listAuditLog(database.db, owner, asked())).acts[0]?.id ?? "";
  for (const [theirs, nobodys] of [
    [`actor=${key}`, `actor=${newId("apiKey")}`],
    [`target=${key}`, `target=${newId("apiKey")}`],
    [`actor=${owner.userId}`, `actor=${newId("user")}`],
    [`before=${mark}`, `before=${newId("audit")}`],
  ] as const) {
    const page = await listAuditLog(database.db, stranger, asked(theirs));
    expect(page).toEqual(await listAuditLog(database.db, stranger, asked(nobodys)));
    expect(page).toEqual({ acts: [], olderThan: null });
  }
  expect(await listActors(database.db, stranger, key)).toEqual([
    { id: stranger.userId, name: "Ada" },
  ]);
});

test("P20 an act can't be changed or removed, not even by whoever runs the product", async () => {
  const scope = await openWorkspace(database.db);
  await record(scope, { action: "session.signed_in" });
  const { workspaceId } = scope;
  await expect(
    database.sql`update audit_log set action = 'x' where workspace_id = ${workspaceId}`,
  ).rejects.toThrow(/append/i);
  await expect(
    database.sql`delete from audit_log where workspace_id = ${workspaceId}`,
  ).rejects.toThrow(/append/i);
});

test("K13 an address of nonsense is the log without filters", () => {
  for (const text of [
    "actor=%00&group=__proto__&target=%27%20or%201&range=1y&from=x&to=2026-02-30&before=-1",
    "actor=key_1&group=KEYS&range=&before=aud_",
    "",
  ]) {
    expect(auditLogQueryText(asked(text))).toBe("");
  }
  const kept = "actor=system&group=keys&range=custom&from=2026-02-28";
  expect(auditLogQueryText(asked(kept))).toBe(kept);
});
