import { eq } from "drizzle-orm";
import { expect, test, vi } from "vitest";
import { openWebhook } from "@/app/api/webhooks/stripe/webhook-harness";
import { paymentEvents, topUps } from "@/db/schema/billing";
import { readSums } from "@/lib/billing/testing/ledger";
import { intentOf, sessionOf, stripeEvent, stripeRequest } from "@/lib/billing/testing/stripe";
import { log } from "@/lib/log";
import { usdToNanos } from "@/lib/money";

const webhook = openWebhook();
const paid = usdToNanos("25");

test("H14 the same event ten times is one credit", async () => {
  const topUp = await webhook.openTopUp();
  const text = stripeEvent("checkout.session.completed", sessionOf(topUp));
  const outcomes: unknown[] = [];
  for (let i = 0; i < 10; i++)
    outcomes.push((await webhook.send(stripeRequest(text))).body.outcome);
  expect(outcomes).toEqual(["credited", ...Array.from({ length: 9 }, () => "duplicate")]);
  expect(await readSums(webhook.database.db, topUp.scope)).toMatchObject({
    ...{ everything: 0n, wallet: paid, balance: paid, transactions: 1 },
  });
  expect(await webhook.statusOf(topUp)).toBe("succeeded");
});

test("P7 ten deliveries at once, on ten connections, are one credit", async () => {
  const topUp = await webhook.openTopUp();
  const text = stripeEvent("checkout.session.completed", sessionOf(topUp));
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => webhook.send(stripeRequest(text))),
  );
  expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 10 }, () => 200));
  const outcomes = answers.map((answer) => answer.body.outcome).sort();
  expect(outcomes).toEqual(["credited", ...Array.from({ length: 9 }, () => "duplicate")]);
  expect((await readSums(webhook.database.db, topUp.scope)).balance).toBe(paid);
});

test("H16 two events of one session are one credit, one after the other and at once", async () => {
  const first = await webhook.openTopUp();
  expect(await webhook.tell("checkout.session.completed", sessionOf(first))).toBe("credited");
  expect(await webhook.tell("checkout.session.completed", sessionOf(first))).toBe("ignored");
  expect(await webhook.tell("payment_intent.succeeded", intentOf(first))).toBe("ignored");
  const second = await webhook.openTopUp();
  await Promise.all([
    ...Array.from({ length: 5 }, () =>
      webhook.tell("checkout.session.completed", sessionOf(second)),
    ),
    ...Array.from({ length: 5 }, () => webhook.tell("payment_intent.succeeded", intentOf(second))),
  ]);
  for (const { scope } of [first, second]) {
    expect(await readSums(webhook.database.db, scope)).toMatchObject({
      balance: paid,
      transactions: 1,
    });
  }
});

test("a second session or payment for one top-up credits nothing and raises the alarm", async () => {
  const alarm = vi.spyOn(log, "error");
  const topUp = await webhook.openTopUp();
  const other = { id: "cs_test_other", payment_intent: "pi_other" };
  expect(await webhook.tell("checkout.session.completed", sessionOf(topUp, other))).toBe(
    "quarantined",
  );
  expect(
    await webhook.tell(
      "checkout.session.expired",
      sessionOf(topUp, { ...other, payment_status: "unpaid" }),
    ),
  ).toBe("ignored");
  expect(await webhook.tell("checkout.session.completed", sessionOf(topUp))).toBe("credited");
  expect(await webhook.tell("checkout.session.completed", sessionOf(topUp, other))).toBe(
    "quarantined",
  );
  expect(await webhook.tell("payment_intent.succeeded", intentOf(topUp, { id: "pi_2" }))).toBe(
    "quarantined",
  );
  expect(alarm).toHaveBeenCalledTimes(3);
  alarm.mockRestore();
  expect((await readSums(webhook.database.db, topUp.scope)).balance).toBe(paid);
});

test("H17 a session that completes unpaid is credited when the money has come", async () => {
  const topUp = await webhook.openTopUp();
  const unpaid = sessionOf(topUp, { payment_status: "unpaid" });
  expect(await webhook.tell("checkout.session.completed", unpaid)).toBe("ignored");
  expect(await webhook.statusOf(topUp)).toBe("pending");
  expect(await webhook.tell("checkout.session.async_payment_succeeded", sessionOf(topUp))).toBe(
    "credited",
  );
  expect((await readSums(webhook.database.db, topUp.scope)).balance).toBe(paid);
});

test("a late payment that fails ends the top-up without credit", async () => {
  const topUp = await webhook.openTopUp();
  const unpaid = sessionOf(topUp, { payment_status: "unpaid" });
  await webhook.tell("checkout.session.completed", unpaid);
  expect(await webhook.tell("checkout.session.async_payment_failed", unpaid)).toBe("failed");
  expect(await webhook.statusOf(topUp)).toBe("failed");
  expect((await readSums(webhook.database.db, topUp.scope)).transactions).toBe(0);
});

test("H19 paid wins over expired, failed and cancelled, whatever came first", async () => {
  const unpaid = { payment_status: "unpaid", status: "expired" };
  const topUp = await webhook.openTopUp();
  expect(await webhook.tell("checkout.session.expired", sessionOf(topUp, unpaid))).toBe(
    "cancelled",
  );
  expect(await webhook.tell("checkout.session.completed", sessionOf(topUp))).toBe("credited");
  expect(await webhook.tell("checkout.session.expired", sessionOf(topUp, unpaid))).toBe("ignored");
  expect(await webhook.statusOf(topUp)).toBe("succeeded");
  expect(await readSums(webhook.database.db, topUp.scope)).toMatchObject({
    balance: paid,
    transactions: 1,
  });
});

test("a declined card says why in words for people, and another card still pays", async () => {
  const topUp = await webhook.openTopUp();
  const declined = intentOf(topUp, {
    ...{ status: "requires_payment_method", amount_received: 0 },
    last_payment_error: {
      code: "card_declined",
      decline_code: "insufficient_funds",
      message: "raw",
    },
  });
  expect(await webhook.tell("payment_intent.payment_failed", declined)).toBe("failed");
  const [row] = await webhook.database.db.select().from(topUps).where(eq(topUps.id, topUp.id));
  expect(row).toMatchObject({
    status: "failed",
    failureMessage: "The card has insufficient funds. Use another card, or try again later.",
  });
  expect(await webhook.tell("payment_intent.succeeded", intentOf(topUp))).toBe("credited");
  expect((await readSums(webhook.database.db, topUp.scope)).balance).toBe(paid);
});

test("a payment whose bank wants to see the cardholder waits for that", async () => {
  const topUp = await webhook.openTopUp();
  const waiting = intentOf(topUp, { status: "requires_action", amount_received: 0 });
  expect(await webhook.tell("payment_intent.requires_action", waiting)).toBe("needs_action");
  expect(await webhook.statusOf(topUp)).toBe("needs_action");
  expect(await webhook.tell("payment_intent.succeeded", intentOf(topUp))).toBe("credited");
});

test("H23 a session that nobody knows is parked, raises the alarm and credits nothing", async () => {
  const alarm = vi.spyOn(log, "error");
  const topUp = await webhook.openTopUp();
  const unknown = sessionOf(topUp, {
    ...{ id: "cs_test_unknown", client_reference_id: null, metadata: {}, payment_intent: "pi_x" },
  });
  expect(await webhook.tell("checkout.session.completed", unknown)).toBe("parked");
  const foreign = { ...unknown, client_reference_id: "order_17" };
  expect(await webhook.tell("checkout.session.completed", foreign)).toBe("parked");
  expect(alarm).toHaveBeenCalledTimes(2);
  alarm.mockRestore();
  expect((await readSums(webhook.database.db, topUp.scope)).transactions).toBe(0);
});

test("a session is found by its own id where it carries no reference", async () => {
  const topUp = await webhook.openTopUp();
  const bare = sessionOf(topUp, { client_reference_id: null, metadata: null });
  expect(await webhook.tell("checkout.session.completed", bare)).toBe("credited");
});

test.each([
  ["H25 another amount", { amount_total: 2_499 }],
  ["H25 another currency", { currency: "eur" }],
  ["H25 the currency in capitals", { currency: "USD" }],
  ["H26 nothing", { amount_total: 0 }],
  ["H26 nothing to pay", { amount_total: 0, payment_status: "no_payment_required" }],
  ["H26 less than nothing", { amount_total: -2_500 }],
  ["H26 far too much", { amount_total: 1e15 }],
  ["H26 more than a double can say", { amount_total: 1e308 }],
  ["H26 an amount as text", { amount_total: "2500" }],
  ["H26 a broken cent", { amount_total: 2_500.5 }],
  ["H26 no amount", { amount_total: null }],
  ["two references", { metadata: { top_up_id: "top_other" } }],
])("%s is held back with an alarm and credits nothing", async (_name, changes) => {
  const alarm = vi.spyOn(log, "error");
  const topUp = await webhook.openTopUp();
  expect(await webhook.tell("checkout.session.completed", sessionOf(topUp, changes))).toBe(
    "quarantined",
  );
  expect(alarm).toHaveBeenCalledTimes(1);
  alarm.mockRestore();
  expect(await webhook.statusOf(topUp)).toBe("pending");
  expect((await readSums(webhook.database.db, topUp.scope)).transactions).toBe(0);
  const [event] = await webhook.database.db
    .select()
    .from(paymentEvents)
    .where(eq(paymentEvents.topUpId, topUp.id));
  expect(event).toMatchObject({ outcome: "quarantined" });
});

test.each([2_499, 0, -1, "2500", null])(
  "H26 a payment of %j received is held back",
  async (cents) => {
    const topUp = await webhook.openTopUp();
    const intent = intentOf(topUp, { amount_received: cents });
    expect(await webhook.tell("payment_intent.succeeded", intent)).toBe("quarantined");
    expect((await readSums(webhook.database.db, topUp.scope)).transactions).toBe(0);
  },
);

test.each([undefined, null, [], 7, {}, { id: 7 }])(
  "an object of %j is never a 500",
  async (object) => {
    for (const type of [
      "checkout.session.completed",
      "payment_intent.succeeded",
      "charge.refunded",
      "refund.created",
      "charge.dispute.created",
      "setup_intent.succeeded",
    ]) {
      expect(await webhook.tell(type, object)).toBe("quarantined");
    }
  },
);

test("a demo top-up can't be paid by Stripe's events", async () => {
  const topUp = await webhook.openTopUp();
  await webhook.database.db.update(topUps).set({ provider: "demo" }).where(eq(topUps.id, topUp.id));
  expect(await webhook.tell("checkout.session.completed", sessionOf(topUp))).toBe("parked");
  expect((await readSums(webhook.database.db, topUp.scope)).transactions).toBe(0);
});

test("H31 P8 an answer that gets lost after the commit: the next delivery credits nothing more", async () => {
  const topUp = await webhook.openTopUp();
  const text = stripeEvent("checkout.session.completed", sessionOf(topUp));
  // Whoever sent the first one is gone before the answer; all that is left is what was committed.
  webhook.route.POST(stripeRequest(text)).catch(() => undefined);
  await vi.waitFor(async () => expect(await webhook.statusOf(topUp)).toBe("succeeded"), 10_000);
  expect((await webhook.send(stripeRequest(text))).body.outcome).toBe("duplicate");
  expect(await readSums(webhook.database.db, topUp.scope)).toMatchObject({
    balance: paid,
    transactions: 1,
  });
});

test("P8 a transaction that breaks in the middle leaves nothing, and the next delivery credits", async () => {
  const topUp = await webhook.openTopUp();
  const text = stripeEvent("checkout.session.completed", sessionOf(topUp));
  const before = await webhook.countRows();
  // A lock on the balance holds the transaction up after its first writes; then the database gives up on it.
  const blocker = await webhook.database.sql.reserve();
  await blocker`begin`;
  await blocker`select from budgets where workspace_id = ${topUp.scope.workspaceId} for update`;
  const answering = webhook.send(stripeRequest(text));
  await vi.waitFor(async () => {
    const ended = await webhook.database.sql`
      select pg_cancel_backend(pid) from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    expect(ended).toHaveLength(1);
  }, 10_000);
  expect((await answering).status).toBe(500);
  await blocker`rollback`;
  blocker.release();
  expect(await webhook.countRows()).toBe(before);
  expect((await webhook.send(stripeRequest(text))).body.outcome).toBe("credited");
  expect((await readSums(webhook.database.db, topUp.scope)).balance).toBe(paid);
});
