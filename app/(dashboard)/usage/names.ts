import type { Percentile } from "@/app/(dashboard)/usage/page-query";
import { seriesColor } from "@/components/chart/swatch";
import { countText } from "@/lib/count-text";
import type { UsageFilter, UsageGroup, UsageMetric, UsageSeries } from "@/lib/usage/schema";

export const metricNames: Record<UsageMetric, string> = {
  cost: "Cost",
  requests: "Requests",
  tokens: "Tokens",
  errors: "Errors",
  latency: "Latency",
};

export const groupNames: Record<UsageGroup, string> = {
  none: "All",
  key: "Key",
  model: "Model",
  endpoint: "Endpoint",
  status: "Status",
};

export const filterNames: Record<UsageFilter, string> = {
  key: "Key",
  model: "Model",
  endpoint: "Endpoint",
  status: "Status",
};

export const percentileNames: Record<Percentile, string> = { p50: "p50", p95: "p95" };

/** What a series is called in the address; no id of a group begins with a tilde. */
export function seriesKey({ id, isOther }: Pick<UsageSeries, "id" | "isOther">): string {
  return isOther ? "~other" : id || "~none";
}

/** "other (494)": the sum of what isn't named says how many it gathers. */
export function seriesName({ label, isOther, groups }: UsageSeries): string {
  return isOther ? `${label} (${countText(groups)})` : label;
}

/** The series with their colours, in their order. */
export function colored(
  series: readonly UsageSeries[],
): Array<{ key: string; name: string; color: string; series: UsageSeries; index: number }> {
  return series.map((one, index) => ({
    key: seriesKey(one),
    name: seriesName(one),
    color: seriesColor(one, index),
    series: one,
    index,
  }));
}
