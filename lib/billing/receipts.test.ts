import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { billingProfiles, paymentEvents, paymentReversals, topUps } from "@/db/schema/billing";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { findReceipt } from "@/lib/billing/receipts";
import { createTestScope } from "@/lib/billing/testing/workspace";
import { newId } from "@/lib/id";
import type { Scope } from "@/lib/scope";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

type Status = (typeof topUps.$inferInsert)["status"];

async function insertTopUp(scope: Scope, status: Status = "succeeded"): Promise<string> {
  const id = newId("topUp");
  await database.db.insert(topUps).values({
    ...{ id, workspaceId: scope.workspaceId, userId: scope.userId, provider: "stripe", status },
    ...{ amountCents: 2_500, formNonce: id, completedAt: new Date("2026-11-21T10:00:00Z") },
  });
  return id;
}

type ReversalStatus = (typeof paymentReversals.$inferInsert)["status"];

async function reverse(topUpId: string, amountCents: number, status: ReversalStatus) {
  const id = newId("reversal");
  await database.db.insert(paymentReversals).values({
    ...{ id, provider: "stripe", providerReversalId: id, kind: "refund", topUpId },
    ...{ amountCents, currency: "usd", status },
  });
}

async function addEvent(topUpId: string, payload: object) {
  await database.db.insert(paymentEvents).values({
    ...{ provider: "stripe", id: newId("event"), type: "test", topUpId },
    ...{ outcome: "credited", payload },
  });
}

test("P14 a receipt of another workspace is as absent as one that never was", async () => {
  const id = await insertTopUp(await createTestScope(database.db));
  const stranger = await createTestScope(database.db);
  for (const asked of [id, newId("topUp"), "top_", "", "' or 1=1 --", "../x"]) {
    expect(await findReceipt(database.db, stranger, asked)).toBeNull();
  }
});

test.each(["pending", "needs_action", "failed", "cancelled"] as const)(
  "a payment that is %s has no receipt",
  async (status) => {
    const scope = await createTestScope(database.db);
    expect(await findReceipt(database.db, scope, await insertTopUp(scope, status))).toBeNull();
  },
);

test("a receipt names what was refunded, and counts only what stays taken back", async () => {
  const scope = await createTestScope(database.db);
  const id = await insertTopUp(scope);
  await reverse(id, 500, "booked");
  await reverse(id, 700, "released");
  await reverse(id, 900, "parked");
  const receipt = await findReceipt(database.db, scope, id);
  expect(receipt).toMatchObject({
    number: `GATE-${id.slice(-8).toUpperCase()}`,
    ...{ amountCents: 2_500, reversedCents: 500, workspaceName: "Test", card: null },
  });
  expect(receipt?.reversals.map(({ amountCents, status }) => [amountCents, status])).toEqual([
    [500, "booked"],
    [700, "released"],
  ]);
});

test("the card is the one that the payment's own event names, never merely the saved one", async () => {
  const scope = await createTestScope(database.db);
  const { workspaceId } = scope;
  const saved = { cardBrand: "visa", cardLast4: "4242", paymentMethodId: "pm_1" };
  await database.db.insert(billingProfiles).values({ workspaceId, ...saved });
  const described = await insertTopUp(scope);
  const card = { brand: "amex", last4: "0005" };
  await addEvent(described, { data: { object: { payment_method_details: { card } } } });
  const named = await insertTopUp(scope);
  await addEvent(named, { data: { object: { payment_method: "pm_1" } } });
  const other = await insertTopUp(scope);
  await addEvent(other, { data: { object: { payment_method: "pm_2" } } });
  const cardOf = async (id: string) => (await findReceipt(database.db, scope, id))?.card;
  expect(await cardOf(described)).toEqual(card);
  expect(await cardOf(named)).toEqual({ brand: "visa", last4: "4242" });
  expect(await cardOf(other)).toBeNull();
  await database.db.delete(billingProfiles).where(eq(billingProfiles.workspaceId, workspaceId));
  expect(await cardOf(named)).toBeNull();
});
