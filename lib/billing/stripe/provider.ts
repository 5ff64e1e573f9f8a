import "server-only";
import { createHash } from "node:crypto";
import Stripe from "stripe";
import {
  type CardCharge,
  type ChargeResult,
  type CheckoutOrder,
  CustomerGone,
  type NewCustomer,
  OrderChanged,
  type PaymentProvider,
  ProviderUnavailable,
} from "@/lib/billing/payment-provider";
import { declineMessage } from "@/lib/billing/stripe/declines";
import { makeStripeEvents, stripeEventTypes } from "@/lib/billing/stripe/events";
import { closeCheckout, idOf, readCard, readPayment } from "@/lib/billing/stripe/lookups";
import { readPaymentIntent } from "@/lib/billing/stripe/objects";
import { secondMs } from "@/lib/time";

export interface StripeSettings {
  secretKey: string;
  webhookSecrets: readonly string[];
  /** Another address than Stripe's own, for tests. */
  apiUrl?: string | undefined;
}

const timeoutMs = 10 * secondMs;
const undeliveredMax = 500;

function makeClient({ secretKey, apiUrl }: StripeSettings): Stripe {
  const url = apiUrl === undefined ? null : new URL(apiUrl);
  return new Stripe(secretKey, {
    // Left to the SDK, whose types are made for one version of the API.
    maxNetworkRetries: 2,
    timeout: timeoutMs,
    telemetry: false,
    ...(url
      ? {
          host: url.hostname.replace(/^\[|\]$/g, ""),
          port: url.port || (url.protocol === "https:" ? 443 : 80),
          protocol: url.protocol === "https:" ? "https" : "http",
        }
      : {}),
  });
}

/** Payments by Stripe: Checkout for those the customer makes, PaymentIntents with the saved card. */
export function makeStripeProvider(settings: StripeSettings): PaymentProvider {
  const stripe = makeClient(settings);
  return {
    name: "stripe",
    events: makeStripeEvents(settings.webhookSecrets, /^.k_live_/.test(settings.secretKey)),

    createCustomer: (customer) =>
      asking(async () => {
        const { id } = await stripe.customers.create(
          {
            name: customer.name,
            email: customer.email,
            metadata: { workspace_id: customer.workspaceId },
          },
          { idempotencyKey: customerKey(customer) },
        );
        return id;
      }),

    openCheckout: (order) =>
      asking(async () => {
        const session = await stripe.checkout.sessions.create(checkoutParams(order), {
          idempotencyKey: order.isAgain ? `${order.topUpId}:${order.customerId}` : order.topUpId,
        });
        if (!session.url) throw new ProviderUnavailable("the session has no page");
        return {
          ...{ url: session.url, sessionId: session.id },
          paymentId: idOf(session.payment_intent),
        };
      }),

    closeCheckout: (payment) => asking(() => closeCheckout(stripe, payment)),

    openCardSetup: (setup) =>
      asking(async () => {
        const session = await stripe.checkout.sessions.create(
          {
            mode: "setup",
            customer: setup.customerId,
            // Only a card can be charged while its owner isn't there.
            allowed_payment_method_types: ["card"],
            success_url: setup.savedUrl,
            cancel_url: setup.cancelledUrl,
          },
          { idempotencyKey: setup.id },
        );
        if (!session.url) throw new ProviderUnavailable("the session has no page");
        return session.url;
      }),

    readCard: (card) => asking(() => readCard(stripe, card)),

    forgetCard: (paymentMethodId) =>
      asking(async () => {
        await stripe.paymentMethods.detach(paymentMethodId).catch((error: unknown) => {
          // It is unknown, or belongs to no customer any more.
          if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
        });
      }),

    chargeCard: (charge) =>
      asking(async (): Promise<ChargeResult> => {
        try {
          const intent = await stripe.paymentIntents.create(
            {
              amount: charge.amountCents,
              currency: charge.currency,
              customer: charge.customerId,
              payment_method: charge.paymentMethodId,
              allowed_payment_method_types: ["card"],
              off_session: true,
              confirm: true,
              description: charge.description,
              metadata: { top_up_id: charge.topUpId },
            },
            { idempotencyKey: charge.topUpId },
          );
          return chargeResult(intent, intent.last_payment_error ?? null);
        } catch (error) {
          return refusedCharge(charge, error);
        }
      }),

    readPayment: (payment) => asking(() => readPayment(stripe, payment)),

    listUndeliveredEvents: (since) =>
      asking(async () => {
        const events = stripe.events.list({
          types: [...stripeEventTypes],
          delivery_success: false,
          created: { gte: Math.floor(since.getTime() / secondMs) },
          limit: 100,
        });
        return (await events.autoPagingToArray({ limit: undeliveredMax })).reverse();
      }),
  };
}

/** The same member's same details are the same customer, in place of the same one before it. */
function customerKey({ workspaceId, ...details }: NewCustomer): string {
  const digest = createHash("sha256").update(JSON.stringify(details)).digest("hex");
  return `customer:${workspaceId}:${digest.slice(0, 24)}`;
}

/** What may turn out otherwise at the next attempt becomes ProviderUnavailable. */
async function asking<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (
      error instanceof Stripe.errors.StripeInvalidRequestError &&
      error.code === "resource_missing" &&
      error.param === "customer"
    ) {
      throw new CustomerGone("Stripe doesn't know the customer");
    }
    if (error instanceof Stripe.errors.StripeIdempotencyError && error.statusCode !== 409) {
      throw new OrderChanged("Stripe knows the key of the request with other parameters");
    }
    const isPassing =
      error instanceof Stripe.errors.StripeConnectionError ||
      error instanceof Stripe.errors.StripeAPIError ||
      error instanceof Stripe.errors.StripeRateLimitError ||
      (error instanceof Stripe.errors.StripeError && error.statusCode === 409);
    if (!isPassing) throw error;
    throw new ProviderUnavailable(`Stripe doesn't answer: ${error.type} ${error.statusCode ?? ""}`);
  }
}

function checkoutParams(order: CheckoutOrder): Stripe.Checkout.SessionCreateParams {
  const metadata = { top_up_id: order.topUpId };
  return {
    mode: "payment",
    customer: order.customerId,
    client_reference_id: order.topUpId,
    metadata,
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: order.currency,
          unit_amount: order.amountCents,
          product_data: { name: order.description },
        },
      },
    ],
    // The amount that is paid must be the one that was asked for, in its own currency.
    adaptive_pricing: { enabled: false },
    payment_intent_data: {
      metadata,
      description: order.description,
      ...(order.saveCard ? { setup_future_usage: "off_session" as const } : {}),
    },
    ...(order.saveCard ? { allowed_payment_method_types: ["card" as const] } : {}),
    success_url: order.returnUrl,
    cancel_url: order.returnUrl,
  };
}

function chargeResult(
  intent: Stripe.PaymentIntent,
  error: { code?: string | undefined; decline_code?: string | undefined } | null,
): ChargeResult {
  const news = readPaymentIntent(intent);
  const code = error?.code ?? null;
  const declineCode = error?.decline_code ?? null;
  const message = declineMessage(code, declineCode);
  if (news.kind === "paid") return { outcome: "succeeded", news };
  if (news.kind === "needs_action") {
    return {
      outcome: "requires_action",
      news,
      message: declineMessage("authentication_required", null),
      code,
      declineCode,
    };
  }
  if (news.kind === "open") return { outcome: "processing", news };
  return { outcome: "declined", news, message, code, declineCode };
}

/** A decline comes as an error that carries the payment; so does a card that Stripe doesn't know. */
function refusedCharge(charge: CardCharge, error: unknown): ChargeResult {
  if (error instanceof Stripe.errors.StripeCardError && error.payment_intent) {
    return chargeResult(error.payment_intent, error);
  }
  if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
  const message = "The saved card can't be charged any more. Save a card again.";
  const payment = { topUpId: charge.topUpId, sessionId: null, paymentId: null };
  return {
    ...{ outcome: "declined", news: { kind: "failed", payment, message }, message },
    ...{ code: error.code ?? null, declineCode: null },
  };
}
