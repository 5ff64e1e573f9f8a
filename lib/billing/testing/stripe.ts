import { randomBytes } from "node:crypto";
import type { Db } from "@/db/client";
import { topUps } from "@/db/schema/billing";
import { signatureOf } from "@/lib/billing/testing/fake-stripe-delivery";
import { createTestScope } from "@/lib/billing/testing/workspace";
import { newId } from "@/lib/id";
import type { Scope } from "@/lib/scope";

export const stripeSecret = "whsec_of_these_tests_0123456789";
export const olderStripeSecret = "whsec_of_these_tests_before_that";

export const stripeVariables = {
  AUTH_SECRET: "0123456789abcdef0123456789abcdef",
  STRIPE_SECRET_KEY: "sk_test_0123456789",
  STRIPE_WEBHOOK_SECRET: `${stripeSecret},${olderStripeSecret}`,
};

const suffix = () => randomBytes(12).toString("hex");

export interface StripeTopUp {
  scope: Scope;
  id: string;
  sessionId: string;
  paymentId: string;
  chargeId: string;
}

/** A top-up of $25 that waits for its customer on Stripe's page. */
export async function openStripeTopUp(db: Db, scope?: Scope): Promise<StripeTopUp> {
  const owner = scope ?? (await createTestScope(db));
  const sessionId = `cs_test_${suffix()}`;
  const id = newId("topUp");
  await db.insert(topUps).values({
    ...{ id, workspaceId: owner.workspaceId, userId: owner.userId, provider: "stripe" },
    ...{ amountCents: 2_500, formNonce: id, providerSessionId: sessionId },
  });
  return {
    ...{ scope: owner, id, sessionId },
    ...{ paymentId: `pi_${suffix()}`, chargeId: `ch_${suffix()}` },
  };
}

export function sessionOf(topUp: StripeTopUp, changes: Record<string, unknown> = {}) {
  return {
    ...{ id: topUp.sessionId, object: "checkout.session", mode: "payment", status: "complete" },
    ...{ payment_status: "paid", amount_total: 2_500, currency: "usd" },
    ...{ client_reference_id: topUp.id, metadata: { top_up_id: topUp.id } },
    ...{ payment_intent: topUp.paymentId, customer: null, setup_intent: null },
    ...changes,
  };
}

export function intentOf(topUp: StripeTopUp, changes: Record<string, unknown> = {}) {
  return {
    ...{ id: topUp.paymentId, object: "payment_intent", status: "succeeded", amount: 2_500 },
    ...{ amount_received: 2_500, currency: "usd", metadata: { top_up_id: topUp.id } },
    ...{ customer: null, payment_method: "pm_1", setup_future_usage: null },
    ...{ last_payment_error: null, latest_charge: topUp.chargeId },
    ...changes,
  };
}

export function chargeOf(topUp: StripeTopUp, refundedCents: number) {
  return {
    ...{ id: topUp.chargeId, object: "charge", amount: 2_500, amount_refunded: refundedCents },
    ...{ currency: "usd", payment_intent: topUp.paymentId, metadata: {}, refunded: true },
  };
}

export function refundOf(topUp: StripeTopUp, id: string, amount: number, status = "succeeded") {
  return {
    ...{ id, object: "refund", amount, currency: "usd", status, charge: topUp.chargeId },
    ...{ payment_intent: topUp.paymentId, metadata: {}, reason: "requested_by_customer" },
  };
}

export function disputeOf(topUp: StripeTopUp, id: string, status: string, amount = 2_500) {
  return {
    ...{ id, object: "dispute", amount, currency: "usd", status, charge: topUp.chargeId },
    ...{ payment_intent: topUp.paymentId, metadata: {}, reason: "fraudulent" },
  };
}

/** An event as Stripe would send it, as text; `changes` are made to the envelope. */
export function stripeEvent(
  type: string,
  object: unknown,
  changes: Record<string, unknown> = {},
): string {
  return JSON.stringify(
    {
      ...{ id: `evt_${suffix()}`, object: "event", api_version: "2026-10-28.endive" },
      ...{ created: Math.floor(Date.now() / 1_000), livemode: false, type, data: { object } },
      ...changes,
    },
    null,
    2,
  );
}

/** A request to the webhook with the header of a genuine event, or any other; null leaves it out. */
export function stripeRequest(
  body: string | Uint8Array<ArrayBuffer>,
  header: string | null = signatureOf(Buffer.from(body).toString(), stripeSecret),
): Request {
  return new Request("http://localhost:3000/api/webhooks/stripe", {
    method: "POST",
    headers: {
      "content-type": "application/json; charset=utf-8",
      ...(header === null ? {} : { "stripe-signature": header }),
    },
    body,
  });
}
