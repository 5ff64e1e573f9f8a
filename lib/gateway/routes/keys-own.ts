import { z } from "zod";
import {
  type CapState,
  type LimitState,
  type RequestLimitState,
  readLimitState,
} from "@/lib/budgets/state";
import { GatewayError } from "@/lib/gateway/errors";
import { rateHeaders } from "@/lib/gateway/limit-answers";
import { defineRest, type RestAnswer, type RestContext, type RestRoute } from "@/lib/gateway/rest";
import { rotate } from "@/lib/gateway/routes/keys";
import {
  KeyAnswer,
  KeyRotatedAnswer,
  sampleKey,
  sampleKeyId,
  sampleSecret,
  toKey,
} from "@/lib/gateway/routes/keys-answers";
import { KeyRotateBody, KeyVerifyBody } from "@/lib/gateway/routes/keys-bodies";
import { getKeyDetail } from "@/lib/keys/detail";
import type { KeyEnvironment } from "@/lib/keys/secret";
import { capIntervals } from "@/lib/keys/terms";
import { type VerifyOptions, verifySecret } from "@/lib/keys/verify";
import { nanosToDecimal } from "@/lib/money";

const RequestsAnswer = z.object({
  limit: z.number(),
  used: z.number(),
  remaining: z.number(),
  resets_at: z.iso.datetime().nullable(),
});

const SpendAnswer = z.object({
  cap: z.string(),
  used: z.string(),
  held: z.string().describe("Set aside for requests that are running."),
  remaining: z.string(),
  resets_at: z.iso.datetime().nullable(),
});

const OwnKeyAnswer = KeyAnswer.extend({
  secret: z
    .object({ last4: z.string(), state: z.enum(["active", "pending", "retiring"]) })
    .describe("The secret that this call was made with."),
  rate: z
    .object({ account: RequestsAnswer.nullable(), key: RequestsAnswer.nullable() })
    .describe("Requests in the sliding hour; null where there is no limit."),
  quotas: z
    .object({
      day: RequestsAnswer.nullable(),
      month: RequestsAnswer.nullable(),
      total: RequestsAnswer.nullable(),
    })
    .describe("The account's requests; null where there is no limit."),
  spend: z
    .object({
      day: SpendAnswer.nullable(),
      week: SpendAnswer.nullable(),
      month: SpendAnswer.nullable(),
      total: SpendAnswer.nullable(),
    })
    .describe("What the key has spent under its caps, in dollars; null where there is no cap."),
});

const sampleRate = {
  limit: 1000,
  used: 12,
  remaining: 988,
  resets_at: "2026-11-21T09:31:00.000Z",
};

const sampleOwnKey = {
  ...sampleKey,
  secret: { last4: sampleKey.last4, state: "active" },
  rate: { account: sampleRate, key: { ...sampleRate, limit: 500, remaining: 488 } },
  quotas: { day: null, month: null, total: null },
  spend: {
    day: {
      cap: "25.00",
      used: "1.204512",
      held: "0.00",
      remaining: "23.795488",
      resets_at: "2026-11-22T00:00:00.000Z",
    },
    week: null,
    month: null,
    total: null,
  },
};

function toRequests(state: RequestLimitState | null) {
  if (!state) return null;
  const { limit, used, resetsAt } = state;
  const remaining = Math.max(0, limit - used);
  return { limit, used, remaining, resets_at: resetsAt?.toISOString() ?? null };
}

function toSpend(state: CapState | null | undefined) {
  if (!state) return null;
  const { limitNanos, usedNanos, heldNanos, resetsAt } = state;
  const left = limitNanos - usedNanos - heldNanos;
  return {
    cap: nanosToDecimal(limitNanos),
    used: nanosToDecimal(usedNanos),
    held: nanosToDecimal(heldNanos),
    remaining: nanosToDecimal(left > 0n ? left : 0n),
    resets_at: resetsAt?.toISOString() ?? null,
  };
}

/** The rate headers that every answer has, of a call that didn't count. */
function headersOf(state: LimitState): Record<string, string> {
  const toRate = (hour: RequestLimitState | null | undefined) => ({
    limit: hour?.limit ?? null,
    used: hour?.used ?? 0,
    freeAt: hour?.resetsAt ?? state.now,
  });
  const keyRate = state.key?.hour ? toRate(state.key.hour) : null;
  const rate = toRate(state.hour);
  return rateHeaders({ verdict: "ok", rate, keyRate, at: state.now, isLeased: false });
}

/** The calling key with how its limits stand. */
async function answerOwnKey(context: RestContext<unknown, unknown>): Promise<RestAnswer> {
  const { db, scope, key: caller } = context;
  const { workspaceId } = scope;
  const { keyId, secretId } = caller;
  const [key, state] = await Promise.all([
    getKeyDetail(db, scope, keyId),
    readLimitState(db, { workspaceId, keyId }),
  ]);
  // Revoked, or its secret retired, since admission.
  const secret = key?.secrets.find((one) => one.id === secretId);
  if (!key || !secret || !state) throw new GatewayError("invalid_key");
  const body = {
    ...toKey(key),
    secret: { last4: secret.last4, state: secret.state },
    rate: { account: toRequests(state.hour), key: toRequests(state.key?.hour ?? null) },
    quotas: {
      day: toRequests(state.day),
      month: toRequests(state.month),
      total: toRequests(state.total),
    },
    spend: Object.fromEntries(
      capIntervals.map((interval) => [interval, toSpend(state.key?.caps[interval])]),
    ),
  };
  return { status: 200, body, headers: headersOf(state) };
}

function environmentsOf({ gateway, key }: RestContext<unknown, unknown>): VerifyOptions {
  const accepted = {
    sandbox: ["live", "test"],
    reject: ["live"],
    only: ["test"],
  } as const satisfies Record<string, readonly KeyEnvironment[]>;
  return {
    accepted: accepted[gateway.settings.testKeys],
    visible: key.environment === "test" ? ["test"] : ["live", "test"],
  };
}

const reasons = [
  "malformed",
  "unknown",
  "revoked",
  "expired",
  "disabled",
  "wrong_environment",
] as const;

const VerifyAnswer = z.discriminatedUnion("valid", [
  z.object({ valid: z.literal(true), key: KeyAnswer }),
  z.object({ valid: z.literal(false), reason: z.enum(reasons) }),
]);

/** `/v1/key`: what a key may know of itself, and do to itself; and whether another secret is good. */
export const ownKeyRoutes: readonly RestRoute[] = [
  defineRest({
    method: "GET",
    path: "/v1/key",
    operationId: "getOwnKey",
    tag: "Keys",
    summary: "Get the calling key",
    description: "What it may do, and how much of its limits is left. Free; it doesn't count.",
    scope: "any",
    isUncounted: true,
    answer: {
      status: 200,
      description: "The key that this call was made with.",
      body: { name: "OwnApiKey", schema: OwnKeyAnswer, example: sampleOwnKey },
    },
    run: answerOwnKey,
  }),
  defineRest({
    method: "POST",
    path: "/v1/key/rotate",
    operationId: "rotateOwnKey",
    tag: "Keys",
    summary: "Make a new secret for the calling key",
    description:
      "Answers the new secret once. Both work; the new one's first use starts the overlap, at whose " +
      "end the old one stops. Unused for 30 days, the new one is void. A conflict while a rotation is " +
      "under way.",
    scope: "any",
    body: {
      name: "OwnApiKeyRotate",
      schema: KeyRotateBody,
      example: { grace_seconds: 3600 },
      isOptional: true,
    },
    answer: {
      status: 200,
      description: "The key with its new secret in `key`, this once.",
      body: {
        name: "OwnApiKeyRotated",
        schema: KeyRotatedAnswer,
        example: {
          ...sampleKey,
          status: "rotating",
          rotation: { state: "pending", lapses_at: "2026-12-21T09:30:00.000Z" },
          key: sampleSecret,
          grace_seconds: 3600,
          lapses_at: "2026-12-21T09:30:00.000Z",
        },
      },
      headers: { ETag: "The version of the key's settings." },
    },
    failures: ["conflict"],
    run: (context) => rotate(context, context.key.keyId, context.body.grace_seconds),
  }),
  defineRest({
    method: "POST",
    path: "/v1/keys/verify",
    operationId: "verifyKey",
    tag: "Keys",
    summary: "Verify a key that somebody showed you",
    description:
      "For services that take your keys themselves. Checking isn't using: it doesn't count against the " +
      "key. A secret of another account is `unknown`, like one that was never made.",
    scope: "admin",
    body: { name: "KeyVerify", schema: KeyVerifyBody, example: { key: sampleSecret } },
    answer: {
      status: 200,
      description: "Whether it opens the door now, and what it may do.",
      body: {
        name: "KeyVerification",
        schema: VerifyAnswer,
        example: { valid: true, key: { ...sampleKey, id: sampleKeyId } },
      },
    },
    async run(context) {
      const { db, scope, body } = context;
      const verified = await verifySecret(db, scope, body.key, environmentsOf(context));
      return {
        status: 200,
        body: verified.valid ? { valid: true, key: toKey(verified.key) } : verified,
      };
    },
  }),
];
