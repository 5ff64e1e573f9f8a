import { dayMs } from "@/lib/time";

export interface Spending {
  /** Charged since `sinceMs` ago. */
  costNanos: bigint;
  /** How long that took, at most the days looked at. */
  sinceMs: number;
}

/** Three days are enough to notice and to pay. */
const lowDays = 3;

/** A first hour of use isn't a habit yet: less than a day is read as a day. */
function daysLeft(balanceNanos: bigint, spending: Spending): number | null {
  if (spending.costNanos <= 0n) return null;
  const sinceMs = BigInt(Math.round(Math.max(spending.sinceMs, dayMs)));
  return Number((balanceNanos * sinceMs) / spending.costNanos) / dayMs;
}

/** How long the balance lasts, in words: "about 12 days at this rate". Null while nothing is spent. */
export function runwayText(balanceNanos: bigint, spending: Spending): string | null {
  if (balanceNanos <= 0n) return "used up; requests are refused";
  const days = daysLeft(balanceNanos, spending);
  if (days === null) return null;
  if (days < 1) return "less than a day at this rate";
  if (days > 365) return "more than a year at this rate";
  const whole = Math.round(days);
  return `about ${whole} ${whole === 1 ? "day" : "days"} at this rate`;
}

/** Amber where the balance ends within three days, red where it has ended. */
export function balanceTone(balanceNanos: bigint, spending: Spending): "neutral" | "amber" | "red" {
  if (balanceNanos <= 0n) return "red";
  const days = daysLeft(balanceNanos, spending);
  return days !== null && days < lowDays ? "amber" : "neutral";
}
