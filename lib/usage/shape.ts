import type { UsagePlan } from "@/lib/usage/buckets";
import { metricOf } from "@/lib/usage/figures";
import type { UsageAnswer, UsageMetric, UsageSeries, UsageTotals } from "@/lib/usage/schema";

export interface Sums {
  costNanos: bigint;
  requests: bigint;
  inputTokens: bigint;
  outputTokens: bigint;
  errors: bigint;
}

/** Sums of one group in one bucket; the period before has the bucket null, "other" the group. */
export interface UsageRow extends Sums {
  bucket: Date | null;
  groupId: string | null;
  /** Rank of the group by the metric, from 1. */
  place: number;
}

const nothing: Sums = {
  costNanos: 0n,
  requests: 0n,
  inputTokens: 0n,
  outputTokens: 0n,
  errors: 0n,
};

function addSums(a: Sums, b: Sums): Sums {
  return {
    costNanos: a.costNanos + b.costNanos,
    requests: a.requests + b.requests,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    errors: a.errors + b.errors,
  };
}

function sumUp(rows: readonly Sums[]): UsageTotals {
  const sums = rows.reduce(addSums, nothing);
  return {
    costNanos: sums.costNanos.toString(),
    requests: sums.requests.toString(),
    inputTokens: sums.inputTokens.toString(),
    outputTokens: sums.outputTokens.toString(),
    errors: sums.errors.toString(),
  };
}

/** The group's rows of the current period, largest group first and "other" last. */
function groupRows(rows: readonly UsageRow[]): UsageRow[][] {
  const groups = new Map<string | null, UsageRow[]>();
  for (const row of rows) {
    const group = groups.get(row.groupId);
    if (group) group.push(row);
    else groups.set(row.groupId, [row]);
  }
  const placeOf = (group: UsageRow[]) =>
    group[0]?.groupId === null ? Number.POSITIVE_INFINITY : Math.min(...group.map((r) => r.place));
  return [...groups.values()].sort((a, b) => placeOf(a) - placeOf(b));
}

/** Lays rows out over the planned buckets, so that each is there and nothing is counted twice. */
export function shapeUsage(input: {
  plan: UsagePlan;
  rows: readonly UsageRow[];
  metric: UsageMetric;
  hasUsage: boolean;
  labelOf: (groupId: string) => string;
}): UsageAnswer {
  const { plan, rows, metric, hasUsage, labelOf } = input;
  const current = rows.filter((row) => row.bucket !== null);
  const groups = groupRows(current);
  const series: UsageSeries[] = groups.map((group) => {
    const groupId = group[0]?.groupId ?? null;
    return {
      id: groupId ?? "",
      label: groupId === null ? "other" : labelOf(groupId),
      isOther: groupId === null,
      totals: sumUp(group),
    };
  });
  const values = groups.map(
    (group) => new Map(group.map((row) => [row.bucket?.getTime(), metricOf(sumUp([row]), metric)])),
  );
  return {
    step: plan.step,
    from: plan.from.toISOString(),
    until: plan.until.toISOString(),
    hasUsage,
    buckets: plan.buckets.map(({ start, isPartial }) => ({
      start: start.toISOString(),
      isPartial,
      values: values.map((group) => (group.get(start.getTime()) ?? 0n).toString()),
    })),
    series,
    totals: sumUp(current),
    previous: sumUp(rows.filter((row) => row.bucket === null)),
  };
}
