import { isCardExpired, type PauseReason } from "@/lib/billing/profile-schema";
import { topUpCentsMax, topUpCentsMin } from "@/lib/billing/schema";
import { nanosPerCent } from "@/lib/money";
import { addMs, hourMs } from "@/lib/time";

/** What the decision rests on, all of one moment. */
export interface AutoTopUpFacts {
  isOn: boolean;
  thresholdCents: number;
  restoreCents: number;
  monthlyLimitCents: number;
  pausedReason: PauseReason | null;
  /** After a decline, not before this. */
  retryAt: Date | null;
  card: { expiryMonth: number | null; expiryYear: number | null } | null;
  /** What was credited less what was charged. What is set aside for open requests still belongs to it. */
  balanceNanos: bigint;
  /** An auto top-up is pending or waits for the cardholder. */
  hasOpen: boolean;
  /** By auto top-ups of this calendar month (UTC) that succeeded or are open. */
  chargedThisMonthCents: number;
}

export type AutoTopUpDecision =
  | { act: "none" }
  | { act: "charge"; amountCents: number }
  | { act: "pause"; reason: "card_expired" | "monthly_limit" };

const none: AutoTopUpDecision = { act: "none" };

/**
 * Whether a saved card is charged now, and with how much. A pause for the monthly limit ends by itself
 * as soon as the limit leaves room again, with the new month or with a higher limit; every other pause
 * is ended by the customer.
 */
export function decideAutoTopUp(facts: AutoTopUpFacts, now: Date): AutoTopUpDecision {
  if (!facts.isOn || !facts.card || facts.hasOpen) return none;
  if (facts.pausedReason !== null && facts.pausedReason !== "monthly_limit") return none;
  if (facts.retryAt && now < facts.retryAt) return none;
  if (facts.balanceNanos >= BigInt(facts.thresholdCents) * nanosPerCent) return none;
  if (isCardExpired(facts.card, now)) return { act: "pause", reason: "card_expired" };

  const leftCents = facts.monthlyLimitCents - facts.chargedThisMonthCents;
  if (leftCents < topUpCentsMin) {
    return facts.pausedReason === null ? { act: "pause", reason: "monthly_limit" } : none;
  }
  return { act: "charge", amountCents: Math.min(amountToRestore(facts), leftCents) };
}

/** What is missing, in whole cents rounded up, within what one payment may be. */
function amountToRestore(facts: AutoTopUpFacts): number {
  const missingNanos = BigInt(facts.restoreCents) * nanosPerCent - facts.balanceNanos;
  const missingCents = Number((missingNanos + nanosPerCent - 1n) / nanosPerCent);
  return Math.min(Math.max(missingCents, topUpCentsMin), topUpCentsMax);
}

/** Declines in a row after which the card is left alone until the customer resumes. */
export const failuresMax = 3;

const retryDelaysMs = [hourMs, 6 * hourMs];

/** What a decline leaves behind: the count, and until when no other charge is tried. */
export function noteDecline(
  failuresBefore: number,
  now: Date,
): { failures: number; retryAt: Date | null; pausedReason: "declined" | null } {
  const failures = failuresBefore + 1;
  if (failures >= failuresMax) return { failures, retryAt: null, pausedReason: "declined" };
  return {
    failures,
    retryAt: addMs(now, retryDelaysMs[failures - 1] ?? hourMs),
    pausedReason: null,
  };
}
