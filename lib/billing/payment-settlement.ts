import "server-only";
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { topUps } from "@/db/schema/billing";
import { recordAudit } from "@/lib/audit/record";
import { noteTopUpEnd } from "@/lib/billing/auto-top-up-state";
import { postTransaction } from "@/lib/billing/journal";
import { tellOfTopUp } from "@/lib/billing/payment-events";
import {
  decideOutcome,
  isOtherPayment,
  type PaymentNews,
  type PaymentReference,
  type TopUpNews,
  type TopUpOutcome,
} from "@/lib/billing/payment-news";
import type { CardDetails } from "@/lib/billing/payment-provider";
import { bookReversals, noteReversal } from "@/lib/billing/reversals";
import { keepCard } from "@/lib/billing/saved-card-store";
import { centsToNanos } from "@/lib/money";

type TopUp = typeof topUps.$inferSelect;
type Provider = TopUp["provider"];

export interface Settled {
  outcome: TopUpOutcome | "refunded" | "disputed" | "card_saved";
  /** Our row, where the news found it; else the id that the news gave. */
  topUpId: string | null;
}

/** How we came to know; written into the audit log. */
export type NewsSource = "event" | "answer" | "reconciliation";

/**
 * Does what news of a provider asks for, all of it in the caller's transaction: the one way in which top-ups
 * are credited, ended and taken back, whoever brings the news and however often. `card` is what the
 * provider says of the card that the news names, if it names one.
 *
 * Locks in this order: the payment's name, the top-up, the balance, the profile.
 */
export async function settleNews(
  tx: Db,
  provider: Provider,
  news: PaymentNews,
  { source, card }: { source: NewsSource; card: CardDetails | null },
): Promise<Settled> {
  switch (news.kind) {
    case "nothing":
      return { outcome: "ignored", topUpId: null };
    case "card_saved": {
      const isKept = await keepCard(tx, provider, news.card.customerId, card);
      return { outcome: isKept, topUpId: null };
    }
    case "unreadable":
      return { outcome: "quarantined", topUpId: news.payment.topUpId };
    default:
      break;
  }
  await lockPaymentName(tx, provider, news.payment.paymentId);
  const topUp = await lockTopUp(tx, provider, news.payment);
  const topUpId = topUp?.id ?? news.payment.topUpId;
  if (news.kind === "refund" || news.kind === "dispute") {
    return { outcome: await noteReversal(tx, provider, news, topUp), topUpId };
  }
  const outcome = decideOutcome(news, topUp);
  if (topUp) await applyOutcome(tx, topUp, news, outcome, source);
  if (topUp && outcome !== "quarantined" && news.kind === "paid" && news.card) {
    await keepCard(tx, provider, news.card.customerId, card);
  }
  return { outcome, topUpId };
}

/**
 * A refund whose payment isn't known yet has no row to lock. Both it and the payment's credit take this
 * lock first, so that one of them sees what the other has written.
 */
async function lockPaymentName(tx: Db, provider: Provider, id: string | null): Promise<void> {
  if (id === null) return;
  const name = `payment ${provider} ${id}`;
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
}

/** News about one top-up queues here, so that each decides on what the one before has left. */
async function lockTopUp(
  tx: Db,
  provider: Provider,
  payment: PaymentReference,
): Promise<TopUp | null> {
  const { topUpId, sessionId, paymentId } = payment;
  const names: SQL[] = [];
  if (topUpId !== null) names.push(eq(topUps.id, topUpId));
  if (sessionId !== null) names.push(eq(topUps.providerSessionId, sessionId));
  if (paymentId !== null) names.push(eq(topUps.providerPaymentId, paymentId));
  for (const name of names) {
    const [topUp] = await tx
      .select()
      .from(topUps)
      .where(and(eq(topUps.provider, provider), name))
      .for("update");
    if (topUp) return topUp;
  }
  return null;
}

async function applyOutcome(
  tx: Db,
  topUp: TopUp,
  news: TopUpNews,
  outcome: TopUpOutcome,
  source: NewsSource,
): Promise<void> {
  if (outcome === "quarantined" || outcome === "parked") return;
  const named = await nameTopUp(tx, topUp, news.payment);
  if (outcome === "credited") {
    await creditTopUp(tx, named);
    await endTopUp(tx, named, { status: "succeeded", failureMessage: null }, source);
    await bookReversals(tx, named);
  } else if (outcome === "failed" && news.kind === "failed") {
    await endTopUp(tx, named, { status: "failed", failureMessage: news.message }, source);
  } else if (outcome === "cancelled") {
    await endTopUp(tx, named, { status: "cancelled", failureMessage: null }, source);
  } else if (outcome === "needs_action") {
    await endTopUp(tx, named, { status: "needs_action", failureMessage: null }, source);
  }
}

/** Keeps the provider's ids that we didn't have, by which later news may name the payment. */
async function nameTopUp(tx: Db, topUp: TopUp, payment: PaymentReference): Promise<TopUp> {
  const providerSessionId = topUp.providerSessionId ?? payment.sessionId;
  const providerPaymentId = topUp.providerPaymentId ?? payment.paymentId;
  const isNew =
    providerSessionId !== topUp.providerSessionId || providerPaymentId !== topUp.providerPaymentId;
  if (!isNew || isOtherPayment(payment, topUp)) return topUp;
  await tx
    .update(topUps)
    .set({ providerSessionId, providerPaymentId })
    .where(eq(topUps.id, topUp.id));
  return { ...topUp, providerSessionId, providerPaymentId };
}

async function creditTopUp(tx: Db, topUp: TopUp): Promise<void> {
  const amountNanos = centsToNanos(topUp.amountCents);
  await postTransaction(tx, {
    workspaceId: topUp.workspaceId,
    kind: "top_up",
    reference: `top_up:${topUp.id}`,
    description: topUp.kind === "auto" ? "Auto top-up" : "Top-up",
    entries: [
      { account: "processor", amountNanos: -amountNanos },
      { account: "wallet", amountNanos },
    ],
  });
}

type End = Pick<TopUp, "status" | "failureMessage">;

async function endTopUp(tx: Db, topUp: TopUp, end: End, source: NewsSource): Promise<void> {
  const isOver = end.status === "succeeded" || end.status === "cancelled" || topUp.kind === "auto";
  await tx
    .update(topUps)
    .set({
      ...end,
      ...(end.status === "needs_action" ? {} : { completedAt: sql`now()` }),
      // A checkout whose first card was declined may still be paid with another one.
      ...(isOver && end.status !== "needs_action" ? { checkAt: null } : {}),
    })
    .where(eq(topUps.id, topUp.id));
  await recordAudit(tx, {
    workspaceId: topUp.workspaceId,
    userId: null,
    action: `top_up.${end.status}`,
    targetType: "top_up",
    targetId: topUp.id,
    details: {
      amountCents: topUp.amountCents,
      currency: topUp.currency,
      provider: topUp.provider,
      source,
    },
  });
  await tellOfTopUp(tx, topUp, end);
  await noteTopUpEnd(tx, { ...topUp, status: end.status });
}
