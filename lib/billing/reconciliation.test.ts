import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { paymentEvents, paymentReversals, topUps } from "@/db/schema/billing";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { reconcilePayments } from "@/lib/billing/reconciliation";
import { readSums } from "@/lib/billing/testing/ledger";
import { stripeVariables } from "@/lib/billing/testing/stripe";
import { findRow, openStripeWorld, type StripeWorld } from "@/lib/billing/testing/stripe-world";
import { createTestScope } from "@/lib/billing/testing/workspace";
import { recordEvent } from "@/lib/billing/webhook";
import { makeTasks } from "@/lib/jobs/tasks";
import { usdToNanos } from "@/lib/money";

let database: TestDatabase;
let world: StripeWorld;
const paid = usdToNanos("25");

beforeAll(async () => {
  database = await createTestDatabase();
  for (const [name, value] of Object.entries(stripeVariables)) vi.stubEnv(name, value);
  vi.stubEnv("DATABASE_URL", database.url);
  world = await openStripeWorld(database.db);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

const reconcile = () => reconcilePayments(database.db, world.provider);

/** Moves a top-up's start into the past, and what was planned from there with it. */
async function age(topUpId: string, minutes: number): Promise<void> {
  const by = sql`make_interval(mins => ${minutes}::int)`;
  await database.db
    .update(topUps)
    .set({ createdAt: sql`${topUps.createdAt} - ${by}`, checkAt: sql`${topUps.checkAt} - ${by}` })
    .where(eq(topUps.id, topUpId));
}

/** Does something of which no event is ever heard: neither delivered nor listed as undelivered. */
function unheard(act: () => void): void {
  const send = vi.spyOn(world.fake.delivery, "send").mockImplementation(() => undefined);
  act();
  send.mockRestore();
}

/** Does something whose events don't arrive; Stripe knows that they haven't. */
function lost(act: () => void): void {
  const send = vi.spyOn(world.fake.delivery, "send").mockImplementation((event) => {
    world.fake.delivery.undelivered.add(event.id);
  });
  act();
  send.mockRestore();
}

test("P7 a payment whose event is never heard of is credited by asking, at the next minute", async () => {
  const scope = await createTestScope(database.db);
  const { topUpId, sessionId } = await world.checkout(scope);
  unheard(() => world.fake.store.payCheckout(sessionId));
  await reconcile();
  expect(await findRow(database.db, topUpId)).toMatchObject({ status: "pending", checks: 0 });
  await age(topUpId, 1);
  await reconcile();
  expect(await findRow(database.db, topUpId)).toMatchObject({ status: "succeeded", checkAt: null });
  await Promise.all([reconcile(), reconcile(), reconcile()]);
  expect(await readSums(database.db, scope)).toMatchObject({ balance: paid, transactions: 1 });
});

test("P7 an open payment is asked about after 1, 5 and 10 minutes, 1 hour and 24 hours, then no more", async () => {
  const scope = await createTestScope(database.db);
  const { topUpId } = await world.checkout(scope);
  const due: number[] = [];
  for (;;) {
    const { createdAt, checkAt, checks } = await findRow(database.db, topUpId);
    expect(checks).toBe(due.length);
    if (!checkAt) break;
    due.push(Math.round((checkAt.getTime() - createdAt.getTime()) / 60_000));
    await age(topUpId, (due.at(-1) ?? 0) - (due.at(-2) ?? 0));
    await reconcile();
  }
  expect(due).toEqual([1, 5, 10, 60, 1_440]);
});

test("P7 an event that was lost is taken in within a minute, however old its top-up is", async () => {
  const scope = await createTestScope(database.db);
  const { topUpId, sessionId } = await world.checkout(scope);
  await age(topUpId, 12);
  await reconcile();
  const before = world.fake.events.length;
  lost(() => world.fake.store.payCheckout(sessionId));
  await reconcile();
  expect(await findRow(database.db, topUpId)).toMatchObject({ status: "succeeded" });
  // The same events arrive in the end.
  for (const event of world.fake.events.slice(before)) {
    const outcome = await recordEvent(database.db, world.provider, event);
    expect(outcome).toBe("duplicate");
  }
  expect(await readSums(database.db, scope)).toMatchObject({ balance: paid, transactions: 1 });
});

test("a refund and a dispute whose events were lost are taken in as well", async () => {
  const { store } = world.fake;
  const refunded = await createTestScope(database.db);
  const disputed = await createTestScope(database.db);
  const [first, second] = [await world.checkout(refunded), await world.checkout(disputed)];
  lost(() => store.refund(store.payCheckout(first.sessionId).id, 1_000));
  lost(() => store.dispute(store.payCheckout(second.sessionId).id));
  await reconcile();
  expect((await readSums(database.db, refunded)).balance).toBe(usdToNanos("15"));
  expect((await readSums(database.db, disputed)).balance).toBe(0n);
});

test("a payment that took its time and failed ends so, and one that came through is credited", async () => {
  const { store } = world.fake;
  for (const isPaid of [false, true]) {
    const scope = await createTestScope(database.db);
    const { topUpId, sessionId } = await world.checkout(scope);
    unheard(() => {
      store.payLater(sessionId);
      store.endLatePayment(sessionId, isPaid);
    });
    await age(topUpId, 1);
    await reconcile();
    expect((await findRow(database.db, topUpId)).status).toBe(isPaid ? "succeeded" : "failed");
  }
});

test("a page that Stripe has closed ends the top-up, and it isn't asked about again", async () => {
  const scope = await createTestScope(database.db);
  const { topUpId, sessionId } = await world.checkout(scope);
  unheard(() => world.fake.store.expireSession(sessionId));
  await age(topUpId, 1);
  await reconcile();
  expect(await findRow(database.db, topUpId)).toMatchObject({ status: "cancelled", checkAt: null });
});

test("a session whose start was answered to nobody is found by its customer", async () => {
  const scope = await createTestScope(database.db);
  const { topUpId, sessionId } = await world.checkout(scope);
  // A crash right after Stripe's answer leaves the row without it.
  await database.db
    .update(topUps)
    .set({ providerSessionId: null, checkoutUrl: null })
    .where(eq(topUps.id, topUpId));
  unheard(() => world.fake.store.payCheckout(sessionId));
  await age(topUpId, 1);
  await reconcile();
  expect(await findRow(database.db, topUpId)).toMatchObject({
    ...{ status: "succeeded", providerSessionId: sessionId },
  });
});

test("while Stripe is away nothing is decided, and the check comes again a minute later", async () => {
  const scope = await createTestScope(database.db);
  const { topUpId, sessionId } = await world.checkout(scope);
  unheard(() => world.fake.store.payCheckout(sessionId));
  await age(topUpId, 1);
  // The list of events answers, and then nothing does any more.
  const list = vi.spyOn(world.provider, "listUndeliveredEvents").mockResolvedValue([]);
  world.fake.trouble = { mode: "down", left: Number.POSITIVE_INFINITY };
  await reconcile();
  world.fake.trouble = { mode: "none", left: 0 };
  list.mockRestore();
  const row = await findRow(database.db, topUpId);
  expect(row).toMatchObject({ status: "pending", checks: 0 });
  expect(row.checkAt).not.toBeNull();
  await age(topUpId, 1);
  await reconcile();
  expect(await findRow(database.db, topUpId)).toMatchObject({ status: "succeeded" });
});

test("H23 a parked event does its work as soon as what it names is known", async () => {
  const scope = await createTestScope(database.db);
  const { topUpId, sessionId } = await world.checkout(scope);
  const asked = (id: string | null) =>
    database.db.update(topUps).set({ providerSessionId: id }).where(eq(topUps.id, topUpId));
  await asked(null);
  const session = world.fake.store.get(sessionId, "checkout.session");
  Object.assign(session, { client_reference_id: null, metadata: {} });
  unheard(() => world.fake.store.payCheckout(sessionId));
  const event = world.fake.events.findLast((one) => one.type === "checkout.session.completed");
  if (!event) throw new Error("no event");
  expect(await recordEvent(database.db, world.provider, event)).toBe("parked");
  await reconcile();
  expect((await findRow(database.db, topUpId)).status).toBe("pending");
  await asked(sessionId);
  await Promise.all([reconcile(), reconcile()]);
  expect((await findRow(database.db, topUpId)).status).toBe("succeeded");
  const [row] = await database.db
    .select()
    .from(paymentEvents)
    .where(eq(paymentEvents.id, event.id));
  expect(row).toMatchObject({ outcome: "credited", topUpId });
  expect(await readSums(database.db, scope)).toMatchObject({ balance: paid, transactions: 1 });
});

test("H20 a refund that waited for a payment whose name came late is booked", async () => {
  const scope = await createTestScope(database.db);
  const { topUpId, sessionId } = await world.checkout(scope);
  world.fake.store.payCheckout(sessionId);
  await world.fake.delivery.idle();
  const { providerPaymentId } = await findRow(database.db, topUpId);
  await database.db.insert(paymentReversals).values({
    ...{ id: "rev_waiting", provider: "stripe", providerReversalId: "re_waiting", kind: "refund" },
    ...{ providerPaymentId, amountCents: 2_500, currency: "usd", status: "parked" },
  });
  expect(await reconcile()).toBe(1);
  expect(await reconcile()).toBe(0);
  expect((await readSums(database.db, scope)).balance).toBe(0n);
});

test("the worker's task asks the provider that it was given, and none where there is none", async () => {
  const scope = await createTestScope(database.db);
  const { topUpId, sessionId } = await world.checkout(scope);
  unheard(() => world.fake.store.payCheckout(sessionId));
  await age(topUpId, 1);
  const run = async (payments: StripeWorld["provider"] | null) => {
    const task = makeTasks(database.db, null, payments).reconcile_payments;
    if (!task) throw new Error("there is no such task");
    await Reflect.apply(task, undefined, [{}, {}]);
  };
  await run(null);
  expect((await findRow(database.db, topUpId)).status).toBe("pending");
  await run(world.provider);
  expect((await findRow(database.db, topUpId)).status).toBe("succeeded");
});
