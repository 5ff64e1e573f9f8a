import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { chargeSavedCard } from "@/lib/billing/auto-charge";
import { CardDeclined, type StripeObject } from "@/lib/billing/testing/fake-stripe-store";
import { stripeVariables } from "@/lib/billing/testing/stripe";
import { openStripeWorld, type StripeWorld } from "@/lib/billing/testing/stripe-world";
import { createTestScope } from "@/lib/billing/testing/workspace";
import { verifyIn } from "@/lib/billing/verification";
import type { Scope } from "@/lib/scope";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  for (const [name, value] of Object.entries(stripeVariables)) vi.stubEnv(name, value);
  vi.stubEnv("DATABASE_URL", database.url);
});
afterAll(() => database.drop());

/** What may happen to a payment once it was made. */
const After = fc.constantFrom(
  ...([
    "refund all",
    "refund part",
    "refund part",
    "failed refund",
    "won",
    "lost",
    "open",
    "inquiry",
  ] as const),
);
const Payment = fc.record({
  how: fc.constantFrom(
    ...([
      "paid",
      "second card",
      "late",
      "late failed",
      "left",
      "expired",
      "auto",
      "auto lost",
    ] as const),
  ),
  after: fc.array(After, { maxLength: 3 }),
});
type Payment = typeof Payment extends fc.Arbitrary<infer T> ? T : never;

/** Plays one payment on the provider's side; answers its PaymentIntent, where one came about. */
async function play(
  world: StripeWorld,
  scope: Scope,
  how: Payment["how"],
): Promise<StripeObject | null> {
  const { store } = world.fake;
  if (how === "auto" || how === "auto lost") {
    const id = await world.writeAutoTopUp(scope, 2_500);
    if (how === "auto lost") world.fake.trouble = { mode: "lost", left: 3 };
    await chargeSavedCard(database.db, world.provider, id);
    world.fake.trouble = { mode: "none", left: 0 };
    return store.list("payment_intent").find((one) => topUpOf(one) === id) ?? null;
  }
  const { sessionId } = await world.checkout(scope);
  if (how === "left") return null;
  if (how === "expired") {
    store.expireSession(sessionId);
    return null;
  }
  if (how === "second card") store.payCheckout(sessionId, "9995");
  if (how === "paid" || how === "second card") return store.payCheckout(sessionId);
  const intent = store.payLater(sessionId);
  store.endLatePayment(sessionId, how === "late");
  return intent;
}

function topUpOf(object: StripeObject): string | null {
  const { metadata } = object;
  return metadata && typeof metadata === "object" && "top_up_id" in metadata
    ? String(metadata.top_up_id)
    : null;
}

function playAfter({ store }: StripeWorld["fake"], intent: StripeObject, acts: Payment["after"]) {
  for (const act of acts) {
    const charge = store.get(String(intent.latest_charge), "charge");
    const left = Number(charge.amount) - Number(charge.amount_refunded);
    const isRefund = act.includes("refund");
    if (isRefund && left < 700) continue;
    if (act === "refund all") store.refund(intent.id);
    else if (act === "refund part") store.refund(intent.id, 700);
    else if (act === "failed refund") store.failRefund(store.refund(intent.id, 600).id);
    else if (act === "inquiry") store.dispute(intent.id, 2_500, "warning_needs_response");
    else {
      const dispute = store.dispute(intent.id, 1_200);
      if (act !== "open") store.closeDispute(dispute.id, act);
    }
  }
}

const sum = (objects: StripeObject[]) => objects.reduce((all, one) => all + Number(one.amount), 0);

/** What the provider's own books say, in cents. */
function providerBooks({ store }: StripeWorld["fake"]) {
  const paid = store.list("payment_intent").filter((one) => one.status === "succeeded");
  const refunds = store.list("refund").filter((one) => one.status === "succeeded");
  const disputes = store.list("dispute");
  const lost = disputes.filter((one) => one.status === "lost");
  const open = disputes.filter((one) => one.status === "needs_response");
  return {
    paid: paid.map(topUpOf).sort(),
    processor: sum(refunds) + sum(lost) - sum(paid),
    disputes: sum(open),
  };
}

/** What ours say of the same workspace. */
async function ourBooks(scope: Scope) {
  const { sql } = database;
  const { workspaceId } = scope;
  const credited = await sql`
    select substr(reference, 8) as id from ledger_transactions
    where workspace_id = ${workspaceId} and kind = 'top_up' order by 1`;
  const succeeded = await sql`
    select id from top_ups where workspace_id = ${workspaceId} and status = 'succeeded' order by 1`;
  expect(succeeded.map((row) => row.id)).toEqual(credited.map((row) => row.id));
  const [accounts] = await sql`
    select
      coalesce(sum(amount_nanos) filter (where account = 'processor'), 0) / 10000000 as processor,
      coalesce(sum(amount_nanos) filter (where account = 'disputes'), 0) / 10000000 as disputes
    from ledger_entries where workspace_id = ${workspaceId}`;
  return {
    paid: credited.map((row) => String(row.id)),
    processor: Number(accounts?.processor),
    disputes: Number(accounts?.disputes),
  };
}

async function run(seed: number, payments: Payment[]): Promise<void> {
  const world = await openStripeWorld(database.db, seed);
  try {
    const scope = await createTestScope(database.db);
    world.fake.store.completeSetup(await world.setUpCard(scope));
    await world.settle();
    for (const { how, after } of payments) {
      const intent = await play(world, scope, how).catch((error: unknown) => {
        if (error instanceof CardDeclined) return null;
        throw error;
      });
      if (intent?.status === "succeeded") playAfter(world.fake, intent, after);
    }
    await world.settle();
    expect(await ourBooks(scope)).toEqual(providerBooks(world.fake));
    const { breaches } = await database.sql.begin((tx) => verifyIn(tx));
    expect(breaches).toEqual([]);
  } finally {
    await world.close();
  }
}

test("P2 P7 whatever events get lost, doubled, delayed and shuffled, our books end as the provider's", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.array(Payment, { minLength: 1, maxLength: 6 }),
      run,
    ),
    { numRuns: 12, interruptAfterTimeLimit: 60_000 },
  );
}, 120_000);
