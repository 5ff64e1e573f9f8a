import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditLog } from "@/db/schema/audit";
import { topUps } from "@/db/schema/billing";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { cancelAbandonedTopUps, startTopUp } from "@/lib/billing/mutations";
import { findTopUp, listPlans, listTopUps } from "@/lib/billing/queries";
import { createTestScope } from "@/lib/billing/testing/workspace";
import { newId } from "@/lib/id";
import type { Scope } from "@/lib/scope";

let database: TestDatabase;
const origin = { address: "203.0.113.7", userAgent: "test" };

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

function start(scope: Scope, amountCents: number, formNonce = newId("event")) {
  return startTopUp(database.db, scope, "demo", { amountCents, formNonce }, origin);
}

test("a doubled submit is one payment with one audit row", async () => {
  const scope = await createTestScope(database.db);
  const nonce = newId("event");
  const rows = await Promise.all(Array.from({ length: 5 }, () => start(scope, 2_500, nonce)));
  expect(new Set(rows.map((row) => row.id)).size).toBe(1);
  expect(await listTopUps(database.db, scope, 10)).toHaveLength(1);
  const audits = await database.db
    .select()
    .from(auditLog)
    .where(eq(auditLog.workspaceId, scope.workspaceId));
  expect(audits).toMatchObject([
    { action: "top_up.started", actorId: scope.userId, targetId: rows[0]?.id },
  ]);
});

test("the nonce of one amount can't be used for another", async () => {
  const scope = await createTestScope(database.db);
  const nonce = newId("event");
  await start(scope, 2_500, nonce);
  await expect(start(scope, 5_000, nonce)).rejects.toMatchObject({ code: "CONFLICT" });
});

test("the same nonce in two workspaces is two payments", async () => {
  const nonce = newId("event");
  const first = await start(await createTestScope(database.db), 2_500, nonce);
  const second = await start(await createTestScope(database.db), 2_500, nonce);
  expect(first.id).not.toBe(second.id);
});

test.each(["developer", "viewer"] as const)("a %s can't start a payment", async (role) => {
  const scope = await createTestScope(database.db, role);
  await expect(start(scope, 2_500)).rejects.toMatchObject({ code: "FORBIDDEN" });
  expect(await listTopUps(database.db, scope, 10)).toEqual([]);
});

test("the thirty-first payment within an hour is refused", async () => {
  const scope = await createTestScope(database.db);
  for (let i = 0; i < 30; i++) await start(scope, 500);
  await expect(start(scope, 500)).rejects.toMatchObject({ code: "RATE_LIMITED" });
});

test("another workspace's payment can't be told from one that doesn't exist", async () => {
  const owner = await createTestScope(database.db);
  const stranger = await createTestScope(database.db);
  const { id } = await start(owner, 2_500);
  expect(await findTopUp(database.db, owner, id)).toMatchObject({ amountCents: 2_500 });
  expect(await findTopUp(database.db, stranger, id)).toBeNull();
  expect(await findTopUp(database.db, stranger, newId("topUp"))).toBeNull();
  expect(await findTopUp(database.db, stranger, "nonsense\0")).toBeNull();
});

test("a checkout left open for a day is closed, a younger one stays open", async () => {
  const scope = await createTestScope(database.db);
  const old = await start(scope, 2_500);
  const young = await start(scope, 2_500);
  await database.db
    .update(topUps)
    .set({ createdAt: sql`now() - interval '25 hours'` })
    .where(eq(topUps.id, old.id));
  expect(await cancelAbandonedTopUps(database.db)).toBe(1);
  expect(await findTopUp(database.db, scope, old.id)).toMatchObject({ status: "cancelled" });
  expect(await findTopUp(database.db, scope, young.id)).toMatchObject({ status: "pending" });
});

test("plans mark the workspace's own", async () => {
  const scope = await createTestScope(database.db);
  expect(await listPlans(database.db, scope)).toMatchObject([
    { id: "standard", name: "Standard", requestsPerHour: 1_000, isCurrent: true },
    { id: "pro", name: "Pro", requestsPerHour: 10_000, isCurrent: false },
    { id: "enterprise", name: "Enterprise", requestsPerHour: null, isCurrent: false },
  ]);
});
