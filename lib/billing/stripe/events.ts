import Stripe from "stripe";
import { z } from "zod";
import type { EventEnvelope, PaymentNews } from "@/lib/billing/payment-news";
import type { EventSource } from "@/lib/billing/payment-provider";
import { findSigningTime } from "@/lib/billing/signature";
import {
  readCheckoutSession,
  readDispute,
  readPaymentIntent,
  readRefund,
  readRefundedCharge,
  readSetupIntent,
} from "@/lib/billing/stripe/objects";

/** What each type of event that concerns us says. Stripe sends only those an endpoint asks for. */
const readers: Record<string, (object: unknown) => PaymentNews> = {
  "checkout.session.completed": (object) => readCheckoutSession(object),
  "checkout.session.async_payment_succeeded": (object) => readCheckoutSession(object, "paid"),
  "checkout.session.async_payment_failed": (object) => readCheckoutSession(object, "failed"),
  "checkout.session.expired": (object) => readCheckoutSession(object, "expired"),
  "payment_intent.succeeded": (object) => readPaymentIntent(object),
  "payment_intent.payment_failed": (object) => readPaymentIntent(object, "failed"),
  "payment_intent.requires_action": (object) => readPaymentIntent(object),
  "payment_intent.canceled": (object) => readPaymentIntent(object),
  "charge.refunded": readRefundedCharge,
  "charge.refund.updated": readRefund,
  "refund.created": readRefund,
  "refund.updated": readRefund,
  "refund.failed": readRefund,
  "charge.dispute.created": (object) => readDispute(object, null),
  "charge.dispute.updated": (object) => readDispute(object, null),
  "charge.dispute.closed": (object) => readDispute(object, null),
  "charge.dispute.funds_withdrawn": (object) => readDispute(object, "funds_withdrawn"),
  "charge.dispute.funds_reinstated": (object) => readDispute(object, "funds_reinstated"),
  "setup_intent.succeeded": readSetupIntent,
};

/** The types an endpoint must subscribe to, at most twenty, as many as a list of events may name. */
export const stripeEventTypes: readonly string[] = Object.keys(readers);

const Body = z.looseObject({ data: z.looseObject({ object: z.unknown() }) });
const Owner = z.looseObject({
  livemode: z.boolean().optional(),
  account: z.unknown().optional(),
  context: z.unknown().optional(),
});

/**
 * Stripe's verdict on a signature, and ours. Theirs decodes the bytes first, which swallows a byte order
 * mark, and knows no future; ours is over the bytes, and answers the time for the caller to judge.
 */
function findTime(secret: string, rawBody: Uint8Array, header: string | null): Date | null {
  const signedAt = findSigningTime(secret, rawBody, header);
  const verifier = Stripe.webhooks.signature;
  if (!signedAt || header === null || !verifier) return null;
  try {
    // The age is judged elsewhere, by the database's clock: zero turns the check by ours off.
    verifier.verifyHeader(Buffer.from(rawBody), header, secret, 0);
    return signedAt;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return null;
    throw error;
  }
}

/** Stripe's events, signed with any of `secrets`; `isLive` as the key is that we ask the API with. */
export function makeStripeEvents(secrets: readonly string[], isLive: boolean): EventSource {
  return {
    signatureHeader: "stripe-signature",
    findSigningTime(rawBody, header) {
      // Every secret is tried, so that the time taken doesn't tell which one matched.
      const times = secrets.map((secret) => findTime(secret, rawBody, header));
      return times.find((time) => time !== null) ?? null;
    },
    isOurs(event: EventEnvelope) {
      const owner = Owner.safeParse(event);
      if (!owner.success) return false;
      // Our own account's events name no account; Connect's and an organisation's do.
      const isForeign = [owner.data.account, owner.data.context].some((id) => (id ?? "") !== "");
      return !isForeign && (owner.data.livemode ?? false) === isLive;
    },
    read(event) {
      const reader = Object.hasOwn(readers, event.type) ? readers[event.type] : undefined;
      if (!reader) return { kind: "nothing" };
      const body = Body.safeParse(event);
      return reader(body.success ? body.data.data.object : undefined);
    },
  };
}
