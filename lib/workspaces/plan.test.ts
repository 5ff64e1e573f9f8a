import { and, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditLog } from "@/db/schema/audit";
import { budgets } from "@/db/schema/budgets";
import { workspaces } from "@/db/schema/workspaces";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { openWorkspace } from "@/lib/keys/testing/workspace";
import type { Role, Scope } from "@/lib/scope";
import { changePlan } from "@/lib/workspaces/plan";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const origin = { address: "203.0.113.7", userAgent: "test" };
const change = (scope: Scope, planId: string) => changePlan(database.db, scope, planId, origin);

async function planOf({ workspaceId }: Scope): Promise<string | undefined> {
  const [row] = await database.db
    .select({ planId: workspaces.planId })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId));
  return row?.planId;
}

function actsOf({ workspaceId }: Scope) {
  return database.db
    .select({ action: auditLog.action, details: auditLog.details })
    .from(auditLog)
    .where(
      and(eq(auditLog.workspaceId, workspaceId), eq(auditLog.action, "workspace.plan_changed")),
    );
}

test("a plan is changed once, with one audit row that names what it replaced", async () => {
  const scope = await openWorkspace(database.db);
  await Promise.all([change(scope, "pro"), change(scope, "pro"), change(scope, "pro")]);
  expect(await planOf(scope)).toBe("pro");
  expect(await actsOf(scope)).toEqual([
    { action: "workspace.plan_changed", details: { from: "standard", to: "pro" } },
  ]);
});

test("a change of plan leaves what counts against the limits as it is", async () => {
  const scope = await openWorkspace(database.db);
  const own = eq(budgets.workspaceId, scope.workspaceId);
  await change(scope, "pro");
  await database.db.update(budgets).set({ used: 0n, held: 0n, slotsAt: sql`now()` }).where(own);
  const before = await database.db.select().from(budgets).where(own);
  await change(scope, "standard");
  expect(await database.db.select().from(budgets).where(own)).toEqual(before);
});

test.each<Role>(["developer", "viewer"])("P14 a %s can't change the plan", async (role) => {
  const scope = { ...(await openWorkspace(database.db)), role };
  await expect(change(scope, "pro")).rejects.toMatchObject({ code: "FORBIDDEN" });
  expect(await planOf(scope)).toBe("standard");
});

test("a plan that is agreed with the company is neither taken nor left by oneself", async () => {
  const scope = await openWorkspace(database.db);
  await expect(change(scope, "enterprise")).rejects.toMatchObject({ code: "CONFLICT" });
  await database.db
    .update(workspaces)
    .set({ planId: "enterprise" })
    .where(eq(workspaces.id, scope.workspaceId));
  await expect(change(scope, "standard")).rejects.toMatchObject({ code: "CONFLICT" });
  await change(scope, "enterprise");
  expect(await actsOf(scope)).toEqual([]);
});

test.each(["", "gold", "__proto__", "pro'; --"])("the plan %j doesn't exist", async (planId) => {
  const scope = await openWorkspace(database.db);
  await expect(change(scope, planId)).rejects.toMatchObject({ code: "NOT_FOUND" });
});
