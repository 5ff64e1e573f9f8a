import { z } from "zod";
import type { TopUpStatus } from "@/lib/billing/schema";

/** What makes a signed body an event at all. Everything else in it is judged by `decideOutcome`. */
export const EventEnvelope = z.looseObject({
  id: z.string().regex(/^[\x21-\x7e]{1,255}$/),
  type: z.string().regex(/^[\x21-\x7e]{1,255}$/),
});
export type EventEnvelope = z.infer<typeof EventEnvelope>;

const EventData = z.object({
  top_up_id: z.string().min(1).max(64),
  amount_cents: z.int().positive(),
  currency: z.string(),
  failure_message: z.string().max(300).optional(),
});

const PaymentEventType = z.enum(["payment.succeeded", "payment.failed", "payment.cancelled"]);
export type PaymentEventType = z.infer<typeof PaymentEventType>;

/** The event of the built-in demo provider, as it goes over the wire. */
export interface PaymentEvent {
  id: string;
  type: PaymentEventType;
  created: number;
  data: z.infer<typeof EventData>;
}

/** What of our own row the decision needs. */
export interface TopUpFacts {
  amountCents: number;
  currency: string;
  status: TopUpStatus;
}

export type Outcome =
  | { outcome: "credited" | "cancelled" | "ignored" | "quarantined" | "parked" }
  | { outcome: "failed"; failureMessage: string };

/** The top-up that an event speaks of, where it names one. */
export function findTopUpId(envelope: EventEnvelope): string | null {
  const data = z.object({ top_up_id: z.string().min(1).max(64) }).safeParse(envelope.data);
  // PostgreSQL refuses NUL in text, and no id of ours holds anything but plain characters.
  return data.success && /^[\x21-\x7e]+$/.test(data.data.top_up_id) ? data.data.top_up_id : null;
}

/**
 * What an event with a good signature does to a top-up. A payment that succeeded wins over a failure
 * or a cancellation that arrived before it, and nothing undoes a success; so the order in which
 * events arrive doesn't matter. What contradicts our own row is held back for a person to look at.
 */
export function decideOutcome(envelope: EventEnvelope, topUp: TopUpFacts | null): Outcome {
  const type = PaymentEventType.safeParse(envelope.type);
  if (!type.success) return { outcome: "ignored" };
  const data = EventData.safeParse(envelope.data);
  if (!data.success) return { outcome: "quarantined" };
  if (!topUp) return { outcome: "parked" };
  if (data.data.amount_cents !== topUp.amountCents || data.data.currency !== topUp.currency) {
    return { outcome: "quarantined" };
  }
  if (topUp.status === "succeeded") return { outcome: "ignored" };
  if (type.data === "payment.succeeded") return { outcome: "credited" };
  if (topUp.status !== "pending") return { outcome: "ignored" };
  if (type.data === "payment.cancelled") return { outcome: "cancelled" };
  return {
    outcome: "failed",
    failureMessage: data.data.failure_message ?? "The payment was declined.",
  };
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
