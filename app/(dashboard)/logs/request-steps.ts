import type { Step } from "@/app/(dashboard)/logs/request-detail";
import { formatUsdExact } from "@/lib/money";
import type { LoggedRequest } from "@/lib/usage/request-detail-queries";

/*
 * A request's way: key → limits → upstream → settled. Which checks it passed follows from the one that
 * refused it, because their order is documented.
 */

const keyChecks = [
  "revoked_key",
  "expired_key",
  "wrong_env",
  "suspended",
  "ip_forbidden",
  "scope",
  "model404",
  "model_forbidden",
];
const limitChecks = ["rate", "concurrency", "quota", "balance"];

/** Routes whose answers come from a model; all others are answered by us. */
function hasUpstream({ path, model }: LoggedRequest): boolean {
  return model !== "" || /^\/v1\/(chat\/completions|messages|embeddings|generate)$/.test(path);
}

function step(name: string, state: Step["state"], text: string, atMs: number | null = null): Step {
  return { name, state, text, atMs };
}

type RefusedAt = "key" | "limits" | "request" | null;

function refusedAt({ outcome, errorCode }: LoggedRequest): RefusedAt {
  if (outcome !== "refused") return null;
  if (errorCode !== null && keyChecks.includes(errorCode)) return "key";
  if (errorCode !== null && limitChecks.includes(errorCode)) return "limits";
  return "request";
}

function keyStep({ last4, key }: LoggedRequest, at: RefusedAt): Step {
  const secret = last4 ? `The secret ending in ${last4}` : "The secret";
  if (at === "key") return step("Key", "failed", "Known, but not allowed to do this.");
  return step(
    "Key",
    "done",
    `${secret} was accepted${key?.environment === "test" ? " (test)" : ""}.`,
  );
}

function limitStep({ heldNanos }: LoggedRequest, at: RefusedAt): Step {
  if (at === "key") return step("Limits", "skipped", "Not reached.");
  if (at === "limits") return step("Limits", "failed", "A limit didn’t have room for it.");
  if (at === "request") return step("Limits", "done", "Counted against the hour.");
  return step(
    "Limits",
    "done",
    heldNanos > 0n
      ? `There was room; ${formatUsdExact(heldNanos)} was set aside.`
      : "There was room; nothing had to be set aside.",
  );
}

function firstByteText(request: LoggedRequest): string {
  return request.stream ? "The first bytes were sent." : "It answered.";
}

function upstreamStep(request: LoggedRequest, at: RefusedAt): Step {
  const name = hasUpstream(request) ? "Upstream" : "Answer";
  const { outcome, firstByteMs, latencyMs, status } = request;
  if (at === "key" || at === "limits") return step(name, "skipped", "Not reached.");
  if (at === "request") {
    return hasUpstream(request)
      ? step(name, "skipped", "Not reached: the request itself was refused.")
      : step(name, "failed", "The request itself was refused.");
  }
  switch (outcome) {
    case "failed":
      return step(name, "failed", "No answer could be given.", latencyMs);
    case "upstream_error":
      return step(name, "failed", "It broke off on the way.", firstByteMs);
    case "cancelled":
      return step(name, "ended", "The client left before anything was sent.", latencyMs);
    case "client_gone":
      return step(name, "ended", "The client left before the end.", firstByteMs);
    case "revoked":
      return step(
        name,
        "ended",
        "The key or the account was stopped while it answered.",
        firstByteMs,
      );
    case "shutdown":
      return step(name, "ended", "The gateway ended it while it answered.", firstByteMs);
    case "recovered":
      return step(name, "ended", "The gateway that had it was gone; what was sent counts.");
    default:
      return step(
        name,
        "done",
        hasUpstream(request) ? firstByteText(request) : `Answered with ${status}.`,
        firstByteMs,
      );
  }
}

function settledStep(request: LoggedRequest, at: RefusedAt): Step {
  const { costNanos, latencyMs, late, key } = request;
  const when = late ? " later, because the database was away" : "";
  if (costNanos > 0n) {
    return step("Settled", "done", `${formatUsdExact(costNanos)} was charged${when}.`, latencyMs);
  }
  const isTest = key?.environment === "test" && at === null;
  const text = isTest ? "Test keys are free" : at ? "Refused requests are free" : "It was free";
  return step("Settled", "done", `${text}; it was logged${when}.`, latencyMs);
}

/** The steps of a request with what is known of each. */
export function stepsOf(request: LoggedRequest): Step[] {
  const at = refusedAt(request);
  return [
    keyStep(request, at),
    ...(at === "request" && hasUpstream(request)
      ? [step("Request", "failed", "Its form or content was refused.")]
      : []),
    limitStep(request, at),
    upstreamStep(request, at),
    settledStep(request, at),
  ];
}
