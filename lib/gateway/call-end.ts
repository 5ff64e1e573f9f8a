import type { EndReason } from "@/lib/budgets/open-holds";
import { unavailable } from "@/lib/gateway/admission";
import type { Call } from "@/lib/gateway/call";
import { GatewayError } from "@/lib/gateway/errors";
import { type FailureName, failureDefinition } from "@/lib/gateway/failures";
import type { UsageFlag } from "@/lib/gateway/upstreams/usage";
import { log } from "@/lib/log";

/** What a call that was ended from our side is answered with. */
export const interruptions: Record<EndReason, FailureName> = {
  lost: "unavailable",
  revoked: "revoked_key",
  expired: "expired_key",
  suspended: "suspended",
  shutdown: "unavailable",
};

/** Why a call was ended from our side, in the registry's words. */
export function interruption(reason: EndReason): GatewayError {
  const failure = interruptions[reason];
  return failure === "unavailable" ? unavailable() : new GatewayError(failure);
}

/** The end of a call that failed before anything was delivered: free, and logged. */
export function failedEnd(error: unknown) {
  const failure = error instanceof GatewayError ? error.failure : "internal";
  return {
    status: failureDefinition(failure).status,
    outcome: "failed" as const,
    errorCode: failure,
    inputTokens: 0,
    outputTokens: 0,
    costNanos: 0n,
  };
}

/** How the log row tells that an upstream's usage wasn't taken as it came; somebody should hear of it. */
export function flagsEnd(call: Call, flags: UsageFlag[]) {
  if (flags.length === 0) return {};
  const facts = { requestId: call.id, model: call.hold?.model, flags };
  if (flags.includes("clamped")) log.error(facts, "an upstream claims more than can be");
  else log.warn(facts, "an upstream's usage isn't to be believed");
  return { estimated: true, details: { usage: flags } };
}
