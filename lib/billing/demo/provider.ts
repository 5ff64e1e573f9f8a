import "server-only";
import { findDemoCard } from "@/lib/billing/demo/cards";
import { sendDemoEvent } from "@/lib/billing/demo/delivery";
import { type DemoEvent, makeDemoEvents } from "@/lib/billing/demo/events";
import type { PaymentNews, PaymentReference } from "@/lib/billing/payment-news";
import type { CardCharge, ChargeResult, PaymentProvider } from "@/lib/billing/payment-provider";
import type { Environment } from "@/lib/env";
import { log } from "@/lib/log";

/**
 * The built-in provider, with which everything works offline and no money moves. It goes the way of a real
 * one: a page where the customer chooses, and signed events to our webhook. It keeps no records of
 * its own, so it can't be asked what became of a payment.
 */
export function makeDemoProvider(env: Environment): PaymentProvider {
  return {
    name: "demo",
    events: makeDemoEvents(env.DEMO_WEBHOOK_SECRET ?? ""),
    createCustomer: async (customer) => `demo_customer_${customer.workspaceId}`,
    openCheckout: async (order) => ({
      url: `/checkout/${order.topUpId}${order.saveCard ? "?save_card=1" : ""}`,
      ...{ sessionId: null, paymentId: null },
    }),
    closeCheckout: async ({ topUpId }) => ({
      kind: "cancelled",
      payment: { topUpId, sessionId: null, paymentId: null },
    }),
    openCardSetup: async () => "/checkout/card",
    async readCard(card) {
      const demo = findDemoCard(card.paymentMethodId);
      if (!demo) return null;
      return {
        ...{ paymentMethodId: demo.id, customerId: card.customerId },
        ...{ brand: demo.brand, last4: demo.last4, expiryMonth: 12, expiryYear: 2034 },
      };
    },
    forgetCard: async () => undefined,
    async chargeCard(charge) {
      const { event, result } = playCharge(charge);
      // As with a real provider, the event comes besides the answer, maybe later and maybe never.
      sendDemoEvent(env, event, new Date()).catch((error: unknown) => {
        log.warn({ err: error }, "a demo event was not sent");
      });
      return result;
    },
    readPayment: async () => null,
    listUndeliveredEvents: async () => [],
  };
}

function playCharge(charge: CardCharge): {
  event: Pick<DemoEvent, "type" | "data">;
  result: ChargeResult;
} {
  const { topUpId, amountCents, currency } = charge;
  const payment: PaymentReference = { topUpId, sessionId: null, paymentId: null };
  const data = { top_up_id: topUpId, amount_cents: amountCents, currency };
  const card = findDemoCard(charge.paymentMethodId);
  if (card?.outcome === "succeeded") {
    const news: PaymentNews = { kind: "paid", payment, amountCents, currency, card: null };
    return { event: { type: "payment.succeeded", data }, result: { outcome: "succeeded", news } };
  }
  const code = card?.code ?? "resource_missing";
  const declineCode = card?.declineCode ?? null;
  const message = card?.message ?? "The card is unknown. Save it again.";
  if (card?.outcome === "requires_action") {
    const news: PaymentNews = { kind: "needs_action", payment };
    return {
      event: { type: "payment.requires_action", data },
      result: { outcome: "requires_action", news, message, code, declineCode },
    };
  }
  const news: PaymentNews = { kind: "failed", payment, message };
  return {
    event: { type: "payment.failed", data: { ...data, failure_message: message } },
    result: { outcome: "declined", news, message, code, declineCode },
  };
}
