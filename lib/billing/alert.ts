import { nanosPerCent } from "@/lib/money";

/** Below this, requests begin to be refused: the balance is as good as gone. */
export const depletedBelowNanos = 5n * nanosPerCent;

export interface AlertFacts {
  balanceNanos: bigint;
  /** Null where no alert is wanted. */
  alertCents: number | null;
  /** False from an alert until the balance has recovered. */
  isArmed: boolean;
}

export type AlertDecision = "low" | "depleted" | "rearm" | null;

/**
 * What a balance means for the low-balance alert. It goes off once, and is armed again only when the
 * balance has risen a fifth above the threshold, so that one that hovers around it is one mail. Of a
 * balance that is as good as gone the alert says so; one that got there after its alert is told of
 * once more.
 */
export function decideAlert(facts: AlertFacts): AlertDecision {
  if (facts.alertCents === null) return null;
  const thresholdNanos = BigInt(facts.alertCents) * nanosPerCent;
  if (!facts.isArmed && facts.balanceNanos * 5n >= thresholdNanos * 6n) return "rearm";
  if (facts.balanceNanos >= thresholdNanos) return null;
  if (facts.balanceNanos < depletedBelowNanos) return "depleted";
  return facts.isArmed ? "low" : null;
}
