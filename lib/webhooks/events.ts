import { z } from "zod";
import type { EventName, EventType } from "@/lib/webhooks/event-names";

const instant = z.iso.datetime();
const usd = z.string().regex(/^-?\d+\.\d{2,9}$/);

const currency = z.string().describe("As ISO 4217 has it, in lower case.");

/** A key as events tell of it: what people know it by, never its secret. */
const Key = z.object({
  id: z.string(),
  name: z.string(),
  environment: z.enum(["live", "test"]),
  last4: z.string().describe("The last characters of the secret."),
});

const TopUp = z.object({
  id: z.string(),
  amount: usd.describe("Dollars as a decimal string."),
  currency,
  kind: z.enum(["checkout", "auto"]).describe("`auto` was charged by auto top-up."),
});

const Member = z.object({
  user_id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(["owner", "admin", "developer", "billing", "viewer"]),
});

/** The `data` of each event. A field is never taken away or given another meaning; others may come. */
export const eventSchemas = {
  "api_key.created": z.object({
    api_key: Key.extend({ scopes: z.array(z.string()), expires_at: instant.nullable() }),
  }),
  "api_key.rotated": z.object({
    api_key: Key.describe("With the last characters of the new secret."),
    old_last4: z.string(),
    overlap_seconds: z
      .number()
      .int()
      .describe("How long the old secret works on after the new one’s first use."),
    lapses_at: instant.describe("Unused by then, the new secret is void."),
  }),
  "api_key.revoked": z.object({
    api_key: Key,
    reason: z.enum(["request", "exposed"]),
  }),
  "api_key.expiring": z.object({ api_key: Key, expires_at: instant, days_left: z.number().int() }),
  "api_key.expired": z.object({ api_key: Key, expired_at: instant }),
  "api_key.exposed": z.object({
    api_key: Key.describe("With the last characters of the secret that was found."),
    source: z.enum(["github", "form"]),
    url: z.string().nullable().describe("Where it was found, as the finder says."),
    revoked: z.boolean().describe("False where what was found opened nothing any more."),
  }),
  "balance.low": z.object({ balance: usd, threshold: usd, currency, auto_top_up: z.boolean() }),
  "balance.depleted": z.object({ balance: usd, currency, auto_top_up: z.boolean() }),
  "topup.succeeded": z.object({ topup: TopUp }),
  "topup.failed": z.object({ topup: TopUp, reason: z.string().nullable() }),
  "payment.refunded": z.object({
    topup: TopUp,
    amount: usd.describe("What this refund moved, in dollars."),
    status: z.enum(["refunded", "failed"]).describe("`failed`: it came back to the balance."),
  }),
  "payment.disputed": z.object({
    topup: TopUp,
    amount: usd,
    status: z.enum(["opened", "won", "lost"]),
  }),
  "limit.reached": z.object({
    limit: z.enum(["quota", "spend_cap"]).describe("The plan’s quota, or the cap of one key."),
    period: z.enum(["day", "week", "month", "total"]),
    unit: z.enum(["requests", "usd"]),
    value: z.string().describe("The limit: a whole number of requests, or decimal dollars."),
    used: z.string(),
    api_key: Key.pick({ id: true, name: true }).nullable().describe("Null for a quota."),
    resets_at: instant.nullable().describe("Null for a total."),
  }),
  "member.added": z.object({ member: Member }),
  "member.removed": z.object({ member: Member.omit({ role: true }) }),
  "webhook.test": z.object({ endpoint_id: z.string(), message: z.string() }),
} as const satisfies Record<EventType, z.ZodType>;

export type EventData<T extends EventType> = z.output<(typeof eventSchemas)[T]>;

const key = {
  id: "key_01kah5v3zq8m2n4c6d7e8f9gab",
  name: "Nightly batch",
  environment: "live",
  last4: "7tKi",
} as const;

const topup = {
  id: "top_01kah5v3zq8m2n4c6d7e8f9gab",
  amount: "25.00",
  currency: "usd",
  kind: "checkout",
} as const;

/** A `data` of each event as it may come. */
export const eventExamples: { readonly [T in EventType]: EventData<T> } = {
  "api_key.created": {
    api_key: { ...key, scopes: ["read"], expires_at: "2027-02-19T09:30:00.000Z" },
  },
  "api_key.rotated": {
    api_key: { ...key, last4: "Qz81" },
    old_last4: "7tKi",
    overlap_seconds: 86_400,
    lapses_at: "2026-12-21T09:30:00.000Z",
  },
  "api_key.revoked": { api_key: key, reason: "request" },
  "api_key.expiring": { api_key: key, expires_at: "2026-11-28T09:30:00.000Z", days_left: 7 },
  "api_key.expired": { api_key: key, expired_at: "2026-11-21T09:30:00.000Z" },
  "api_key.exposed": {
    api_key: key,
    source: "github",
    url: "https://github.com/acme/app/blob/main/.env",
    revoked: true,
  },
  "balance.low": { balance: "1.87", threshold: "2.00", currency: "usd", auto_top_up: false },
  "balance.depleted": { balance: "0.01", currency: "usd", auto_top_up: false },
  "topup.succeeded": { topup },
  "topup.failed": { topup: { ...topup, kind: "auto" }, reason: "Your card was declined." },
  "payment.refunded": { topup, amount: "25.00", status: "refunded" },
  "payment.disputed": { topup, amount: "25.00", status: "opened" },
  "limit.reached": {
    limit: "spend_cap",
    period: "day",
    unit: "usd",
    value: "25.00",
    used: "25.00",
    api_key: { id: key.id, name: key.name },
    resets_at: "2026-11-22T00:00:00.000Z",
  },
  "member.added": {
    member: {
      user_id: "usr_01kah5v3zq8m2n4c6d7e8f9gab",
      name: "Ada",
      email: "ada@example.com",
      role: "developer",
    },
  },
  "member.removed": {
    member: { user_id: "usr_01kah5v3zq8m2n4c6d7e8f9gab", name: "Ada", email: "ada@example.com" },
  },
  "webhook.test": {
    endpoint_id: "we_01kah5v3zq8m2n4c6d7e8f9gab",
    message: "This endpoint receives events.",
  },
};

/** What an endpoint gets for the example of an event: the whole body, as an object. */
export function exampleMessage<T extends EventName>(type: T) {
  return {
    id: "msg_01kah5v3zq8m2n4c6d7e8f9gab",
    type,
    timestamp: "2026-11-21T09:30:00.000Z",
    workspace_id: "ws_01kah5v3zq8m2n4c6d7e8f9gab",
    data: eventExamples[type],
  };
}
