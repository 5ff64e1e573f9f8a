import type { PlanView } from "@/lib/billing/queries";
import type { LimitState } from "@/lib/budgets/state";
import { countText } from "@/lib/count-text";

/** What the dialog says about one change of plan. */
export interface PlanChange {
  planId: string;
  planName: string;
  /** The limits that differ, as they are and as they would be. */
  differences: { label: string; from: string; to: string }[];
  /** Where more is used already than the other plan allows: requests are refused until it is less. */
  exceeded: string[];
}

const limits = [
  ["requestsPerHour", "Requests an hour", "hour"],
  ["requestsPerDay", "Requests a day", "day"],
  ["requestsPerMonth", "Requests a month", "month"],
  ["requestsTotal", "Requests in total", "total"],
] as const;

const valueText = (limit: number | null) => (limit === null ? "No limit" : countText(limit));

/** Compares two plans, and the other one with what is used at this moment. */
export function buildPlanChange(
  current: PlanView,
  wanted: PlanView,
  state: LimitState | null,
): PlanChange {
  const change: PlanChange = {
    planId: wanted.id,
    planName: wanted.name,
    differences: [],
    exceeded: [],
  };
  for (const [field, label, window] of limits) {
    const [from, to] = [current[field], wanted[field]];
    if (from === to) continue;
    change.differences.push({ label, from: valueText(from), to: valueText(to) });
    const used = state?.[window]?.used ?? 0;
    if (to !== null && used >= to) {
      change.exceeded.push(`${label}: ${countText(used)} are used already.`);
    }
  }
  const [from, to] = [current.concurrentStreams, wanted.concurrentStreams];
  if (from !== to) {
    change.differences.push({ label: "Open streams", from: valueText(from), to: valueText(to) });
  }
  return change;
}
