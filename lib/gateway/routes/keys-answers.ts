import { z } from "zod";
import type { KeySettings } from "@/lib/keys/detail";
import { type KeyStatus, keyStatus } from "@/lib/keys/status";
import { capIntervals, keyEnvironments, keyScopes } from "@/lib/keys/terms";
import { nanosToDecimal } from "@/lib/money";

const statuses = [
  "active",
  "expiring",
  "rotating",
  "disabled",
  "expired",
  "revoked",
] as const satisfies readonly KeyStatus[];

const instant = z.iso.datetime();
const cap = z.string().nullable();

export const KeyLimitsAnswer = {
  models: z.array(z.string()).nullable(),
  addresses: z.array(z.string()).nullable(),
  rate_limit: z.number().nullable(),
  spend_caps: z.object({ day: cap, week: cap, month: cap, total: cap }),
};

export const KeyRotationAnswer = z
  .discriminatedUnion("state", [
    z.object({
      state: z.literal("pending").describe("The new secret waits for its first use."),
      lapses_at: instant,
    }),
    z.object({
      state: z.literal("overlap").describe("Both secrets work."),
      ends_at: instant,
    }),
    z.object({
      state: z.literal("due").describe("The policy asks for a rotation."),
      deadline_at: instant.describe("Not rotated by then, the key expires."),
    }),
  ])
  .nullable();

export const KeyAnswer = z.object({
  id: z.string(),
  object: z.literal("api_key"),
  name: z.string(),
  environment: z.enum(keyEnvironments),
  prefix: z.string(),
  last4: z.string(),
  scopes: z.array(z.enum(keyScopes)),
  status: z.enum(statuses),
  ...KeyLimitsAnswer,
  rotation_days: z.number().nullable(),
  rotation_due_at: instant.nullable(),
  rotation: KeyRotationAnswer,
  created_at: instant,
  updated_at: instant,
  expires_at: instant.nullable(),
  last_used_at: instant.nullable(),
  disabled_at: instant.nullable(),
  revoked_at: instant.nullable(),
  revoked_reason: z.enum(["request", "exposed", "account_deleted"]).nullable(),
});

const secretOnce = z.string().describe("The secret. It is answered this once and kept nowhere.");

export const KeyCreatedAnswer = KeyAnswer.extend({ key: secretOnce });

export const KeyRotatedAnswer = KeyAnswer.extend({
  key: secretOnce,
  grace_seconds: z.number(),
  lapses_at: instant.describe("Unused by then, the new secret is void and nothing has changed."),
});

export const KeyListAnswer = z.object({
  data: z.array(KeyAnswer),
  has_more: z.boolean(),
  next_cursor: z.string().nullable(),
});

export const sampleKeyId = "key_01kah5v3zq8m2n4c6d7e8f9gab";
const samplePrefix = "gate_live";
const sampleLast4 = "7tKi";

export const sampleKey = {
  id: sampleKeyId,
  object: "api_key",
  name: "Nightly batch",
  environment: "live",
  prefix: samplePrefix,
  last4: sampleLast4,
  scopes: ["read"],
  status: "active",
  models: ["gpt-*"],
  addresses: ["203.0.113.0/24"],
  rate_limit: 500,
  spend_caps: { day: "25.00", week: null, month: "300.00", total: null },
  rotation_days: 90,
  rotation_due_at: "2027-02-19T09:30:00.000Z",
  rotation: null,
  created_at: "2026-11-21T09:30:00.000Z",
  updated_at: "2026-11-21T09:30:00.000Z",
  expires_at: "2027-11-21T09:30:00.000Z",
  last_used_at: null,
  disabled_at: null,
  revoked_at: null,
  revoked_reason: null,
};

/** Stands for a secret in examples; its checksum is wrong on purpose, so that no scanner takes it. */
export const sampleSecret = `${samplePrefix}_1234567890abcdefghijklmnopqrstuv${sampleLast4}`;

const iso = (at: Date | null) => at?.toISOString() ?? null;

/** What is under way on a key, the most pressing first. */
export function toRotation(key: KeySettings) {
  if (key.pendingLapsesAt) return { state: "pending", lapses_at: iso(key.pendingLapsesAt) };
  if (key.graceUntil) return { state: "overlap", ends_at: iso(key.graceUntil) };
  if (key.rotationDeadlineAt) return { state: "due", deadline_at: iso(key.rotationDeadlineAt) };
  return null;
}

/** The limits of a key as the API names them; money as decimal dollars. */
export function toLimits(key: KeySettings) {
  const caps = capIntervals.map((interval) => {
    const nanos = key.caps[interval];
    return [interval, nanos === null ? null : nanosToDecimal(nanos)];
  });
  return {
    models: key.modelAllowlist,
    addresses: key.addressAllowlist,
    rate_limit: key.requestsPerHour,
    spend_caps: Object.fromEntries(caps),
  };
}

/** A key as the API shows it: never a secret, nor its hash. */
export function toKey(key: KeySettings) {
  return {
    id: key.id,
    object: "api_key",
    name: key.name,
    environment: key.environment,
    prefix: key.prefix,
    last4: key.last4,
    scopes: key.scopes,
    status: keyStatus(key, key.now),
    ...toLimits(key),
    rotation_days: key.rotationDays,
    rotation_due_at: iso(key.rotationDueAt),
    rotation: toRotation(key),
    created_at: iso(key.createdAt),
    updated_at: iso(key.updatedAt),
    expires_at: iso(key.expiresAt),
    last_used_at: iso(key.lastUsedAt),
    disabled_at: iso(key.disabledAt),
    revoked_at: iso(key.revokedAt),
    revoked_reason: key.revokedReason,
  };
}
