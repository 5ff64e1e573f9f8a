import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { topUps } from "@/db/schema/billing";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { chargeSavedCard } from "@/lib/billing/auto-charge";
import { cancelCheckout, openCheckout } from "@/lib/billing/checkout";
import { completeDemoCardSetup, completeDemoCheckout } from "@/lib/billing/demo/checkout";
import type { PaymentProvider } from "@/lib/billing/payment-provider";
import { findPaymentProvider } from "@/lib/billing/provider";
import { reconcilePayments } from "@/lib/billing/reconciliation";
import { removeCard } from "@/lib/billing/saved-card";
import { readSums } from "@/lib/billing/testing/ledger";
import { serveRoute } from "@/lib/billing/testing/route-server";
import { findProfile, findRow } from "@/lib/billing/testing/stripe-world";
import { createTestScope } from "@/lib/billing/testing/workspace";
import { handlePaymentEvent } from "@/lib/billing/webhook";
import { newId } from "@/lib/id";
import { usdToNanos } from "@/lib/money";
import type { Scope } from "@/lib/scope";

let database: TestDatabase;
let provider: PaymentProvider;
let server: Awaited<ReturnType<typeof serveRoute>>;
const events: string[] = [];
const origin = { address: null, userAgent: null };

beforeAll(async () => {
  database = await createTestDatabase();
  server = await serveRoute(async (request) => {
    const rawBody = new Uint8Array(await request.arrayBuffer());
    const signature = request.headers.get("demo-signature");
    const answer = await handlePaymentEvent(database.db, provider, { rawBody, signature });
    events.push(String(answer.body.outcome));
    return Response.json(answer.body, { status: answer.status });
  });
  vi.stubEnv("DATABASE_URL", database.url);
  vi.stubEnv("AUTH_SECRET", "0123456789abcdef0123456789abcdef");
  vi.stubEnv("DEMO_WEBHOOK_SECRET", "the-webhook-secret-of-these-tests-1");
  vi.stubEnv("PORT", new URL(server.url).port);
  const found = findPaymentProvider();
  if (!found) throw new Error("the demo is not configured");
  provider = found;
});
afterAll(async () => {
  server.close();
  await database.drop();
});

const scopeOf = () => createTestScope(database.db);

async function open(scope: Scope, saveCard = false): Promise<{ id: string; url: string }> {
  const input = { amountCents: 2_500, formNonce: newId("event"), saveCard };
  const { topUpId, checkoutUrl } = await openCheckout(database.db, scope, provider, input, origin);
  return { id: topUpId, url: checkoutUrl };
}

async function withCard(cardId: string): Promise<Scope> {
  const scope = await scopeOf();
  await completeDemoCardSetup(database.db, scope, provider, { cardId });
  return scope;
}

async function chargeAuto({ workspaceId, userId }: Scope) {
  const id = newId("topUp");
  await database.db.insert(topUps).values({
    ...{ id, workspaceId, userId, provider: "demo", kind: "auto", amountCents: 1_500 },
    ...{ formNonce: id, checkAt: sql`now()` },
  });
  return { id, result: await chargeSavedCard(database.db, provider, id) };
}

test.each([
  ["pay", "succeeded", "25"],
  ["decline", "failed", "0"],
  ["cancel", "cancelled", "0"],
] as const)(
  "a demo payment that is to %s ends %s by its signed event",
  async (choice, status, usd) => {
    const scope = await scopeOf();
    const { id, url } = await open(scope);
    expect(url).toBe(`/checkout/${id}`);
    await completeDemoCheckout(database.db, scope, provider, { topUpId: id, choice });
    expect(await findRow(database.db, id)).toMatchObject({ status });
    expect((await readSums(database.db, scope)).balance).toBe(usdToNanos(usd));
    expect((await findProfile(database.db, scope))?.paymentMethodId).toBeNull();
  },
);

test("a demo payment keeps its card where that was asked for", async () => {
  const scope = await scopeOf();
  const { id, url } = await open(scope, true);
  expect(url).toBe(`/checkout/${id}?save_card=1`);
  const input = { topUpId: id, choice: "pay" as const, saveCard: true };
  await completeDemoCheckout(database.db, scope, provider, input);
  expect(await findProfile(database.db, scope)).toMatchObject({ cardLast4: "4242" });
});

test("P14 nobody completes another workspace's demo payment, and no viewer their own", async () => {
  const scope = await scopeOf();
  const { id } = await open(scope);
  const input = { topUpId: id, choice: "pay" as const };
  const complete = (who: Scope, by: PaymentProvider | null = provider) =>
    completeDemoCheckout(database.db, who, by, input);
  await expect(complete(await scopeOf())).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(complete(scope, null)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(complete({ ...scope, role: "viewer" })).rejects.toMatchObject({ code: "FORBIDDEN" });
  expect(await findRow(database.db, id)).toMatchObject({ status: "pending" });
});

test("a demo payment can be withdrawn", async () => {
  const scope = await scopeOf();
  const { id } = await open(scope);
  await cancelCheckout(database.db, scope, provider, id, origin);
  expect(await findRow(database.db, id)).toMatchObject({ status: "cancelled", checkAt: null });
});

test.each([
  ["demo_card_4242", "succeeded", "succeeded", "15"],
  ["demo_card_9995", "declined", "failed", "0"],
  ["demo_card_3184", "requires_action", "needs_action", "0"],
])(
  "an auto top-up with %s is %s, and answer and event count once",
  async (cardId, outcome, status, usd) => {
    const scope = await withCard(cardId);
    const before = events.length;
    const { id, result } = await chargeAuto(scope);
    expect(result.outcome).toBe(outcome);
    await vi.waitFor(() => expect(events.length).toBe(before + 1), 10_000);
    expect(await findRow(database.db, id)).toMatchObject({ status });
    expect(await readSums(database.db, scope)).toMatchObject({
      ...{ balance: usdToNanos(usd), transactions: usd === "0" ? 0 : 1 },
    });
  },
);

test("a demo card that is removed is gone, and another can be saved", async () => {
  const scope = await withCard("demo_card_4242");
  await removeCard(database.db, scope, provider, origin);
  expect(await findProfile(database.db, scope)).toMatchObject({ paymentMethodId: null });
  await completeDemoCardSetup(database.db, scope, provider, { cardId: "demo_card_9995" });
  expect(await findProfile(database.db, scope)).toMatchObject({ cardLast4: "9995" });
  const unknown = completeDemoCardSetup(database.db, scope, provider, { cardId: "demo_card_1" });
  await expect(unknown).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("the demo keeps no records, so asking it about payments changes none", async () => {
  const scope = await scopeOf();
  const { id } = await open(scope);
  await database.db.update(topUps).set({ checkAt: sql`now()` });
  expect(await reconcilePayments(database.db, provider)).toBe(0);
  expect(await findRow(database.db, id)).toMatchObject({ status: "pending", checks: 1 });
});
