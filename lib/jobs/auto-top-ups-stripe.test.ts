import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import type { PaymentProvider } from "@/lib/billing/payment-provider";
import { getBillingProfile } from "@/lib/billing/profile";
import { setAutoTopUp } from "@/lib/billing/profile-mutations";
import { reconcilePayments } from "@/lib/billing/reconciliation";
import { openCardSetup } from "@/lib/billing/saved-card";
import { makeStripeProvider } from "@/lib/billing/stripe/provider";
import { type FakeStripe, startFakeStripe } from "@/lib/billing/testing/fake-stripe";
import type { Mishaps } from "@/lib/billing/testing/fake-stripe-delivery";
import { readSums } from "@/lib/billing/testing/ledger";
import { serveRoute } from "@/lib/billing/testing/route-server";
import { fundBalance } from "@/lib/billing/testing/saved-card";
import { stripeSecret } from "@/lib/billing/testing/stripe";
import { chargeUsage, createTestScope } from "@/lib/billing/testing/workspace";
import { verifyLedger } from "@/lib/billing/verification";
import { handlePaymentEvent } from "@/lib/billing/webhook";
import { chargerOf, runAutoTopUps } from "@/lib/jobs/auto-top-ups";
import { tellOfPayments } from "@/lib/jobs/billing-mails";
import { startWorker } from "@/lib/jobs/worker";
import { centsToNanos } from "@/lib/money";
import type { Scope } from "@/lib/scope";
import { startOfHour } from "@/lib/time";

process.env.DATABASE_URL ??= "postgres://localhost/gatehouse";
process.env.AUTH_SECRET ??= "0123456789abcdef0123456789abcdef";

let database: TestDatabase;
let scope: Scope;
let stripe: FakeStripe;
let provider: PaymentProvider;
const closing: (() => Promise<void> | void)[] = [];
const origin = { address: null, userAgent: null };
const clean: Mishaps = { lost: 0, doubled: 0, delayed: 0 };

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await database.sql`update billing_profiles set auto_top_up = false`;
});
afterAll(() => database.drop());

/** A workspace with $4, a card saved on the provider's page, and auto top-up on, to $25. */
async function open(last4: string): Promise<void> {
  const { db } = database;
  const mishaps = { ...clean };
  const webhook = await serveRoute(async (request) => {
    const answer = await handlePaymentEvent(db, provider, {
      rawBody: new Uint8Array(await request.arrayBuffer()),
      signature: request.headers.get("stripe-signature"),
    });
    return Response.json(answer.body, { status: answer.status });
  });
  stripe = await startFakeStripe({ webhookUrl: webhook.url, webhookSecret: stripeSecret, mishaps });
  closing.push(webhook.close, () => stripe.close());
  provider = makeStripeProvider({
    ...{ secretKey: "sk_test_0123456789", webhookSecrets: [stripeSecret], apiUrl: stripe.url },
  });
  scope = await createTestScope(db);
  await fundBalance(db, scope, 400, `fund:${scope.workspaceId}`);
  const { url } = await openCardSetup(db, scope, provider, origin);
  stripe.store.completeSetup(new URL(url).pathname.split("/").at(-1) ?? "", last4);
  await stripe.delivery.idle();
  const figures = { thresholdCents: 500, restoreCents: 2_500, monthlyLimitCents: 10_000 };
  await setAutoTopUp(db, scope, figures, origin);
  Object.assign(mishaps, { doubled: 1, delayed: 0.5 });
}

const run = (workers = 4) =>
  Promise.all(
    Array.from({ length: workers }, () => runAutoTopUps(database.db, chargerOf(provider))),
  );

const charges = () => stripe.store.list("payment_intent").length;
const auto = async () => (await getBillingProfile(database.db, scope)).autoTopUp;
const balance = async () => (await readSums(database.db, scope)).balance;

/** Lets the reconciliation's next check be due, and makes it. */
async function reconcile(): Promise<void> {
  await database.sql`
    update top_ups set check_at = now()
    where workspace_id = ${scope.workspaceId} and check_at is not null`;
  await Promise.all([1, 2].map(() => reconcilePayments(database.db, provider)));
}

async function mails(kind: string): Promise<number> {
  await Promise.all([1, 2].map(() => tellOfPayments(database.db)));
  const rows = await database.sql`
    select 1 from mails where workspace_id = ${scope.workspaceId} and kind = ${kind}`;
  return rows.length;
}

async function expectExactBooks(): Promise<void> {
  expect((await verifyLedger(database.sql)).breaches).toEqual([]);
}

test("P7 four workers charge the saved card once and credit it once, though the event comes twice besides the answer", async () => {
  await open("4242");
  await run();
  await stripe.delivery.idle();
  await run();
  expect(charges()).toBe(1);
  expect(await balance()).toBe(centsToNanos(2_500));
  expect(await mails("receipt")).toBe(1);
  await expectExactBooks();
});

test("two running workers notice a low balance, charge it once and send one receipt", async () => {
  await open("4242");
  const workers = [1, 2].map(() => startWorker(database.url, null, provider));
  closing.push(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
  });
  const receipts = () => database.sql`
    select 1 from mails where workspace_id = ${scope.workspaceId} and kind = 'receipt'`;
  await vi.waitFor(async () => expect(await receipts()).toHaveLength(1), { timeout: 25_000 });
  await Promise.all(workers.map((worker) => worker.stop()));
  await stripe.delivery.idle();
  expect(charges()).toBe(1);
  expect(await balance()).toBe(centsToNanos(2_500));
  expect(await receipts()).toHaveLength(1);
}, 60_000);

test("P8 a charge whose answer is lost is found by its event or by asking, and never made again", async () => {
  await open("4242");
  stripe.trouble.mode = "lost";
  stripe.trouble.left = 100;
  await run(1);
  stripe.trouble.left = 0;
  await stripe.delivery.idle();
  await run();
  await reconcile();
  await run();
  expect(charges()).toBe(1);
  expect(await balance()).toBe(centsToNanos(2_500));
  expect(await mails("receipt")).toBe(1);
  await expectExactBooks();
});

test("P8 a charge that never reached the provider is given up after it was asked twice, and only then made anew", async () => {
  await open("4242");
  stripe.trouble.mode = "down";
  stripe.trouble.left = 100;
  await run(1);
  stripe.trouble.left = 0;
  await run();
  expect(charges()).toBe(0);
  await reconcile();
  await run();
  expect(charges()).toBe(0);
  expect((await auto()).open).toMatchObject({ status: "pending" });
  await reconcile();
  await reconcile();
  await run();
  await stripe.delivery.idle();
  expect(charges()).toBe(1);
  expect(await balance()).toBe(centsToNanos(2_500));
  await expectExactBooks();
});

test.each([
  ["a decline counts once", "9995", { failures: 1, pausedReason: null }, "auto_top_up_failed"],
  [
    "a bank that wants the cardholder pauses",
    "3184",
    { failures: 0, pausedReason: "needs_action" },
    "auto_top_up_action",
  ],
])("%s, though answer and events tell of it", async (_what, last4, brakes, kind) => {
  await open(last4);
  await run();
  await stripe.delivery.idle();
  await run();
  expect(charges()).toBe(1);
  expect(await auto()).toMatchObject(brakes);
  expect(await mails(kind)).toBe(1);
  expect(await balance()).toBe(centsToNanos(400));
  await expectExactBooks();
});

test("a dispute takes the payment back, becomes a debt where it was spent, and pauses until the customer resumes", async () => {
  await open("4242");
  await run();
  await stripe.delivery.idle();
  await chargeUsage(database.db, scope, startOfHour(new Date()), centsToNanos(2_300));
  const [intent] = stripe.store.list("payment_intent");
  stripe.store.dispute(intent?.id ?? "");
  await stripe.delivery.idle();
  await run();
  expect(charges()).toBe(1);
  expect((await auto()).pausedReason).toBe("disputed");
  expect(await balance()).toBe(0n);
  await expectExactBooks();
});
