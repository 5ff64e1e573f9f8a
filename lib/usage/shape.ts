import { addMs, hourMs } from "@/lib/time";
import {
  bucketName,
  bucketTick,
  dayStartText,
  rangeName,
  type UsagePlan,
} from "@/lib/usage/buckets";
import { metricOf } from "@/lib/usage/figures";
import { addCounts, latencyOf } from "@/lib/usage/latency";
import type {
  Latency,
  UsageAnswer,
  UsageBucket,
  UsageLatencies,
  UsageMetric,
  UsageQuery,
  UsageSeries,
  UsageTotals,
} from "@/lib/usage/schema";
import { wallClock } from "@/lib/usage/zone";

export interface Sums {
  costNanos: bigint;
  requests: bigint;
  inputTokens: bigint;
  outputTokens: bigint;
  errors: bigint;
  /** Requests by latency, in the buckets of `latencyBoundsMs`. */
  latencyCounts: readonly number[];
}

/** Sums of one group in one bucket, which is told by its place in the plan, from 0. */
export interface UsageRow extends Sums {
  bucket: number;
  /** Null for all groups that aren't named. */
  groupId: string | null;
  /** Rank of the group by the metric, from 1; that of "other" is beyond them all. */
  place: number;
}

/** Sums of everything in one bucket of the period before. */
export interface PreviousRow extends Sums {
  bucket: number;
}

const nothing: Sums = {
  costNanos: 0n,
  requests: 0n,
  inputTokens: 0n,
  outputTokens: 0n,
  errors: 0n,
  latencyCounts: [],
};

function addSums(a: Sums, b: Sums): Sums {
  return {
    costNanos: a.costNanos + b.costNanos,
    requests: a.requests + b.requests,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    errors: a.errors + b.errors,
    latencyCounts: addCounts(a.latencyCounts, b.latencyCounts),
  };
}

function sumUp(rows: readonly Sums[]): Sums {
  return rows.reduce(addSums, nothing);
}

function totalsOf(sums: Sums): UsageTotals {
  return {
    costNanos: sums.costNanos.toString(),
    requests: sums.requests.toString(),
    inputTokens: sums.inputTokens.toString(),
    outputTokens: sums.outputTokens.toString(),
    errors: sums.errors.toString(),
  };
}

function latencyIn(sums: Sums | undefined): Latency | null {
  return sums ? latencyOf(sums.latencyCounts) : null;
}

/** What the bars are as high as; lines have figures of their own, which can't be added up. */
function valueIn(sums: Sums | undefined, metric: UsageMetric): string {
  if (!sums || metric === "latency") return "0";
  return metricOf(totalsOf(sums), metric).toString();
}

interface Group {
  id: string | null;
  rows: UsageRow[];
  byBucket: Map<number, UsageRow>;
}

/** The groups by their rank, "other" last. */
function groupRows(rows: readonly UsageRow[]): Group[] {
  const groups = new Map<number, Group>();
  for (const row of rows) {
    const group: Group = groups.get(row.place) ?? {
      id: row.groupId,
      rows: [],
      byBucket: new Map(),
    };
    groups.set(row.place, group);
    group.rows.push(row);
    group.byBucket.set(row.bucket, row);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
}

export interface ShapeInput {
  plan: UsagePlan;
  rows: readonly UsageRow[];
  previousRows: readonly PreviousRow[];
  /** How many groups there are, named or not. */
  groupCount: number;
  query: Pick<UsageQuery, "metric" | "group">;
  hasUsage: boolean;
  keyName: string | null;
  labelOf: (groupId: string) => string;
}

/** Lays rows out over the planned buckets, so that each is there and nothing is counted twice. */
export function shapeUsage(input: ShapeInput): UsageAnswer {
  const { plan, rows, previousRows, groupCount, query, hasUsage, keyName, labelOf } = input;
  const { metric, group } = query;
  const groups = groupRows(rows);
  const named = groups.filter(({ id }) => id !== null).length;
  const series = groups.map(({ id, rows: own }): UsageSeries => {
    const sums = sumUp(own);
    return {
      id: id ?? "",
      label: id === null ? "other" : labelOf(id),
      isOther: id === null,
      groups: id === null ? groupCount - named : 1,
      totals: totalsOf(sums),
      latency: latencyIn(sums),
    };
  });
  const all = sumUp(rows);
  const { step, zone, from, until } = plan;
  return {
    metric,
    group,
    step,
    zone,
    from: from.toISOString(),
    until: until.toISOString(),
    firstDay: wallClock(zone, from).day,
    lastDay: wallClock(zone, addMs(until, -hourMs)).day,
    name: rangeName(from, until, step, zone),
    dayStart: dayStartText(plan),
    hasUsage,
    keyName,
    buckets: shapeBuckets({ plan, groups, previousRows, metric }),
    series,
    totals: totalsOf(all),
    latency: latencyIn(all),
    previous: totalsOf(sumUp(previousRows)),
  };
}

function shapeBuckets(input: {
  plan: UsagePlan;
  groups: readonly Group[];
  previousRows: readonly PreviousRow[];
  metric: UsageMetric;
}): UsageBucket[] {
  const { plan, groups, previousRows, metric } = input;
  const { step, zone } = plan;
  const previous = new Map(previousRows.map((row) => [row.bucket, row]));
  const withOffset = step === "hour" && changesClock(plan);
  const isLatency = metric === "latency";
  return plan.buckets.map(({ start, isPartial }, place) => {
    const own = groups.map(({ byBucket }) => byBucket.get(place));
    const span = plan.previous[place];
    const before = previous.get(place);
    return {
      start: start.toISOString(),
      tick: bucketTick(start, step, zone),
      name: bucketName(start, step, zone, withOffset),
      isPartial,
      values: isLatency ? [] : own.map((sums) => valueIn(sums, metric)),
      latencies: isLatency ? own.map(latencyIn) : [],
      latency: isLatency ? latencyIn(sumUp(own.flatMap((sums) => sums ?? []))) : null,
      before: span
        ? {
            name: bucketName(span.start, step, zone),
            value: valueIn(before, metric),
            latency: isLatency ? latencyIn(before) : null,
          }
        : null,
    };
  });
}

/** Clocks are put forward or back between the first bucket and the last. */
function changesClock({ zone, buckets }: UsagePlan): boolean {
  const offsets = new Set(buckets.map(({ start }) => wallClock(zone, start).offsetMs));
  return offsets.size > 1;
}

/** The latencies of the whole range from rows that have histograms. */
export function shapeLatencies(rows: readonly UsageRow[]): UsageLatencies {
  return {
    all: latencyIn(sumUp(rows)),
    series: groupRows(rows).map(({ id, rows: own }) => ({
      id: id ?? "",
      isOther: id === null,
      latency: latencyIn(sumUp(own)),
    })),
  };
}
