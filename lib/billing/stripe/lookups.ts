import "server-only";
import Stripe from "stripe";
import type { PaymentNews, SavedCard } from "@/lib/billing/payment-news";
import type { CardDetails, StartedPayment } from "@/lib/billing/payment-provider";
import { readCheckoutSession, readPaymentIntent } from "@/lib/billing/stripe/objects";
import { minuteMs, secondMs } from "@/lib/time";

/** The id of what Stripe may have put in full. */
export function idOf(reference: string | { id: string } | null): string | null {
  return typeof reference === "object" ? (reference?.id ?? null) : reference;
}

/** The card behind a set-up or a payment method, as Stripe has it now. */
export async function readCard(stripe: Stripe, card: SavedCard): Promise<CardDetails | null> {
  let id = card.paymentMethodId;
  if (id === null && card.setupId !== null) {
    const setup = await stripe.setupIntents.retrieve(card.setupId);
    if (setup.status !== "succeeded") return null;
    id = idOf(setup.payment_method);
  }
  if (id === null) return null;
  const method = await stripe.paymentMethods.retrieve(id);
  return {
    paymentMethodId: method.id,
    customerId: idOf(method.customer),
    brand: method.card?.brand ?? method.type,
    last4: method.card?.last4 ?? null,
    expiryMonth: method.card?.exp_month ?? null,
    expiryYear: method.card?.exp_year ?? null,
  };
}

/** Ends a session that is still open; what became of it instead. */
export async function closeCheckout(stripe: Stripe, payment: StartedPayment): Promise<PaymentNews> {
  const session = await findSession(stripe, payment);
  const closed = { topUpId: payment.topUpId, sessionId: null, paymentId: null };
  if (!session) return { kind: "cancelled", payment: closed };
  if (session.status !== "open") return readCheckoutSession(session);
  try {
    return readCheckoutSession(await stripe.checkout.sessions.expire(session.id));
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
    // It has ended since we looked, or a payment is under way there.
    return readCheckoutSession(await stripe.checkout.sessions.retrieve(session.id));
  }
}

/** What became of a payment; null where Stripe has no trace of it. */
export async function readPayment(
  stripe: Stripe,
  payment: StartedPayment,
): Promise<PaymentNews | null> {
  if (payment.kind === "auto") {
    const intent = await findIntent(stripe, payment);
    return intent && readPaymentIntent(intent);
  }
  const session = await findSession(stripe, payment);
  if (!session) return null;
  const news = readCheckoutSession(session);
  if (news.kind !== "open" || typeof session.payment_intent !== "object") return news;
  // A session stays complete and unpaid when a payment that took its time has failed.
  if (session.status !== "complete" || !session.payment_intent) return news;
  const ended = readPaymentIntent(session.payment_intent);
  return ended.kind === "failed" ? { ...ended, payment: news.payment } : news;
}

/** The session of a top-up. Its id is unknown to us where a crash swallowed the answer to the start. */
async function findSession(stripe: Stripe, payment: StartedPayment) {
  if (payment.sessionId) {
    return stripe.checkout.sessions.retrieve(payment.sessionId, { expand: ["payment_intent"] });
  }
  if (!payment.customerId) return null;
  const sessions = await stripe.checkout.sessions.list({
    customer: payment.customerId,
    created: { gte: lookBackFrom(payment) },
    limit: 100,
  });
  return sessions.data.find((one) => one.client_reference_id === payment.topUpId) ?? null;
}

async function findIntent(stripe: Stripe, payment: StartedPayment) {
  if (payment.paymentId) return stripe.paymentIntents.retrieve(payment.paymentId);
  if (!payment.customerId) return null;
  const intents = await stripe.paymentIntents.list({
    customer: payment.customerId,
    created: { gte: lookBackFrom(payment) },
    limit: 100,
  });
  return intents.data.find((one) => one.metadata.top_up_id === payment.topUpId) ?? null;
}

/** Stripe's clock and ours may differ. */
function lookBackFrom(payment: StartedPayment): number {
  return Math.floor((payment.startedAt.getTime() - 10 * minuteMs) / secondMs);
}
