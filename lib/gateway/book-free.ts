import { type Call, type Gateway, settleCall } from "@/lib/gateway/call";
import { log } from "@/lib/log";

/** Books a call that costs nothing, without making its caller wait for it. */
export function bookFree(gateway: Gateway, call: Call, status: number): void {
  settleCall(gateway, call, {
    status,
    outcome: "ok",
    inputTokens: 0,
    outputTokens: 0,
    costNanos: 0n,
  }).catch((error: unknown) => log.error({ err: error, requestId: call.id }, "call not logged"));
}
