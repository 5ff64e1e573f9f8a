import { z } from "zod";
import type { TopUpStatus } from "@/lib/billing/schema";

/** An id as providers make them. PostgreSQL refuses NUL in text, and no id holds such a thing. */
export const ProviderId = z.string().regex(/^[\x21-\x7e]{1,255}$/);

/** What makes a signed body an event at all. Everything else in it is the provider's adapter's. */
export const EventEnvelope = z.looseObject({ id: ProviderId, type: ProviderId });
export type EventEnvelope = z.infer<typeof EventEnvelope>;

/** Which payment is meant, by whatever names the provider gave. */
export interface PaymentReference {
  /** Our own row's id, which the provider was told at the start. */
  topUpId: string | null;
  sessionId: string | null;
  paymentId: string | null;
}

/** A card that a customer left with the provider for payments to come. */
export interface SavedCard {
  customerId: string;
  /** Null where the provider named only the set-up in which the card was given. */
  paymentMethodId: string | null;
  setupId: string | null;
}

/**
 * What a provider tells, in words that belong to none: by an event, or by its answer when asked. Amounts
 * are whole cents, checked to be that and nothing else.
 */
export type PaymentNews =
  | {
      kind: "paid";
      payment: PaymentReference;
      amountCents: number;
      currency: string;
      card: SavedCard | null;
    }
  | { kind: "failed"; payment: PaymentReference; message: string }
  | { kind: "needs_action" | "cancelled"; payment: PaymentReference }
  /** Started and not decided. */
  | { kind: "open"; payment: PaymentReference }
  | {
      kind: "refund";
      payment: PaymentReference;
      reversalId: string;
      /** One refund, or the sum of all that its payment has had so far. */
      measure: "one" | "sum";
      amountCents: number;
      currency: string;
      /** `returned`: the refund failed, so that the money is ours again. */
      state: "taken" | "returned";
      reason: string | null;
    }
  | {
      kind: "dispute";
      payment: PaymentReference;
      reversalId: string;
      amountCents: number;
      currency: string;
      state: "taken" | "lost" | "returned";
      reason: string | null;
    }
  | { kind: "card_saved"; card: SavedCard }
  /** Of a type that matters, and not to be understood: a person has to look. */
  | { kind: "unreadable"; payment: PaymentReference }
  /** Nothing that concerns us. */
  | { kind: "nothing" };

export type TopUpNews = Extract<
  PaymentNews,
  { kind: "paid" | "failed" | "needs_action" | "cancelled" | "open" }
>;
export type ReversalNews = Extract<PaymentNews, { kind: "refund" | "dispute" }>;

/** What of our own row the decision needs. */
export interface TopUpFacts {
  amountCents: number;
  currency: string;
  status: TopUpStatus;
  providerSessionId: string | null;
  providerPaymentId: string | null;
}

export type TopUpOutcome =
  | "credited"
  | "failed"
  | "needs_action"
  | "cancelled"
  | "ignored"
  | "quarantined"
  | "parked";

/**
 * What news does to a top-up. A payment that succeeded wins over a failure or a cancellation that came
 * before it, and nothing undoes a success; so the order in which news arrives doesn't matter. What
 * contradicts our own row is held back for a person to look at: another amount, another currency, or
 * a second payment for what was asked once.
 */
export function decideOutcome(news: TopUpNews, topUp: TopUpFacts | null): TopUpOutcome {
  if (!topUp) return "parked";
  const isOther = isOtherPayment(news.payment, topUp);
  if (news.kind === "paid") {
    const isAsAsked =
      news.amountCents === topUp.amountCents && news.currency === topUp.currency && !isOther;
    if (!isAsAsked) return "quarantined";
    return topUp.status === "succeeded" ? "ignored" : "credited";
  }
  if (isOther || news.kind === "open") return "ignored";
  if (news.kind === "needs_action") return topUp.status === "pending" ? "needs_action" : "ignored";
  const isOpen = topUp.status === "pending" || topUp.status === "needs_action";
  return isOpen ? news.kind : "ignored";
}

/** True for a payment that names our row and yet isn't the one that we opened for it. */
export function isOtherPayment(
  payment: PaymentReference,
  topUp: Pick<TopUpFacts, "providerSessionId" | "providerPaymentId">,
): boolean {
  return (
    differs(payment.sessionId, topUp.providerSessionId) ||
    differs(payment.paymentId, topUp.providerPaymentId)
  );
}

function differs(told: string | null, known: string | null): boolean {
  return told !== null && known !== null && told !== known;
}

/** The event's JSON in a form that `jsonb` takes: without NUL and without half surrogates. */
export function storableJson(value: unknown): unknown {
  if (typeof value === "string") return storableText(value);
  if (Array.isArray(value)) return value.map(storableJson);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [storableText(key), storableJson(item)]),
  );
}

function storableText(text: string): string {
  return text.replaceAll("\0", "\ufffd").replace(/\p{Cs}/gu, "\ufffd");
}
