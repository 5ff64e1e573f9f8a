import { z } from "zod";
import { type PaymentNews, ProviderId } from "@/lib/billing/payment-news";
import type { EventSource } from "@/lib/billing/payment-provider";
import { findSigningTime } from "@/lib/billing/signature";

/** The header in which the demo provider signs its events. */
export const demoSignatureHeader = "demo-signature";

const Card = z.object({ customer_id: ProviderId, payment_method_id: ProviderId });
const Named = z.looseObject({ top_up_id: ProviderId.max(64) });
const Payment = z.object({ amount_cents: z.int().positive(), currency: z.string() });
const Paid = Payment.extend({ card: Card.optional() });
const Failed = Payment.extend({ failure_message: z.string().max(300).optional() });

/** An event of the built-in demo provider, as it goes over the wire. */
export interface DemoEvent {
  id: string;
  type:
    | "payment.succeeded"
    | "payment.failed"
    | "payment.cancelled"
    | "payment.requires_action"
    | "card.saved";
  created: number;
  data: {
    top_up_id?: string;
    amount_cents?: number;
    currency?: string;
    failure_message?: string;
    card?: z.infer<typeof Card>;
  };
}

const types = [
  "payment.succeeded",
  "payment.failed",
  "payment.cancelled",
  "payment.requires_action",
  "card.saved",
];

function readPayment(type: string, data: unknown): PaymentNews {
  const named = Named.safeParse(data);
  const topUpId = named.success ? named.data.top_up_id : null;
  const payment = { topUpId, sessionId: null, paymentId: null };
  if (type === "payment.succeeded") {
    const paid = Paid.safeParse(data);
    if (!paid.success) return { kind: "unreadable", payment };
    const { amount_cents: amountCents, currency, card } = paid.data;
    return { kind: "paid", payment, amountCents, currency, card: card ? savedCard(card) : null };
  }
  const failed = Failed.safeParse(data);
  if (!failed.success) return { kind: "unreadable", payment };
  if (type === "payment.cancelled") return { kind: "cancelled", payment };
  if (type === "payment.requires_action") return { kind: "needs_action", payment };
  const message = failed.data.failure_message ?? "The payment was declined.";
  return { kind: "failed", payment, message };
}

function savedCard(card: z.infer<typeof Card>) {
  return { customerId: card.customer_id, paymentMethodId: card.payment_method_id, setupId: null };
}

export function makeDemoEvents(secret: string): EventSource {
  return {
    signatureHeader: demoSignatureHeader,
    findSigningTime: (rawBody, header) => findSigningTime(secret, rawBody, header),
    isOurs: () => true,
    read(event) {
      if (!types.includes(event.type)) return { kind: "nothing" };
      if (event.type !== "card.saved") return readPayment(event.type, event.data);
      const saved = z.object({ card: Card }).safeParse(event.data);
      if (saved.success) return { kind: "card_saved", card: savedCard(saved.data.card) };
      const payment = { topUpId: null, sessionId: null, paymentId: null };
      return { kind: "unreadable", payment };
    },
  };
}
