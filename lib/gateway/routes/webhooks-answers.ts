import { z } from "zod";
import { allEvents, eventNames } from "@/lib/webhooks/event-names";
import { exampleMessage } from "@/lib/webhooks/events";
import { failureSentence } from "@/lib/webhooks/outcomes";
import type { Delivery, DeliveryDetail, Endpoint } from "@/lib/webhooks/queries";
import { deliveryStates } from "@/lib/webhooks/terms";

const instant = z.iso.datetime();
const subscribable = [allEvents, ...Object.keys(eventNames)];

export const EndpointAnswer = z.object({
  id: z.string(),
  object: z.literal("webhook_endpoint"),
  url: z.string(),
  description: z.string(),
  events: z.array(z.enum(subscribable)).describe("Types of events, or `*` alone for all."),
  status: z.enum(["enabled", "disabled"]),
  disabled_at: instant.nullable(),
  disabled_reason: z
    .enum(["user", "failures", "gone"])
    .nullable()
    .describe("`failures`: twenty attempts in a row failed; `gone`: it answered 410."),
  failures_in_row: z.number().int().describe("Attempts that failed since the last success."),
  success_rate: z
    .number()
    .nullable()
    .describe("Of the last 100 attempts within 7 days, from 0 to 1; null where there were none."),
  last_attempt_at: instant.nullable(),
  previous_secret_expires_at: instant
    .nullable()
    .describe("Until then the secret before signs beside the current one."),
  created_at: instant,
  updated_at: instant,
});

const secretOnce = z
  .string()
  .describe("The signing secret, `whsec_…`. It is answered this once and kept encrypted.");

export const EndpointCreatedAnswer = EndpointAnswer.extend({ secret: secretOnce });

export const EndpointListAnswer = z.object({
  data: z.array(EndpointAnswer),
  has_more: z.boolean(),
  next_cursor: z.string().nullable(),
});

export const DeliveryAnswer = z.object({
  id: z.string(),
  object: z.literal("webhook_delivery"),
  endpoint_id: z.string(),
  message: z.object({
    id: z.string().describe("Sent as `webhook-id`; the same for every attempt and endpoint."),
    type: z.string(),
    timestamp: instant.describe("When it happened."),
  }),
  status: z.enum(deliveryStates),
  attempts: z.number().int(),
  next_attempt_at: instant.nullable(),
  last_status: z.number().int().nullable().describe("Null where no answer came."),
  last_error: z.string().nullable().describe("Why the last attempt failed, in a word."),
  delivered_at: instant.nullable(),
  created_at: instant,
});

export const DeliveryListAnswer = z.object({
  data: z.array(DeliveryAnswer),
  has_more: z.boolean(),
  next_cursor: z.string().nullable(),
});

export const DeliveryDetailAnswer = DeliveryAnswer.extend({
  payload: z.string().describe("Exactly what is signed and sent."),
  tries: z
    .array(
      z.object({
        number: z.number().int(),
        at: instant,
        duration_ms: z.number().int(),
        status: z.number().int().nullable(),
        error: z.string().nullable(),
        error_message: z.string().nullable(),
        answer: z.string().describe("The first 4 kB of the answer, without control characters."),
      }),
    )
    .describe("Newest first."),
});

export const sampleEndpointId = "we_01kah5v3zq8m2n4c6d7e8f9gab";
export const sampleDeliveryId = "dlv_01kah5v3zq8m2n4c6d7e8f9gab";
const sampleInstant = "2026-11-21T09:30:00.000Z";

/** Stands for a secret in examples. */
export const sampleWebhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

export const sampleEndpoint = {
  id: sampleEndpointId,
  object: "webhook_endpoint",
  url: "https://example.com/webhooks",
  description: "Billing service",
  events: ["balance.low", "balance.depleted"],
  status: "enabled",
  disabled_at: null,
  disabled_reason: null,
  failures_in_row: 0,
  success_rate: 0.98,
  last_attempt_at: sampleInstant,
  previous_secret_expires_at: null,
  created_at: sampleInstant,
  updated_at: sampleInstant,
};

const sampleMessage = exampleMessage("balance.low");

export const sampleDelivery = {
  id: sampleDeliveryId,
  object: "webhook_delivery",
  endpoint_id: sampleEndpointId,
  message: { id: sampleMessage.id, type: "balance.low", timestamp: sampleMessage.timestamp },
  status: "pending",
  attempts: 1,
  next_attempt_at: "2026-11-21T09:30:05.412Z",
  last_status: 500,
  last_error: "status",
  delivered_at: null,
  created_at: sampleInstant,
};

export const sampleDeliveryDetail = {
  ...sampleDelivery,
  payload: JSON.stringify(sampleMessage),
  tries: [
    {
      number: 1,
      at: sampleInstant,
      duration_ms: 87,
      status: 500,
      error: "status",
      error_message: failureSentence("status"),
      answer: "Internal Server Error",
    },
  ],
};

const iso = (at: Date | null) => at?.toISOString() ?? null;

/** An endpoint as the API shows it: never a secret. */
export function toEndpoint(endpoint: Endpoint) {
  const { attempts, succeeded } = endpoint.recent;
  return {
    id: endpoint.id,
    object: "webhook_endpoint",
    url: endpoint.url,
    description: endpoint.description,
    events: endpoint.events,
    status: endpoint.disabledAt ? "disabled" : "enabled",
    disabled_at: iso(endpoint.disabledAt),
    disabled_reason: endpoint.disabledReason,
    failures_in_row: endpoint.failuresInRow,
    success_rate: attempts === 0 ? null : succeeded / attempts,
    last_attempt_at: iso(endpoint.lastAttemptAt),
    previous_secret_expires_at: iso(endpoint.previousExpiresAt),
    created_at: iso(endpoint.createdAt),
    updated_at: iso(endpoint.updatedAt),
  };
}

export function toDelivery(delivery: Delivery) {
  const { id, type, occurredAt } = delivery.message;
  return {
    id: delivery.id,
    object: "webhook_delivery",
    endpoint_id: delivery.endpointId,
    message: { id, type, timestamp: iso(occurredAt) },
    status: delivery.state,
    attempts: delivery.attempts,
    next_attempt_at: iso(delivery.nextAttemptAt),
    last_status: delivery.lastStatus,
    last_error: delivery.lastError,
    delivered_at: iso(delivery.deliveredAt),
    created_at: iso(delivery.createdAt),
  };
}

export function toDeliveryDetail(delivery: DeliveryDetail) {
  return {
    ...toDelivery(delivery),
    payload: delivery.payload,
    tries: delivery.tries.map(({ number, at, durationMs, status, error, answer }) => ({
      ...{ number, at: iso(at), duration_ms: durationMs, status, error },
      error_message: error === null ? null : failureSentence(error),
      answer,
    })),
  };
}
