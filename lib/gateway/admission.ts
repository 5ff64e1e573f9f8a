import { acquire, type HoldRequest, type RateState } from "@/lib/budgets/acquire";
import type { Call, Gateway, GatewaySettings } from "@/lib/gateway/call";
import { GatewayError } from "@/lib/gateway/errors";
import { type Facts, type KeyFacts, type ModelFacts, readFacts } from "@/lib/gateway/facts";
import { hashSecret } from "@/lib/keys/secret";
import { affordableOutputTokens, type Price, priceTokens } from "@/lib/models/price";
import { nanosToDecimal } from "@/lib/money";

/** What a priced request may reach: the most it can cost is set aside. */
export interface Reservation {
  model: ModelFacts;
  stream: boolean;
  inputTokens: number;
  outputTokensMax: number;
  choices: number;
  price: Price;
}

export interface Need<T> {
  scope: "read" | "write" | "admin" | "webhook";
  modelId: string | null;
  /** Checks the request against the facts. Throws a GatewayError; it is thrown after it counted. */
  prepare(facts: Facts): { value: T; reservation: Reservation | null };
}

/** The database must answer admission within this, or the caller hears 503 (BAR P15: 2 s in all). */
const admissionTimeoutMs = 1_800;

/**
 * Decides whether a call may pass, in the documented order: key, environment, account, scope, then
 * what the route prepares (model, body), hourly rate, balance. A refused call of a good key still
 * counts against the rate, so that probing isn't free.
 */
export async function admit<T>(
  gateway: Gateway,
  call: Call,
  secret: string,
  need: Need<T>,
): Promise<{ key: KeyFacts; value: T }> {
  const deadlineMs = admissionDeadline();
  const reading = readFacts(gateway.door.sql, hashSecret(secret), need.modelId);
  const facts = await inTime(reading, deadlineMs);
  if (!facts) throw wrongKey(gateway, call);
  const { key } = facts;
  call.key = key;
  judgeKey(key, gateway.settings);

  const prepared = prepare(key, facts, need);
  const reservation = prepared instanceof GatewayError ? null : prepared.reservation;
  if (!gateway.instance.isLive) throw unavailable();
  const admission = await inTime(
    acquire(gateway.door.sql, {
      instanceId: gateway.instance.id,
      workspaceId: key.workspaceId,
      rateLimit: key.rateLimit,
      hold: reservation && holdOf(call, key, reservation),
    }),
    deadlineMs,
  );
  if (admission.verdict === "no_lease") throw unavailable();
  Object.assign(call.headers, rateHeaders(admission.rate, admission.now));
  if (prepared instanceof GatewayError && !isBodyProblem(prepared)) throw prepared;
  if (admission.verdict === "rate") throw rateExceeded(admission.rate, admission.now);
  if (prepared instanceof GatewayError) throw prepared;
  if (admission.verdict === "balance") {
    throw balanceTooLow(gateway, admission.availableNanos, reservation);
  }
  if (reservation) {
    call.hold = {
      model: reservation.model.id,
      stream: reservation.stream,
      amountNanos: priceOf(reservation),
      price: reservation.price,
    };
  }
  return { key, value: prepared.value };
}

export function admissionDeadline(): number {
  return performance.now() + admissionTimeoutMs;
}

/** Waits for the database as long as a caller may be kept waiting, then answers for it. */
export async function inTime<T>(query: Promise<T>, deadlineMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable()), deadlineMs - performance.now());
  });
  try {
    return await Promise.race([query, timeout]);
  } finally {
    clearTimeout(timer);
    // A late rejection of the loser has nobody else to go to.
    query.catch(() => undefined);
  }
}

export function unavailable(): GatewayError {
  return new GatewayError("unavailable", {
    headers: { "retry-after": "1" },
    details: { retry_after: 1 },
  });
}

/** The answer to a key that isn't one, or to a caller who tried too many of them. */
export function wrongKey(gateway: Gateway, call: Call): GatewayError {
  const waitSeconds = gateway.wrongKeys.count(call.address, performance.now());
  if (waitSeconds === null) return new GatewayError("invalid_key");
  return new GatewayError("rate", {
    headers: { "retry-after": String(waitSeconds) },
    details: { limit: 30, window: 60, retry_after: waitSeconds },
  });
}

function judgeKey(key: KeyFacts, settings: GatewaySettings): void {
  if (key.revokedAt || key.secretRetired) {
    throw new GatewayError("revoked_key", {
      details: {
        key_id: key.keyId,
        reason: "revoked",
        revoked_at: key.revokedAt?.toISOString() ?? null,
      },
    });
  }
  if (key.expiresAt && key.expiresAt <= key.now) {
    throw new GatewayError("expired_key", {
      details: { expired_at: key.expiresAt.toISOString() },
    });
  }
  if (key.environment === "test" && settings.testKeys === "reject") {
    throw new GatewayError("wrong_env", {
      details: { key_environment: "test", required: "live" },
    });
  }
}

function prepare<T>(
  key: KeyFacts,
  facts: Facts,
  need: Need<T>,
): { value: T; reservation: Reservation | null } | GatewayError {
  try {
    if (key.suspended) throw new GatewayError("suspended");
    if (!key.scopes.has(need.scope) && !key.scopes.has("admin")) {
      throw new GatewayError("scope", {
        headers: {
          "www-authenticate": `Bearer realm="api", error="insufficient_scope", scope="${need.scope}"`,
        },
        details: { required: [need.scope], granted: [...key.scopes].sort() },
      });
    }
    return need.prepare(facts);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

/** A broken body ranks below the rate: an exhausted hour is the more useful answer. */
function isBodyProblem(error: GatewayError): boolean {
  return ["json", "param", "missing_param", "context", "bad_request"].includes(error.failure);
}

function priceOf(reservation: Reservation): bigint {
  return priceTokens(
    {
      inputTokens: reservation.inputTokens,
      outputTokens: reservation.outputTokensMax * reservation.choices,
    },
    reservation.price,
  );
}

function holdOf(call: Call, key: KeyFacts, reservation: Reservation): HoldRequest {
  return {
    requestId: call.id,
    keyId: key.keyId,
    secretId: key.secretId,
    model: reservation.model.id,
    method: call.method,
    path: call.route,
    stream: reservation.stream,
    address: call.address,
    userAgent: call.userAgent,
    inputNanosPerMtok: reservation.price.inputNanosPerMtok,
    outputNanosPerMtok: reservation.price.outputNanosPerMtok,
    amountNanos: priceOf(reservation),
  };
}

function secondsUntil(at: Date, now: Date): number {
  return Math.max(1, Math.ceil((at.getTime() - now.getTime()) / 1000));
}

/** `X-RateLimit-*` as the seeds name them, and the IETF draft's `RateLimit` fields. */
function rateHeaders(rate: RateState, now: Date): Record<string, string> {
  if (rate.limit === null) return {};
  const remaining = Math.max(0, rate.limit - rate.used);
  return {
    "x-ratelimit-limit": String(rate.limit),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String(Math.ceil(rate.freeAt.getTime() / 1000)),
    "ratelimit-policy": `"hour";q=${rate.limit};w=3600`,
    ratelimit: `"hour";r=${remaining};t=${secondsUntil(rate.freeAt, now)}`,
  };
}

function rateExceeded(rate: RateState, now: Date): GatewayError {
  const retryAfter = secondsUntil(rate.freeAt, now);
  return new GatewayError("rate", {
    headers: { "retry-after": String(retryAfter), "x-limit-source": "plan_hour" },
    details: { limit: rate.limit, window: 3_600, retry_after: retryAfter },
  });
}

function balanceTooLow(
  gateway: Gateway,
  availableNanos: bigint,
  reservation: Reservation | null,
): GatewayError {
  const headers: Record<string, string> = { "x-limit-source": "balance" };
  const details: Record<string, unknown> = {
    balance: nanosToDecimal(availableNanos),
    required: nanosToDecimal(reservation ? priceOf(reservation) : 0n),
    currency: "USD",
    top_up_url: gateway.settings.topUpUrl,
  };
  if (reservation) {
    const tokens = affordableOutputTokens(
      availableNanos,
      reservation.inputTokens,
      reservation.choices,
      reservation.price,
    );
    // The quoted body stays exact, so the way out is told beside it.
    if (tokens > 0) {
      headers["x-affordable-max-tokens"] = String(tokens);
      details.affordable_max_tokens = tokens;
    }
  }
  return new GatewayError("balance", { headers, details });
}
