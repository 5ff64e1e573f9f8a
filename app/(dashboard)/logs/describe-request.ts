import "server-only";
import { sentBody } from "@/app/(dashboard)/logs/error-body";
import { explainRefusal } from "@/app/(dashboard)/logs/refusal";
import { costOf } from "@/app/(dashboard)/logs/request-cost";
import type { Fact, RequestDetail } from "@/app/(dashboard)/logs/request-detail";
import { stepsOf } from "@/app/(dashboard)/logs/request-steps";
import { statusTitles } from "@/app/docs/failure-notes";
import { countText } from "@/lib/count-text";
import type { Role } from "@/lib/scope";
import type { LoggedRequest } from "@/lib/usage/request-detail-queries";

const outcomes: Record<LoggedRequest["outcome"], [string, RequestDetail["tone"]]> = {
  ok: ["Succeeded", "green"],
  refused: ["Refused", "amber"],
  failed: ["Failed", "red"],
  cancelled: ["Cancelled by the client", "neutral"],
  client_gone: ["Client left early", "neutral"],
  upstream_error: ["Broke off", "red"],
  recovered: ["Recovered", "amber"],
  revoked: ["Ended: key stopped", "amber"],
  shutdown: ["Ended: gateway stopped", "amber"],
};

const otherTitles: Record<number, string> = {
  200: "OK",
  201: "Created",
  204: "No content",
  304: "Not modified",
  499: "Client closed request",
  529: "Overloaded",
};

function factsOf(request: LoggedRequest): Fact[] {
  const { key, last4, model, stream, latencyMs, firstByteMs, address, userAgent } = request;
  const facts: Array<[string, string]> = [
    ["Environment", key ? (key.environment === "test" ? "Test" : "Live") : ""],
    ["Secret", last4 ? `…${last4}` : ""],
    ["Model", model],
    ["Answered as", model === "" ? "" : stream ? "a stream" : "one piece"],
    ["First byte", firstByteMs === null ? "" : `${countText(BigInt(firstByteMs))} ms`],
    ["Latency", `${countText(BigInt(latencyMs))} ms`],
    ["Address", address],
    ["User agent", userAgent],
  ];
  return facts.flatMap(([label, value]) => (value === "" ? [] : [{ label, value }]));
}

/** One request in the words of the page. What a role can't mend isn't offered, but told who can. */
export function describeRequest(request: LoggedRequest, role: Role): RequestDetail {
  const { id, at, method, path, status, keyId, key } = request;
  const [outcome, tone] = outcomes[request.outcome];
  return {
    ...{ id, method, path, status, keyId, outcome, tone },
    at: at.toISOString(),
    statusTitle: statusTitles[status] ?? otherTitles[status] ?? "",
    keyName: key?.name ?? `Deleted key …${keyId.slice(-4)}`,
    hasKey: key !== null,
    facts: factsOf(request),
    steps: stepsOf(request),
    refusal: explainRefusal(request, role),
    cost: costOf(request),
    body: sentBody(request),
  };
}
