import type { EndReason } from "@/lib/budgets/open-holds";
import { unavailable } from "@/lib/gateway/admission";
import { type Call, type CallEnd, type Gateway, settleCall } from "@/lib/gateway/call";
import { failedEnd, flagsEnd, interruption } from "@/lib/gateway/call-end";
import { GatewayError } from "@/lib/gateway/errors";
import { Stop } from "@/lib/gateway/stop";
import { BrokenAnswer } from "@/lib/gateway/upstreams/provider-failure";
import type { UsageFlag } from "@/lib/gateway/upstreams/usage";
import { type Price, priceTokens, type TokenUsage } from "@/lib/models/price";
import { nanosToDecimal } from "@/lib/money";

interface WholeAnswer extends TokenUsage {
  flags?: UsageFlag[];
}

/**
 * Runs the work behind an answer that isn't streamed and settles it: the work is told to stop when the
 * key is revoked or the gateway goes, or when the client does before anything was sent to an upstream; a
 * failure is free, and the answer is given back only when it is paid for. Beside it the headers that
 * tell its cost. What `countBroken` tells is charged where an upstream's answer broke off in the middle.
 */
export async function runWhole<T extends WholeAnswer>(
  gateway: Gateway,
  call: Call,
  price: Price,
  work: (stop: Stop, onSent: () => void) => Promise<T>,
  countBroken: () => TokenUsage,
): Promise<{ answer: T; headers: Record<string, string> }> {
  const stop = new Stop();
  let endedBy: EndReason | null = null;
  let isSent = false;
  let isCancelled = false;
  gateway.openHolds.add({
    requestId: call.id,
    openedAtMs: performance.now(),
    inputTokens: 0,
    outputTokens: 0,
    spending: call.spending,
    end(reason) {
      endedBy = reason;
      stop.ask();
    },
  });
  let hasLeft = false;
  const onClose = () => {
    // The server doesn't count it any more, but it isn't over.
    gateway.openCalls++;
    hasLeft = true;
    if (isSent) return;
    isCancelled = true;
    stop.ask();
  };
  call.response.once("close", onClose);
  const failed = (error: unknown): CallEnd => {
    if (isCancelled)
      return { ...failedEnd(null), status: 499, outcome: "cancelled", errorCode: null };
    if (!(error instanceof BrokenAnswer)) return failedEnd(error);
    const brokenUsage = countBroken();
    const costNanos = priceTokens(brokenUsage, price);
    const usage = { ...brokenUsage, costNanos, ...flagsEnd(call, ["missing"]) };
    return { ...failedEnd(error.error), outcome: "upstream_error", ...usage };
  };
  let answer: T;
  try {
    answer = await work(stop, () => {
      isSent = true;
    });
  } catch (error) {
    const cause = endedBy ? interruption(endedBy) : error;
    await settleCall(gateway, call, failed(cause));
    if (!(cause instanceof BrokenAnswer)) throw cause;
    throw new GatewayError(cause.error.failure, { ...cause.error.options, isCharged: true });
  } finally {
    call.response.off("close", onClose);
    if (hasLeft) gateway.openCalls--;
  }
  const isGone = call.request.socket.destroyed;
  const settlement = await settleCall(gateway, call, {
    status: isGone ? 499 : 200,
    outcome: isGone ? "client_gone" : "ok",
    inputTokens: answer.inputTokens,
    outputTokens: answer.outputTokens,
    costNanos: priceTokens(answer, price),
    firstByteMs: Math.round(performance.now() - call.startedAtMs),
    ...flagsEnd(call, answer.flags ?? []),
  });
  if (settlement.state === "lost") throw unavailable();
  return {
    answer,
    headers: {
      "x-request-cost": nanosToDecimal(settlement.costNanos),
      "x-balance-remaining": nanosToDecimal(settlement.balanceNanos),
    },
  };
}
