import type { Admission, Blocked, RateState } from "@/lib/budgets/acquire";
import type { GatewaySettings } from "@/lib/gateway/call";
import { GatewayError } from "@/lib/gateway/errors";
import type { KeyFacts, ModelFacts } from "@/lib/gateway/facts";
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

export function priceOf(reservation: Reservation): bigint {
  return priceTokens(
    {
      inputTokens: reservation.inputTokens,
      outputTokens: reservation.outputTokensMax * reservation.choices,
    },
    reservation.price,
  );
}

type Counted = Exclude<Admission, { verdict: "no_lease" }>;

function secondsUntil(at: Date, now: Date): number {
  return Math.max(1, Math.ceil((at.getTime() - now.getTime()) / 1000));
}

function remaining(rate: RateState | null): number {
  if (!rate || rate.limit === null) return Number.POSITIVE_INFINITY;
  return Math.max(0, rate.limit - rate.used);
}

/** Of the workspace's hour and the key's own, the one that is nearer to its end. */
function tighterRate(admission: Counted): { name: "hour" | "key-hour"; rate: RateState } {
  const { rate, keyRate } = admission;
  const isKeys = admission.verdict !== "rate" && remaining(keyRate) < remaining(rate);
  return keyRate && isKeys ? { name: "key-hour", rate: keyRate } : { name: "hour", rate };
}

/** `X-RateLimit-*` as most clients read them, and the IETF draft's `RateLimit` fields. */
export function rateHeaders(admission: Counted): Record<string, string> {
  const { name, rate } = tighterRate(admission);
  if (rate.limit === null) return {};
  const left = remaining(rate);
  return {
    "x-ratelimit-limit": String(rate.limit),
    "x-ratelimit-remaining": String(left),
    "x-ratelimit-reset": String(Math.ceil(rate.freeAt.getTime() / 1000)),
    "ratelimit-policy": `"${name}";q=${rate.limit};w=3600`,
    ratelimit: `"${name}";r=${left};t=${secondsUntil(rate.freeAt, admission.at)}`,
  };
}

function rateExceeded(rate: RateState, now: Date, source: "plan_hour" | "key_rate"): GatewayError {
  const retryAfter = secondsUntil(rate.freeAt, now);
  return new GatewayError("rate", {
    headers: { "retry-after": String(retryAfter), "x-limit-source": source },
    details: { limit: rate.limit, window: 3_600, retry_after: retryAfter },
    logged: { source, used: rate.used },
  });
}

/** The refusal of an hour that is full, null where there is room. It ranks before all other limits. */
export function rateRefusal(admission: Counted): GatewayError | null {
  const { verdict, rate, keyRate, at } = admission;
  if (verdict === "rate") return rateExceeded(rate, at, "plan_hour");
  if (verdict === "key_rate") return rateExceeded(keyRate ?? rate, at, "key_rate");
  return null;
}

/** The refusal of any other limit, null where the request was admitted. */
export function limitRefusal(
  admission: Counted,
  key: KeyFacts,
  reservation: Reservation | null,
  settings: GatewaySettings,
): GatewayError | null {
  switch (admission.verdict) {
    case "concurrency":
      return new GatewayError("concurrency", {
        headers: { "x-limit-source": "plan_streams" },
        details: { limit: key.limits.streams },
      });
    case "quota":
      return quotaExceeded(admission.blocked);
    case "cap":
      return capReached(admission.blocked, reservation);
    case "balance":
      return balanceTooLow(admission.availableNanos, reservation, settings);
    default:
      return rateRefusal(admission);
  }
}

function quotaExceeded({ interval, limit, used, resetsAt }: Blocked): GatewayError {
  const source = `plan_${interval}`;
  return new GatewayError("quota", {
    headers: { "x-limit-source": source },
    details: {
      period: interval,
      limit: Number(limit),
      used: Number(used),
      resets_at: resetsAt?.toISOString() ?? null,
    },
    logged: { source },
  });
}

function capReached(blocked: Blocked, reservation: Reservation | null): GatewayError {
  const { interval, limit, used, held, resetsAt } = blocked;
  const tokens = affordable(limit - used - held, reservation);
  return new GatewayError("quota", {
    headers: { "x-limit-source": "key_cap", ...affordableHeader(tokens) },
    details: {
      period: interval,
      limit: nanosToDecimal(limit),
      used: nanosToDecimal(used),
      resets_at: resetsAt?.toISOString() ?? null,
    },
    logged: {
      source: "key_cap",
      held: nanosToDecimal(held),
      required: nanosToDecimal(reservation ? priceOf(reservation) : 0n),
    },
  });
}

function balanceTooLow(
  availableNanos: bigint,
  reservation: Reservation | null,
  settings: GatewaySettings,
): GatewayError {
  const tokens = affordable(availableNanos, reservation);
  return new GatewayError("balance", {
    headers: { "x-limit-source": "balance", ...affordableHeader(tokens) },
    details: {
      balance: nanosToDecimal(availableNanos),
      required: nanosToDecimal(reservation ? priceOf(reservation) : 0n),
      currency: "USD",
      top_up_url: settings.topUpUrl,
      ...(tokens > 0 ? { affordable_max_tokens: tokens } : {}),
    },
  });
}

function affordable(availableNanos: bigint, reservation: Reservation | null): number {
  if (!reservation || availableNanos <= 0n) return 0;
  const { inputTokens, choices, price } = reservation;
  return affordableOutputTokens(availableNanos, inputTokens, choices, price);
}

/** The quoted bodies stay exact, so the way out is told beside them. */
function affordableHeader(tokens: number): Record<string, string> {
  return tokens > 0 ? { "x-affordable-max-tokens": String(tokens) } : {};
}
