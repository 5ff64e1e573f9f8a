import type { EndReason } from "@/lib/budgets/open-holds";
import { unavailable } from "@/lib/gateway/admission";
import { type Call, type Gateway, settleCall } from "@/lib/gateway/call";
import { failedEnd, interruption } from "@/lib/gateway/streamed-answer";
import { type Price, priceTokens, type TokenUsage } from "@/lib/models/price";
import { nanosToDecimal } from "@/lib/money";

/**
 * Runs the work behind an answer that isn't streamed and settles it: the work is told to stop when the
 * key is revoked or the gateway goes, a failure is free, and the answer is given back only when it is
 * paid for. Beside it the headers that tell its cost.
 */
export async function runWhole<T extends TokenUsage>(
  gateway: Gateway,
  call: Call,
  price: Price,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<{ answer: T; headers: Record<string, string> }> {
  const abort = new AbortController();
  let endedBy: EndReason | null = null;
  gateway.openHolds.add({
    requestId: call.id,
    openedAtMs: performance.now(),
    inputTokens: 0,
    outputTokens: 0,
    end(reason) {
      endedBy = reason;
      abort.abort();
    },
  });
  let answer: T;
  try {
    answer = await work(abort.signal);
  } catch (error) {
    const cause = endedBy ? interruption(endedBy) : error;
    await settleCall(gateway, call, failedEnd(cause));
    throw cause;
  }
  const isGone = call.request.socket.destroyed;
  const settlement = await settleCall(gateway, call, {
    status: isGone ? 499 : 200,
    outcome: isGone ? "client_gone" : "ok",
    inputTokens: answer.inputTokens,
    outputTokens: answer.outputTokens,
    costNanos: priceTokens(answer, price),
    firstByteMs: Math.round(performance.now() - call.startedAtMs),
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
