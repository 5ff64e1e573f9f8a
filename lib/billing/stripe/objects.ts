import { z } from "zod";
import type { PaymentNews, PaymentReference, SavedCard } from "@/lib/billing/payment-news";
import { ProviderId } from "@/lib/billing/payment-news";
import { declineMessage } from "@/lib/billing/stripe/declines";

/**
 * What Stripe's objects say, whether an event brought them or the API answered with them. What names a
 * payment is read leniently, so that even a damaged object is held against the right row; amounts and
 * states are read strictly. Field by field: https://docs.stripe.com/api
 */

/** An id, or the object itself where it was expanded. */
const Reference = z
  .union([ProviderId, z.looseObject({ id: ProviderId }).transform((object) => object.id)])
  .nullish()
  .catch(null)
  .transform((id) => id ?? null);
const Text = z
  .string()
  .nullish()
  .catch(null)
  .transform((text) => text ?? null);
const OurMetadata = z
  .looseObject({ top_up_id: ProviderId.max(64).nullish().catch(null) })
  .nullish()
  .catch(null)
  .transform((metadata) => metadata?.top_up_id ?? null);
const Cents = z.int().positive();
const Currency = z.string();

const CheckoutSession = z.looseObject({
  id: ProviderId,
  mode: Text,
  status: Text,
  payment_status: Text,
  client_reference_id: ProviderId.max(64).nullish().catch(null),
  metadata: OurMetadata,
  payment_intent: Reference,
  setup_intent: Reference,
  customer: Reference,
});

const PaymentIntent = z.looseObject({
  id: ProviderId,
  status: Text,
  metadata: OurMetadata,
  customer: Reference,
  payment_method: Reference,
  setup_future_usage: Text,
  last_payment_error: z
    .looseObject({ code: Text, decline_code: Text })
    .nullish()
    .catch(null)
    .transform((error) => error ?? null),
});

const SetupIntent = z.looseObject({
  id: ProviderId,
  customer: Reference,
  payment_method: Reference,
});
const SessionTotal = z.looseObject({ amount_total: Cents, currency: Currency });
const Received = z.looseObject({ amount_received: Cents, currency: Currency });
const Named = z.looseObject({ id: ProviderId, metadata: OurMetadata, payment_intent: Reference });
const Refunded = z.looseObject({ amount_refunded: Cents, currency: Currency });
const Amount = z.looseObject({ amount: Cents, currency: Currency, status: Text, reason: Text });

const nobody: PaymentReference = { topUpId: null, sessionId: null, paymentId: null };
const nothing: PaymentNews = { kind: "nothing" };

function unreadable(payment: PaymentReference = nobody): PaymentNews {
  return { kind: "unreadable", payment };
}

/** `isPaid` where the event's type says so itself. */
export function readCheckoutSession(
  object: unknown,
  says?: "paid" | "failed" | "expired",
): PaymentNews {
  const session = CheckoutSession.safeParse(object);
  if (!session.success) return unreadable();
  const { data } = session;
  if (data.mode === "setup") return readSetupSession(data);
  if (data.mode === "subscription") return nothing;
  const payment: PaymentReference = {
    topUpId: data.client_reference_id ?? data.metadata,
    sessionId: data.id,
    paymentId: data.payment_intent,
  };
  if (data.client_reference_id && data.metadata && data.client_reference_id !== data.metadata) {
    return unreadable(payment);
  }
  const isPaid = data.payment_status === "paid" || data.payment_status === "no_payment_required";
  if (isPaid || (says === "paid" && data.payment_status === null)) {
    const total = SessionTotal.safeParse(data);
    if (!total.success) return unreadable(payment);
    const { amount_total: amountCents, currency } = total.data;
    return { kind: "paid", payment, amountCents, currency, card: null };
  }
  if (says === "failed") {
    return { kind: "failed", payment, message: declineMessage(null, null) };
  }
  if (says === "expired" || data.status === "expired") return { kind: "cancelled", payment };
  return { kind: "open", payment };
}

function readSetupSession(session: z.infer<typeof CheckoutSession>): PaymentNews {
  if (!session.customer || !session.setup_intent || session.status === "expired") return nothing;
  if (session.status === "open") return nothing;
  const card = {
    customerId: session.customer,
    paymentMethodId: null,
    setupId: session.setup_intent,
  };
  return { kind: "card_saved", card };
}

export function readPaymentIntent(object: unknown, says?: "failed"): PaymentNews {
  const intent = PaymentIntent.safeParse(object);
  if (!intent.success) return unreadable();
  const { data } = intent;
  const payment = { topUpId: data.metadata, sessionId: null, paymentId: data.id };
  const error = data.last_payment_error;
  switch (data.status) {
    case "succeeded": {
      const received = Received.safeParse(data);
      if (!received.success) return unreadable(payment);
      const { amount_received: amountCents, currency } = received.data;
      return { kind: "paid", payment, amountCents, currency, card: keptCard(data) };
    }
    case "canceled":
      return { kind: "cancelled", payment };
    case "requires_action":
      return { kind: "needs_action", payment };
    default:
      break;
  }
  // A charge while nobody is there ends so when the bank wants to see the cardholder.
  if (error?.code === "authentication_required") return { kind: "needs_action", payment };
  if (says === "failed" || (data.status === "requires_payment_method" && error)) {
    const message = declineMessage(error?.code ?? null, error?.decline_code ?? null);
    return { kind: "failed", payment, message };
  }
  return data.status === null ? unreadable(payment) : { kind: "open", payment };
}

function keptCard(intent: z.infer<typeof PaymentIntent>): SavedCard | null {
  if (intent.setup_future_usage !== "off_session" || !intent.customer) return null;
  if (!intent.payment_method) return null;
  return {
    customerId: intent.customer,
    paymentMethodId: intent.payment_method,
    setupId: null,
  };
}

export function readSetupIntent(object: unknown): PaymentNews {
  const intent = SetupIntent.safeParse(object);
  if (!intent.success) return unreadable();
  const { id: setupId, customer: customerId, payment_method: paymentMethodId } = intent.data;
  if (!customerId || !paymentMethodId) return nothing;
  return { kind: "card_saved", card: { customerId, paymentMethodId, setupId } };
}

/** A charge says only how much of it has been refunded in all. */
export function readRefundedCharge(object: unknown): PaymentNews {
  const charge = Named.safeParse(object);
  if (!charge.success) return unreadable();
  const payment = referenceOf(charge.data);
  const refunded = Refunded.safeParse(charge.data);
  if (!refunded.success) return unreadable(payment);
  return {
    ...{ kind: "refund", payment, reversalId: charge.data.id, measure: "sum" },
    ...{ amountCents: refunded.data.amount_refunded, currency: refunded.data.currency },
    ...{ state: "taken", reason: null },
  };
}

export function readRefund(object: unknown): PaymentNews {
  const refund = Named.safeParse(object);
  if (!refund.success) return unreadable();
  const payment = referenceOf(refund.data);
  const amount = Amount.safeParse(refund.data);
  if (!amount.success) return unreadable(payment);
  const { amount: amountCents, currency, status, reason } = amount.data;
  const state = status === "failed" || status === "canceled" ? "returned" : "taken";
  return {
    ...{ kind: "refund", payment, reversalId: refund.data.id, measure: "one" },
    ...{ amountCents, currency, state, reason },
  };
}

export type DisputeMovement = "funds_withdrawn" | "funds_reinstated" | null;

/** An inquiry (`warning_…`) moves no money until it becomes a dispute. */
export function readDispute(object: unknown, movement: DisputeMovement): PaymentNews {
  const dispute = Named.safeParse(object);
  if (!dispute.success) return unreadable();
  const payment = referenceOf(dispute.data);
  const amount = Amount.safeParse(dispute.data);
  if (!amount.success) return unreadable(payment);
  const { amount: amountCents, currency, status, reason } = amount.data;
  const state = disputeState(status, movement);
  if (state === null) return nothing;
  return {
    ...{ kind: "dispute", payment, reversalId: dispute.data.id },
    ...{ amountCents, currency, state, reason },
  };
}

function disputeState(status: string | null, movement: DisputeMovement) {
  if (status === "won" || status === "warning_closed" || status === "prevented") return "returned";
  if (status === "lost") return "lost";
  if (movement === "funds_reinstated") return "returned";
  const isInquiry = status?.startsWith("warning_") ?? false;
  return isInquiry && movement === null ? null : "taken";
}

/** Stripe copies a payment's metadata to its charge, not to refunds and disputes. */
function referenceOf(object: z.infer<typeof Named>): PaymentReference {
  return { topUpId: object.metadata, sessionId: null, paymentId: object.payment_intent };
}
