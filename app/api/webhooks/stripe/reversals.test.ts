import { eq, sql } from "drizzle-orm";
import { expect, test, vi } from "vitest";
import { openWebhook } from "@/app/api/webhooks/stripe/webhook-harness";
import { paymentReversals } from "@/db/schema/billing";
import { readSums } from "@/lib/billing/testing/ledger";
import {
  chargeOf,
  disputeOf,
  intentOf,
  refundOf,
  type StripeTopUp,
  sessionOf,
} from "@/lib/billing/testing/stripe";
import { chargeUsage } from "@/lib/billing/testing/workspace";
import { usdToNanos } from "@/lib/money";

const webhook = openWebhook();
const paid = usdToNanos("25");

async function credited(): Promise<StripeTopUp> {
  const topUp = await webhook.openTopUp();
  await webhook.tell("checkout.session.completed", sessionOf(topUp));
  return topUp;
}

test("H20 a refund before its payment: net 0, both recorded", async () => {
  const topUp = await webhook.openTopUp();
  expect(await webhook.tell("charge.refunded", chargeOf(topUp, 2_500))).toBe("parked");
  expect((await readSums(webhook.database.db, topUp.scope)).transactions).toBe(0);
  expect(await webhook.tell("checkout.session.completed", sessionOf(topUp))).toBe("credited");
  expect(await readSums(webhook.database.db, topUp.scope)).toMatchObject({
    ...{ everything: 0n, wallet: 0n, balance: 0n, transactions: 2 },
  });
  expect(await webhook.accountsOf(topUp.scope)).toEqual({});
  const rows = await webhook.database.db
    .select()
    .from(paymentReversals)
    .where(eq(paymentReversals.topUpId, topUp.id));
  expect(rows).toMatchObject([{ kind: "refund", status: "booked", amountCents: 2_500 }]);
  await webhook.expectBooksInOrder();
});

test("H20 a refund and its payment at the same moment end at net 0", async () => {
  for (let round = 0; round < 10; round++) {
    const topUp = await webhook.openTopUp();
    await Promise.all([
      webhook.tell("charge.refunded", chargeOf(topUp, 2_500)),
      webhook.tell("refund.created", refundOf(topUp, `re_${topUp.id}`, 2_500)),
      webhook.tell("checkout.session.completed", sessionOf(topUp)),
      webhook.tell("payment_intent.succeeded", intentOf(topUp)),
    ]);
    expect(await readSums(webhook.database.db, topUp.scope)).toMatchObject({
      balance: 0n,
      transactions: 2,
    });
  }
  await webhook.expectBooksInOrder();
});

test("H20 a refund that is being parked while its payment is credited isn't overlooked", async () => {
  const topUp = await webhook.openTopUp();
  const { sql: client } = webhook.database;
  const waiting = async (count: number) =>
    vi.waitFor(async () => {
      const rows = await client`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      expect(rows).toHaveLength(count);
    }, 10_000);
  // The refund has found no payment yet and is held up at its insert when the payment comes.
  const blocker = await client.reserve();
  await blocker`begin`;
  await blocker`lock table payment_reversals in share mode`;
  const refunding = webhook.tell("charge.refunded", chargeOf(topUp, 2_500));
  await waiting(1);
  const crediting = webhook.tell("checkout.session.completed", sessionOf(topUp));
  await waiting(2);
  await blocker`commit`;
  blocker.release();
  expect(await refunding).toBe("parked");
  expect(await crediting).toBe("credited");
  expect(await webhook.accountsOf(topUp.scope)).toEqual({});
});

test("partial refunds add up, each told by itself, in sum, or both", async () => {
  const topUp = await credited();
  expect(await webhook.tell("refund.created", refundOf(topUp, `re_a_${topUp.id}`, 500))).toBe(
    "refunded",
  );
  expect(await webhook.tell("charge.refunded", chargeOf(topUp, 500))).toBe("refunded");
  expect(await webhook.accountsOf(topUp.scope)).toEqual({ wallet: "2000", processor: "-2000" });
  // The second one is known by the sum first, and only then by itself.
  await webhook.tell("charge.refunded", chargeOf(topUp, 1_200));
  expect(await webhook.accountsOf(topUp.scope)).toEqual({ wallet: "1300", processor: "-1300" });
  await webhook.tell("refund.created", refundOf(topUp, `re_b_${topUp.id}`, 700));
  await webhook.tell("refund.updated", refundOf(topUp, `re_b_${topUp.id}`, 700));
  await webhook.tell("charge.refunded", chargeOf(topUp, 500));
  expect(await webhook.accountsOf(topUp.scope)).toEqual({ wallet: "1300", processor: "-1300" });
  await webhook.expectBooksInOrder();
});

test("a refund that fails is given back, also where its failure is heard of first", async () => {
  const topUp = await credited();
  const id = `re_${topUp.id}`;
  await webhook.tell("charge.refunded", chargeOf(topUp, 1_000));
  await webhook.tell("refund.created", refundOf(topUp, id, 1_000));
  await webhook.tell("refund.failed", refundOf(topUp, id, 1_000, "failed"));
  expect(await webhook.accountsOf(topUp.scope)).toEqual({ wallet: "2500", processor: "-2500" });

  const other = await credited();
  const late = `re_${other.id}`;
  await webhook.tell("refund.failed", refundOf(other, late, 1_000, "failed"));
  await webhook.tell("refund.created", refundOf(other, late, 1_000));
  await webhook.tell("charge.refunded", chargeOf(other, 1_000));
  expect(await webhook.accountsOf(other.scope)).toEqual({ wallet: "2500", processor: "-2500" });
  await webhook.expectBooksInOrder();
});

test.each([
  ["more than was paid", 2_501, "usd"],
  ["another currency", 2_500, "eur"],
  ["nothing", 0, "usd"],
  ["less than nothing", -1, "usd"],
  ["text", "2500", "usd"],
  ["far too much", 1e15, "usd"],
])("a refund of %s is held back", async (_name, amount, currency) => {
  const topUp = await credited();
  const refund = { ...refundOf(topUp, `re_${topUp.id}`, 1), amount, currency };
  expect(await webhook.tell("refund.created", refund)).toBe("quarantined");
  const charge = { ...chargeOf(topUp, 1), amount_refunded: amount, currency };
  expect(await webhook.tell("charge.refunded", charge)).toBe("quarantined");
  expect(await webhook.accountsOf(topUp.scope)).toEqual({ wallet: "2500", processor: "-2500" });
});

test("P3 a refund of what is spent makes a debt, never a balance below zero", async () => {
  const topUp = await credited();
  await chargeUsage(webhook.database.db, topUp.scope, new Date(), usdToNanos("20"));
  await webhook.tell("charge.refunded", chargeOf(topUp, 2_500));
  expect(await webhook.accountsOf(topUp.scope)).toEqual({ wallet: "2000", receivable: "-2000" });
  expect(await readSums(webhook.database.db, topUp.scope)).toMatchObject({
    balance: 0n,
    everything: 0n,
  });
  // The refund fails: the debt goes first, and the rest is in the wallet again.
  await webhook.tell("refund.failed", refundOf(topUp, `re_${topUp.id}`, 2_500, "failed"));
  expect(await webhook.accountsOf(topUp.scope)).toEqual({ wallet: "2500", processor: "-2500" });
  expect((await readSums(webhook.database.db, topUp.scope)).balance).toBe(usdToNanos("5"));
});

test("P3 what requests have set aside isn't taken from them", async () => {
  const topUp = await credited();
  await webhook.database.db.execute(sql`
    update budgets set held = ${usdToNanos("24")}
    where workspace_id = ${topUp.scope.workspaceId} and kind = 'balance'`);
  await webhook.tell("charge.refunded", chargeOf(topUp, 2_500));
  expect(await webhook.accountsOf(topUp.scope)).toEqual({ wallet: "2400", receivable: "-2400" });
  await webhook.database.db.execute(sql`
    update budgets set held = 0 where workspace_id = ${topUp.scope.workspaceId}`);
});

test("H22 a dispute that is won gives back what it took, by way of the clearing account", async () => {
  const topUp = await credited();
  const id = `du_${topUp.id}`;
  const opened = disputeOf(topUp, id, "needs_response");
  expect(await webhook.tell("charge.dispute.created", opened)).toBe("disputed");
  await webhook.tell("charge.dispute.funds_withdrawn", opened);
  expect(await webhook.accountsOf(topUp.scope)).toEqual({ disputes: "2500", processor: "-2500" });
  expect((await readSums(webhook.database.db, topUp.scope)).balance).toBe(0n);
  await webhook.tell("charge.dispute.updated", disputeOf(topUp, id, "under_review"));
  await webhook.tell("charge.dispute.closed", disputeOf(topUp, id, "won"));
  await webhook.tell("charge.dispute.funds_reinstated", disputeOf(topUp, id, "won"));
  expect(await webhook.accountsOf(topUp.scope)).toEqual({ wallet: "2500", processor: "-2500" });
  await webhook.expectBooksInOrder();
});

test("H22 a dispute that is lost is the processor's money, and the books are at zero", async () => {
  const topUp = await credited();
  const id = `du_${topUp.id}`;
  await webhook.tell("charge.dispute.created", disputeOf(topUp, id, "needs_response"));
  expect(await webhook.tell("charge.dispute.closed", disputeOf(topUp, id, "lost"))).toBe(
    "disputed",
  );
  expect(await webhook.tell("charge.dispute.closed", disputeOf(topUp, id, "lost"))).toBe("ignored");
  expect(await webhook.accountsOf(topUp.scope)).toEqual({});
  expect((await readSums(webhook.database.db, topUp.scope)).transactions).toBe(3);
  await webhook.expectBooksInOrder();
});

const lifecycle = [
  ["charge.dispute.created", "needs_response"],
  ["charge.dispute.funds_withdrawn", "needs_response"],
  ["charge.dispute.closed", "won"],
  ["charge.dispute.funds_reinstated", "won"],
] as const;
test.each([
  [3, 2, 1, 0],
  [2, 0, 3, 1],
  [1, 3, 0, 2],
  [0, 2, 1, 3],
])(
  "H22 a won dispute ends the same in the order %i %i %i %i, the payment last",
  async (...order) => {
    const topUp = await webhook.openTopUp();
    for (const place of order) {
      const [type, status] = lifecycle[place] ?? lifecycle[0];
      await webhook.tell(type, disputeOf(topUp, `du_${topUp.id}`, status));
    }
    await webhook.tell("checkout.session.completed", sessionOf(topUp));
    expect(await webhook.accountsOf(topUp.scope)).toEqual({ wallet: "2500", processor: "-2500" });
  },
);

test("H22 a dispute lost before its payment is known takes the money when it is", async () => {
  const topUp = await webhook.openTopUp();
  expect(
    await webhook.tell("charge.dispute.closed", disputeOf(topUp, `du_${topUp.id}`, "lost")),
  ).toBe("parked");
  await webhook.tell(
    "charge.dispute.created",
    disputeOf(topUp, `du_${topUp.id}`, "needs_response"),
  );
  await webhook.tell("checkout.session.completed", sessionOf(topUp));
  expect(await webhook.accountsOf(topUp.scope)).toEqual({});
  await webhook.expectBooksInOrder();
});

test("an inquiry moves nothing until it becomes a dispute", async () => {
  const topUp = await credited();
  const id = `du_${topUp.id}`;
  expect(
    await webhook.tell("charge.dispute.created", disputeOf(topUp, id, "warning_needs_response")),
  ).toBe("ignored");
  expect((await readSums(webhook.database.db, topUp.scope)).balance).toBe(paid);
  await webhook.tell("charge.dispute.funds_withdrawn", disputeOf(topUp, id, "needs_response"));
  expect((await readSums(webhook.database.db, topUp.scope)).balance).toBe(0n);
});

test("a decision that is reversed gives back what was lost", async () => {
  const topUp = await credited();
  const id = `du_${topUp.id}`;
  await webhook.tell("charge.dispute.created", disputeOf(topUp, id, "needs_response"));
  await webhook.tell("charge.dispute.closed", disputeOf(topUp, id, "lost"));
  await webhook.tell("charge.dispute.closed", disputeOf(topUp, id, "won"));
  expect(await webhook.accountsOf(topUp.scope)).toEqual({ wallet: "2500", processor: "-2500" });
});

test("a dispute pauses auto top-up", async () => {
  const topUp = await credited();
  const { workspaceId, userId } = topUp.scope;
  await webhook.database.sql`
    insert into billing_profiles (workspace_id, auto_top_up, auto_user_id)
    values (${workspaceId}, true, ${userId})`;
  await webhook.tell(
    "charge.dispute.created",
    disputeOf(topUp, `du_${topUp.id}`, "needs_response"),
  );
  const [profile] = await webhook.database.sql`
    select auto_paused_reason from billing_profiles where workspace_id = ${workspaceId}`;
  expect(profile?.auto_paused_reason).toBe("disputed");
});
