import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { auditLog } from "@/db/schema/audit";
import { billingProfiles } from "@/db/schema/billing";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { chargeSavedCard } from "@/lib/billing/auto-charge";
import { cancelCheckout, openCheckout } from "@/lib/billing/checkout";
import type { StartedPayment } from "@/lib/billing/payment-provider";
import { removeCard } from "@/lib/billing/saved-card";
import { readSums } from "@/lib/billing/testing/ledger";
import { stripeVariables } from "@/lib/billing/testing/stripe";
import {
  findProfile,
  findRow,
  openStripeWorld,
  type StripeWorld,
} from "@/lib/billing/testing/stripe-world";
import { createTestScope } from "@/lib/billing/testing/workspace";
import { newId } from "@/lib/id";
import { usdToNanos } from "@/lib/money";
import type { Scope } from "@/lib/scope";

let database: TestDatabase;
let world: StripeWorld;
const origin = { address: "203.0.113.7", userAgent: "test" };

beforeAll(async () => {
  database = await createTestDatabase();
  for (const [name, value] of Object.entries(stripeVariables)) vi.stubEnv(name, value);
  vi.stubEnv("DATABASE_URL", database.url);
  vi.stubEnv("APP_ORIGIN", "https://console.example.com");
  world = await openStripeWorld(database.db);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

const scopeOf = () => createTestScope(database.db);

async function withCard(last4 = "4242"): Promise<Scope> {
  const scope = await scopeOf();
  world.fake.store.completeSetup(await world.setUpCard(scope), last4);
  await world.fake.delivery.idle();
  return scope;
}

async function actsOn(targetId: string): Promise<string[]> {
  const acts = await database.db
    .select({ action: auditLog.action })
    .from(auditLog)
    .where(eq(auditLog.targetId, targetId));
  return acts.map(({ action }) => action);
}

function requestsSince(count: number): string[] {
  return world.fake.requests.slice(count);
}

test("a checkout tells Stripe our row, and comes back to it without any secret in the address", async () => {
  const scope = await scopeOf();
  const { topUpId, sessionId } = await world.checkout(scope);
  const session = world.fake.store.get(sessionId, "checkout.session");
  const back = `https://console.example.com/billing?top_up=${topUpId}`;
  expect(session).toMatchObject({
    ...{ mode: "payment", amount_total: 2_500, currency: "usd", client_reference_id: topUpId },
    metadata: { top_up_id: topUpId },
    payment_intent_data: { metadata: { top_up_id: topUpId } },
    ...{ success_url: back, cancel_url: back },
  });
  expect(await findRow(database.db, topUpId)).toMatchObject({
    ...{ status: "pending", providerSessionId: sessionId, checks: 0 },
    checkoutUrl: `${world.fake.url}/c/pay/${sessionId}`,
  });
  world.fake.store.payCheckout(sessionId);
  await world.fake.delivery.idle();
  expect(await findRow(database.db, topUpId)).toMatchObject({ status: "succeeded", checkAt: null });
  expect((await readSums(database.db, scope)).balance).toBe(usdToNanos("25"));
});

test("a doubled submit, one after the other and at once, is one session", async () => {
  const scope = await scopeOf();
  const input = { amountCents: 5_000, formNonce: newId("event") };
  const open = () => openCheckout(database.db, scope, world.provider, input, origin);
  const [first, second] = await Promise.all([open(), open()]);
  const third = await open();
  expect(second).toEqual(first);
  expect(third).toEqual(first);
  const ours = world.fake.store
    .list("checkout.session")
    .filter((session) => session.client_reference_id === first.topUpId);
  expect(ours).toHaveLength(1);
});

test("an answer of Stripe's that gets lost is asked for again, and there is one session", async () => {
  const scope = await scopeOf();
  world.fake.trouble = { mode: "lost", left: 2 };
  const { topUpId } = await world.checkout(scope);
  const ours = world.fake.store
    .list("checkout.session")
    .filter((session) => session.client_reference_id === topUpId);
  expect(ours).toHaveLength(1);
});

test("a form that is sent again with another choice is refused in words, and opens nothing", async () => {
  const scope = await scopeOf();
  const input = { amountCents: 5_000, formNonce: newId("event") };
  const open = (saveCard: boolean) =>
    openCheckout(database.db, scope, world.provider, { ...input, saveCard }, origin);
  await world.setUpCard(scope);
  // The session is made, and none of the answers arrives.
  world.fake.trouble = { mode: "lost", left: 3 };
  await expect(open(false)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  await expect(open(true)).rejects.toMatchObject({ code: "CONFLICT" });
  expect((await open(false)).checkoutUrl).toContain("/c/pay/cs_test_");
});

test("the thirty-first card page within an hour is refused", async () => {
  const scope = await scopeOf();
  for (let i = 0; i < 30; i++) await world.setUpCard(scope);
  await expect(world.setUpCard(scope)).rejects.toMatchObject({ code: "RATE_LIMITED" });
});

test("while Stripe is away nothing is charged, and the same form works afterwards", async () => {
  const scope = await scopeOf();
  const input = { amountCents: 5_000, formNonce: newId("event") };
  const open = () => openCheckout(database.db, scope, world.provider, input, origin);
  world.fake.trouble = { mode: "down", left: Number.POSITIVE_INFINITY };
  await expect(open()).rejects.toMatchObject({ code: "UNAVAILABLE" });
  world.fake.trouble = { mode: "none", left: 0 };
  expect((await open()).checkoutUrl).toContain("/c/pay/cs_test_");
});

test("a customer that Stripe doesn't know, as after a change of keys, is made anew", async () => {
  const scope = await scopeOf();
  await database.db.insert(billingProfiles).values({
    ...{ workspaceId: scope.workspaceId, provider: "stripe", providerCustomerId: "cus_gone" },
    ...{ paymentMethodId: "pm_gone", cardLast4: "4242" },
  });
  const { sessionId } = await world.checkout(scope);
  const profile = await findProfile(database.db, scope);
  expect(profile?.providerCustomerId).toMatch(/^cus_[0-9a-f]{24}$/);
  expect(profile).toMatchObject({ paymentMethodId: null, cardLast4: null });
  expect(world.fake.store.get(sessionId, "checkout.session").customer).toBe(
    profile?.providerCustomerId,
  );
});

test("a workspace has one customer, however often and by whomever it pays", async () => {
  const scope = await scopeOf();
  await Promise.all([world.checkout(scope), world.checkout(scope), world.setUpCard(scope)]);
  const before = world.fake.requests.length;
  await world.checkout(scope);
  expect(requestsSince(before)).toEqual(["POST /v1/checkout/sessions"]);
});

test("a payment that the customer withdraws can't be paid any more", async () => {
  const scope = await scopeOf();
  const stranger = await scopeOf();
  const { topUpId, sessionId } = await world.checkout(scope);
  const cancel = (who: Scope) => cancelCheckout(database.db, who, world.provider, topUpId, origin);
  await expect(cancel(stranger)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(cancel({ ...scope, role: "viewer" })).rejects.toMatchObject({ code: "FORBIDDEN" });
  await cancel(scope);
  expect(await findRow(database.db, topUpId)).toMatchObject({ status: "cancelled" });
  expect(() => world.fake.store.payCheckout(sessionId)).toThrow("no longer open");
  await expect(cancel(scope)).rejects.toMatchObject({ code: "CONFLICT" });
});

test("a withdrawal whose event is here before its answer is done, and noted", async () => {
  const scope = await scopeOf();
  const { topUpId } = await world.checkout(scope);
  const slow = {
    ...world.provider,
    closeCheckout: async (payment: StartedPayment) => {
      const news = await world.provider.closeCheckout(payment);
      await world.fake.delivery.idle();
      expect(await findRow(database.db, topUpId)).toMatchObject({ status: "cancelled" });
      return news;
    },
  };
  await cancelCheckout(database.db, scope, slow, topUpId, origin);
  expect(await actsOn(topUpId)).toContain("top_up.withdrawn");
});

test("two presses at once withdraw a payment once", async () => {
  const scope = await scopeOf();
  const { topUpId } = await world.checkout(scope);
  const cancel = () => cancelCheckout(database.db, scope, world.provider, topUpId, origin);
  await Promise.allSettled([cancel(), cancel()]);
  expect(await findRow(database.db, topUpId)).toMatchObject({ status: "cancelled" });
  expect((await actsOn(topUpId)).filter((action) => action === "top_up.withdrawn")).toHaveLength(1);
});

test("a payment that was paid before it could be withdrawn is credited, also when no event came", async () => {
  const scope = await scopeOf();
  const { topUpId, sessionId } = await world.checkout(scope);
  const send = vi.spyOn(world.fake.delivery, "send").mockImplementation(() => undefined);
  world.fake.store.payCheckout(sessionId);
  send.mockRestore();
  const cancelling = cancelCheckout(database.db, scope, world.provider, topUpId, origin);
  await expect(cancelling).rejects.toMatchObject({ code: "CONFLICT" });
  expect((await readSums(database.db, scope)).balance).toBe(usdToNanos("25"));
});

test("a card is saved by the provider's page and known by what people know it by", async () => {
  const scope = await withCard();
  expect(await findProfile(database.db, scope)).toMatchObject({
    ...{ provider: "stripe", cardBrand: "visa", cardLast4: "4242" },
    ...{ cardExpiryMonth: 4, cardExpiryYear: 2034 },
    paymentMethodId: expect.stringMatching(/^pm_/),
  });
});

test("a card is saved along with a payment where that was asked for, and only there", async () => {
  for (const saveCard of [true, false]) {
    const scope = await scopeOf();
    const { sessionId } = await world.checkout(scope, 2_500, saveCard);
    world.fake.store.payCheckout(sessionId);
    await world.fake.delivery.idle();
    const profile = await findProfile(database.db, scope);
    expect(profile?.cardLast4).toBe(saveCard ? "4242" : null);
  }
});

test("another card takes the first one's place, and the first is taken away at Stripe", async () => {
  const scope = await withCard("4242");
  const first = (await findProfile(database.db, scope))?.paymentMethodId ?? "";
  const event = world.fake.events.findLast((one) => one.type === "setup_intent.succeeded");
  world.fake.store.completeSetup(await world.setUpCard(scope), "9995");
  await world.fake.delivery.idle();
  expect((await findProfile(database.db, scope))?.cardLast4).toBe("9995");
  await vi.waitFor(
    () => expect(world.fake.store.get(first, "payment_method").customer).toBeNull(),
    10_000,
  );
  // The first card's event comes once more, late and under another id.
  if (!event) throw new Error("no event");
  world.fake.delivery.send({ ...event, id: "evt_again" });
  await world.fake.delivery.idle();
  expect((await findProfile(database.db, scope))?.cardLast4).toBe("9995");
});

test("a card that is removed is gone here and at Stripe", async () => {
  const scope = await withCard();
  const id = (await findProfile(database.db, scope))?.paymentMethodId ?? "";
  await removeCard(database.db, scope, world.provider, origin);
  expect(await findProfile(database.db, scope)).toMatchObject({ paymentMethodId: null });
  expect(world.fake.store.get(id, "payment_method").customer).toBeNull();
});

test("an auto top-up charges the saved card once, however often it is asked for", async () => {
  const scope = await withCard();
  const id = await world.writeAutoTopUp(scope, 1_500);
  const charge = () => chargeSavedCard(database.db, world.provider, id);
  expect(await Promise.all([charge(), charge(), charge()])).toEqual(
    Array.from({ length: 3 }, () => ({ outcome: "succeeded" })),
  );
  await world.fake.delivery.idle();
  expect(await charge()).toEqual({ outcome: "succeeded" });
  expect(await readSums(database.db, scope)).toMatchObject({
    ...{ balance: usdToNanos("15"), transactions: 1 },
  });
  const intents = world.fake.store
    .list("payment_intent")
    .filter((intent) => intent.amount === 1_500);
  expect(intents).toHaveLength(1);
});

test.each([
  ["9995", "declined", "card_declined", "insufficient_funds", /insufficient funds/, "failed"],
  // What the bank says of a lost card isn't for whoever holds it.
  ["9987", "declined", "card_declined", "lost_card", /^The card was declined/, "failed"],
  [
    ...["3184", "requires_action", "authentication_required", "authentication_required"],
    ...[/confirm this payment/, "needs_action"],
  ],
] as const)(
  "an auto top-up with the card %s is %s",
  async (last4, outcome, code, declineCode, message, status) => {
    const scope = await withCard(last4);
    const id = await world.writeAutoTopUp(scope, 1_500);
    const result = await chargeSavedCard(database.db, world.provider, id);
    expect(result).toEqual({
      ...{ outcome, code, declineCode, message: expect.stringMatching(message) },
    });
    await world.fake.delivery.idle();
    expect(await findRow(database.db, id)).toMatchObject({ status });
    expect((await readSums(database.db, scope)).transactions).toBe(0);
  },
);

test("an auto top-up whose answer is lost isn't charged again: it is asked about", async () => {
  const scope = await withCard();
  const id = await world.writeAutoTopUp(scope, 1_700);
  const send = vi.spyOn(world.fake.delivery, "send").mockImplementation(() => undefined);
  world.fake.trouble = { mode: "lost", left: 3 };
  expect(await chargeSavedCard(database.db, world.provider, id)).toEqual({ outcome: "unknown" });
  send.mockRestore();
  expect(await findRow(database.db, id)).toMatchObject({ status: "pending" });
  await world.settle();
  expect(await findRow(database.db, id)).toMatchObject({ status: "succeeded" });
  const intents = world.fake.store
    .list("payment_intent")
    .filter((intent) => intent.amount === 1_700);
  expect(intents).toHaveLength(1);
});

test("an auto top-up that never reached Stripe ends uncharged", async () => {
  const scope = await withCard();
  const id = await world.writeAutoTopUp(scope, 1_800);
  world.fake.trouble = { mode: "down", left: Number.POSITIVE_INFINITY };
  expect(await chargeSavedCard(database.db, world.provider, id)).toEqual({ outcome: "unknown" });
  world.fake.trouble = { mode: "none", left: 0 };
  await world.settle();
  await world.settle();
  expect(await findRow(database.db, id)).toMatchObject({ status: "cancelled" });
  expect((await readSums(database.db, scope)).transactions).toBe(0);
});

test("a saved card that Stripe doesn't know any more fails the auto top-up in clear words", async () => {
  const scope = await withCard();
  const card = (await findProfile(database.db, scope))?.paymentMethodId ?? "";
  await world.provider.forgetCard(card);
  const id = await world.writeAutoTopUp(scope, 1_500);
  expect(await chargeSavedCard(database.db, world.provider, id)).toMatchObject({
    ...{ outcome: "declined", message: expect.stringMatching(/Save a card again/) },
  });
  expect(await findRow(database.db, id)).toMatchObject({ status: "failed" });
});

test("Stripe refuses what its API doesn't know, and a key that stands for something else", async () => {
  const ask = (body: string, key = newId("event")) =>
    fetch(`${world.fake.url}/v1/customers`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${stripeVariables.STRIPE_SECRET_KEY}`,
        "stripe-version": "2026-10-28.endive",
        "idempotency-key": key,
      },
      body,
    }).then((answer) => answer.json());
  expect(await ask("nickname=Ada")).toMatchObject({ error: { code: "parameter_unknown" } });
  const key = newId("event");
  const first = await ask("name=Ada", key);
  expect(await ask("name=Ada", key)).toEqual(first);
  expect(await ask("name=Bea", key)).toMatchObject({ error: { type: "idempotency_error" } });
});
