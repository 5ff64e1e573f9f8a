import type { EndedRequest, Outcome } from "@/lib/budgets/settlement";

interface Asked {
  requestId: string;
  workspaceId: string;
  keyId: string;
  stream: boolean;
}

/** The end of a request that had a hold. */
export function endOf(asked: Asked, costNanos: bigint, outcome: Outcome): EndedRequest {
  return {
    id: asked.requestId,
    at: null,
    held: true,
    workspaceId: asked.workspaceId,
    keyId: asked.keyId,
    secretId: null,
    method: "POST",
    path: "/v1/m",
    model: "m",
    stream: asked.stream,
    status: outcome === "cancelled" ? 499 : 200,
    outcome,
    errorCode: null,
    details: null,
    inputTokens: 1,
    outputTokens: 1,
    costNanos,
    latencyMs: 1,
    firstByteMs: null,
    address: "",
    userAgent: "",
    estimated: false,
  };
}
