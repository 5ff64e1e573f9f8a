import "server-only";
import { and, asc, eq, inArray, isNull, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { ledgerEntries, ledgerTransactions, paymentReversals, topUps } from "@/db/schema/billing";
import { recordAudit } from "@/lib/audit/record";
import { pauseAutoTopUp } from "@/lib/billing/auto-top-up-state";
import { giveToCustomer, postTransaction, takeFromCustomer } from "@/lib/billing/journal";
import { type ReversalAct, tellOfReversal } from "@/lib/billing/payment-events";
import type { ReversalNews } from "@/lib/billing/payment-news";
import { newId } from "@/lib/id";
import { centsToNanos } from "@/lib/money";

type TopUp = typeof topUps.$inferSelect;
type Reversal = typeof paymentReversals.$inferSelect;

/** A sum of refunds is kept beside the single ones, under its charge's name. */
const sumPrefix = "sum:";
const isSum = (reversal: Reversal) => reversal.providerReversalId.startsWith(sumPrefix);

/**
 * Writes down a refund or dispute, and books it where its payment is credited; otherwise it waits for
 * that, parked. Call it with the top-up locked, or with the payment's name where no top-up is known.
 */
export async function noteReversal(
  tx: Db,
  provider: TopUp["provider"],
  news: ReversalNews,
  topUp: TopUp | null,
): Promise<"refunded" | "disputed" | "parked" | "quarantined" | "ignored"> {
  if (topUp && !isOf(topUp, news)) return "quarantined";
  const row = await writeReversal(tx, provider, news, topUp);
  if (!row.isChanged && topUp?.status === "succeeded") return "ignored";
  if (topUp?.status !== "succeeded") return "parked";
  await bookReversals(tx, topUp);
  return news.kind === "refund" ? "refunded" : "disputed";
}

function isOf(topUp: TopUp, { amountCents, currency }: Pick<Reversal, "amountCents" | "currency">) {
  return currency === topUp.currency && amountCents <= topUp.amountCents;
}

/** States only go forward: what a late event says of an earlier one is out of date. */
const ranks: Record<Reversal["status"], number> = { parked: 0, booked: 0, lost: 1, released: 2 };

async function writeReversal(
  tx: Db,
  provider: TopUp["provider"],
  news: ReversalNews,
  topUp: TopUp | null,
): Promise<{ isChanged: boolean }> {
  const status =
    news.state === "taken" ? "parked" : news.state === "lost" ? "lost" : ("released" as const);
  const isSumNews = news.kind === "refund" && news.measure === "sum";
  const providerReversalId = isSumNews ? `${sumPrefix}${news.reversalId}` : news.reversalId;
  const inserted = await tx
    .insert(paymentReversals)
    .values({
      ...{ id: newId("reversal"), provider, providerReversalId },
      ...{ providerPaymentId: news.payment.paymentId, kind: news.kind, topUpId: topUp?.id ?? null },
      ...{ amountCents: news.amountCents, currency: news.currency, status },
      reason: news.reason,
      resolvedAt: status === "parked" ? null : sql`now()`,
    })
    .onConflictDoNothing()
    .returning({ id: paymentReversals.id });
  if (inserted.length > 0) return { isChanged: true };

  const [known] = await tx
    .select()
    .from(paymentReversals)
    .where(
      and(
        eq(paymentReversals.provider, provider),
        eq(paymentReversals.providerReversalId, providerReversalId),
      ),
    )
    .for("update");
  if (!known) throw new Error("a reversal vanished");
  const isFurther = ranks[status] > ranks[known.status];
  const isMore = isSumNews && news.amountCents > known.amountCents;
  const isFound = known.topUpId === null && topUp !== null;
  if (!isFurther && !isMore && !isFound) return { isChanged: false };
  await tx
    .update(paymentReversals)
    .set({
      ...(isFurther ? { status, resolvedAt: sql`now()` } : {}),
      ...(isMore ? { amountCents: news.amountCents } : {}),
      topUpId: known.topUpId ?? topUp?.id ?? null,
      providerPaymentId: known.providerPaymentId ?? news.payment.paymentId,
    })
    .where(eq(paymentReversals.id, known.id));
  return { isChanged: true };
}

/**
 * Brings the journal to what the reversals of a credited top-up say. It looks at where they stand, not at
 * what came last, so it may run any number of times and the order of events doesn't matter. Call it
 * with the top-up locked.
 */
export async function bookReversals(tx: Db, topUp: TopUp): Promise<void> {
  await adoptReversals(tx, topUp);
  const rows = await tx
    .select()
    .from(paymentReversals)
    .where(eq(paymentReversals.topUpId, topUp.id))
    .orderBy(asc(paymentReversals.id));
  const own = rows.filter((row) => isOf(topUp, row));
  await bookRefunds(tx, topUp, own);
  for (const row of own) if (row.kind === "dispute") await bookDispute(tx, topUp, row);
  const parked = own.filter((row) => row.status === "parked").map((row) => row.id);
  if (parked.length === 0) return;
  await tx
    .update(paymentReversals)
    .set({ status: "booked" })
    .where(inArray(paymentReversals.id, parked));
}

/** Those that came before anything told whose payment it was. */
async function adoptReversals(tx: Db, topUp: TopUp): Promise<void> {
  if (topUp.providerPaymentId === null) return;
  await tx
    .update(paymentReversals)
    .set({ topUpId: topUp.id })
    .where(
      and(
        eq(paymentReversals.provider, topUp.provider),
        eq(paymentReversals.providerPaymentId, topUp.providerPaymentId),
        isNull(paymentReversals.topUpId),
      ),
    );
}

/**
 * What has gone back to the customer, in cents. Each refund may be known by itself, or only in the sum
 * that its charge tells; a sum counts refunds that have failed since.
 */
function refundedCents(topUp: TopUp, rows: readonly Reversal[]): number {
  const refunds = rows.filter((row) => row.kind === "refund");
  const total = (some: Reversal[]) => some.reduce((sum, row) => sum + row.amountCents, 0);
  const single = refunds.filter((row) => !isSum(row));
  const taken = total(single.filter((row) => row.status !== "released"));
  const returned = total(single.filter((row) => row.status === "released"));
  const told = Math.max(0, ...refunds.filter(isSum).map((row) => row.amountCents));
  return Math.min(topUp.amountCents, Math.max(taken, told - returned));
}

async function bookRefunds(tx: Db, topUp: TopUp, rows: readonly Reversal[]): Promise<void> {
  const { workspaceId } = topUp;
  const prefix = `refund:${topUp.id}:`;
  const [booked] = await tx
    .select({
      count: sql`count(*)`.mapWith(Number),
      nanos: sql`coalesce(sum(${ledgerEntries.amountNanos}), 0)`.mapWith(BigInt),
    })
    .from(ledgerTransactions)
    .innerJoin(
      ledgerEntries,
      and(
        eq(ledgerEntries.transactionId, ledgerTransactions.id),
        eq(ledgerEntries.account, "processor"),
      ),
    )
    .where(
      and(
        eq(ledgerTransactions.workspaceId, workspaceId),
        eq(ledgerTransactions.kind, "refund"),
        sql`starts_with(${ledgerTransactions.reference}, ${prefix})`,
      ),
    );
  const dueNanos = centsToNanos(refundedCents(topUp, rows)) - (booked?.nanos ?? 0n);
  if (dueNanos === 0n) return;
  const isTaken = dueNanos > 0n;
  const movement = {
    ...{ workspaceId, kind: "refund" as const, account: "processor" as const },
    reference: `${prefix}${(booked?.count ?? 0) + 1}`,
    description: isTaken ? "Refund" : "Refund that failed",
    amountNanos: isTaken ? dueNanos : -dueNanos,
  };
  if (isTaken) await takeFromCustomer(tx, movement);
  else await giveToCustomer(tx, movement);
  await record(
    tx,
    topUp,
    isTaken ? "top_up.refunded" : "top_up.refund_failed",
    movement.amountNanos,
  );
}

/**
 * A dispute holds its amount in the account `disputes` until it is decided: back to the customer where it
 * is won, gone to the processor where it is lost, and back from there where that is undone.
 */
async function bookDispute(tx: Db, topUp: TopUp, row: Reversal): Promise<void> {
  const { workspaceId } = topUp;
  const amountNanos = centsToNanos(row.amountCents);
  const reference = (step: string) => `dispute:${row.id}:${step}`;
  const steps = ["opened", "won", "lost", "reinstated"];
  const posted = await tx
    .select({ reference: ledgerTransactions.reference })
    .from(ledgerTransactions)
    .where(inArray(ledgerTransactions.reference, steps.map(reference)));
  const has = (step: string) => posted.some((one) => one.reference === reference(step));
  const common = { workspaceId, kind: "dispute" as const };

  if (row.status === "released") {
    if (!has("opened") || has("won") || has("reinstated")) return;
    const step = has("lost") ? "reinstated" : "won";
    await giveToCustomer(tx, {
      ...{ ...common, amountNanos, reference: reference(step), description: "Dispute won" },
      account: step === "won" ? "disputes" : "processor",
    });
    await record(tx, topUp, "top_up.dispute_won", amountNanos);
    return;
  }
  if (!has("opened")) {
    await takeFromCustomer(tx, {
      ...{ ...common, amountNanos, account: "disputes" },
      ...{ reference: reference("opened"), description: "Payment disputed" },
    });
    await pauseAutoTopUp(tx, workspaceId, "disputed");
    await record(tx, topUp, "top_up.disputed", amountNanos);
  }
  if (row.status !== "lost" || has("lost")) return;
  await postTransaction(tx, {
    ...{ ...common, reference: reference("lost"), description: "Dispute lost" },
    entries: [
      { account: "disputes", amountNanos: -amountNanos },
      { account: "processor", amountNanos },
    ],
  });
  await record(tx, topUp, "top_up.dispute_lost", amountNanos);
}

async function record(
  tx: Db,
  topUp: TopUp,
  action: ReversalAct,
  amountNanos: bigint,
): Promise<void> {
  await recordAudit(tx, {
    workspaceId: topUp.workspaceId,
    userId: null,
    action,
    targetType: "top_up",
    targetId: topUp.id,
    details: { amountNanos: amountNanos.toString(), provider: topUp.provider },
  });
  await tellOfReversal(tx, topUp, action, amountNanos);
}

/** Credited top-ups that reversals still wait for: their payment got its name later than they came. */
export async function findAwaitedTopUps(db: Db, provider: TopUp["provider"]): Promise<string[]> {
  const rows = await db
    .selectDistinct({ id: topUps.id })
    .from(paymentReversals)
    .innerJoin(
      topUps,
      and(
        eq(topUps.provider, paymentReversals.provider),
        eq(topUps.status, "succeeded"),
        or(
          eq(topUps.id, paymentReversals.topUpId),
          eq(topUps.providerPaymentId, paymentReversals.providerPaymentId),
        ),
        eq(topUps.currency, paymentReversals.currency),
        sql`${paymentReversals.amountCents} <= ${topUps.amountCents}`,
      ),
    )
    .where(and(eq(paymentReversals.provider, provider), eq(paymentReversals.status, "parked")))
    .limit(50);
  return rows.map((row) => row.id);
}
