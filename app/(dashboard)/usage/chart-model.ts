import { colored, percentileNames } from "@/app/(dashboard)/usage/names";
import type { Percentile } from "@/app/(dashboard)/usage/page-query";
import type { ChartBucket, ChartData, ChartMark, ChartSeries } from "@/components/chart/chart-data";
import { axisTicks } from "@/components/chart/scale";
import { countText } from "@/lib/count-text";
import { nanosPerUsd } from "@/lib/money";
import { axisText, columnUsdText, decimalsNeeded } from "@/lib/usage/figures";
import { latencyText } from "@/lib/usage/latency";
import type { CountedMetric, Latency, UsageAnswer, UsageBucket } from "@/lib/usage/schema";

export interface ChartChoice {
  percentile: Percentile;
  /** Keys of the series that are left out. */
  hidden: readonly string[];
  /** Draws the period before as well. */
  compare: boolean;
}

/** A series of the chart, with its place among the values of each bucket. */
interface Shown extends ChartSeries {
  index: number;
}

/**
 * The series that a chart of this answer can have. Latency that isn't split shows both of its
 * percentiles; what has nothing of a metric isn't in its bars.
 */
export function chartSeries(answer: UsageAnswer): Shown[] {
  const { metric } = answer;
  if (metric === "latency" && answer.group === "none") {
    return [
      { id: "p95", label: percentileNames.p95, color: "var(--s1)", index: 0 },
      { id: "p50", label: percentileNames.p50, color: "var(--s3)", index: 0 },
    ];
  }
  return colored(answer.series).flatMap(({ key, name, color, series, index }) => {
    const hasSome =
      metric === "latency"
        ? series.latency !== null
        : answer.buckets.some(({ values }) => (values[index] ?? "0") !== "0");
    return hasSome ? [{ id: key, label: name, color, index }] : [];
  });
}

/** Turns exact figures into what is drawn; only here do they become floating-point numbers. */
export function chartModel(answer: UsageAnswer, choice: ChartChoice): ChartData {
  const all = chartSeries(answer);
  const shown = all.filter(({ id }) => !choice.hidden.includes(id));
  // The period before is known as a whole: beside a part of this one it would compare nothing.
  const compare = choice.compare && shown.length === all.length;
  return answer.metric === "latency"
    ? latencyChart(answer, shown, choice.percentile, compare)
    : countedChart(answer, shown, answer.metric, compare);
}

function countedChart(
  answer: UsageAnswer,
  series: Shown[],
  metric: CountedMetric,
  compare: boolean,
): ChartData {
  const sums: bigint[] = [];
  const buckets = answer.buckets.map((bucket): ChartBucket => {
    const values = series.map(({ index }) => BigInt(bucket.values[index] ?? "0"));
    const sum = values.reduce((total, value) => total + value, 0n);
    const before = compare ? bucket.before : null;
    const was = BigInt(before?.value ?? "0");
    sums.push(sum, was);
    const textOf = columnText([...values, sum, was], metric);
    const markOf = (value: bigint): ChartMark => ({ amount: Number(value), text: textOf(value) });
    return {
      ...frameOf(bucket),
      marks: values.map(markOf),
      totalText: textOf(sum),
      before: before ? { ...markOf(was), name: before.name } : null,
    };
  });
  const largest = sums.reduce((max, sum) => (sum > max ? sum : max), 0n);
  // With nothing spent the axis ends at a dollar: steps of parts of a nano-dollar all read as zero.
  const scaled = largest === 0n && metric === "cost" ? nanosPerUsd : largest;
  const ticks = axisTicks(Number(scaled), metric !== "cost");
  const step = ticks[1] ?? 1;
  return {
    kind: "bars",
    step: answer.step,
    series,
    buckets,
    ticks: ticks.map((amount) => ({ amount, text: axisText(amount, step, metric) })),
  };
}

/** Words for figures that stand below each other: exact, and their points in one line. */
function columnText(values: readonly bigint[], metric: CountedMetric): (value: bigint) => string {
  if (metric !== "cost") return countText;
  const decimals = decimalsNeeded(values);
  return (value) => columnUsdText(value, decimals);
}

function latencyChart(
  answer: UsageAnswer,
  series: Shown[],
  percentile: Percentile,
  compare: boolean,
): ChartData {
  const markOf = (latency: Latency | null | undefined, which: Percentile): ChartMark | null => {
    if (!latency) return null;
    const ms = which === "p50" ? latency.p50Ms : latency.p95Ms;
    return { amount: ms, text: latencyText(ms) };
  };
  const whole = answer.group === "none";
  const compared = whole ? "p95" : percentile;
  const buckets = answer.buckets.map((bucket): ChartBucket => {
    const before = compare ? markOf(bucket.before?.latency, compared) : null;
    return {
      ...frameOf(bucket),
      marks: series.map(({ id, index }) =>
        whole
          ? markOf(bucket.latency, id === "p50" ? "p50" : "p95")
          : markOf(bucket.latencies[index], percentile),
      ),
      totalText: null,
      before:
        before && bucket.before
          ? { ...before, name: `${bucket.before.name}, ${percentileNames[compared]}` }
          : null,
    };
  });
  const largest = Math.max(
    0,
    ...buckets.flatMap(({ marks, before }) => [...marks, before].map((mark) => mark?.amount ?? 0)),
  );
  const ticks = axisTicks(largest === 0 ? 1_000 : largest, true);
  return {
    kind: "lines",
    step: answer.step,
    series,
    buckets,
    ticks: ticks.map((amount) => ({ amount, text: latencyTick(amount) })),
  };
}

function latencyTick(ms: number): string {
  if (ms === 0) return "0";
  return ms < 1_000 ? `${ms} ms` : `${Number((ms / 1_000).toFixed(2))} s`;
}

function frameOf({ start, tick, name, isPartial }: UsageBucket) {
  return { id: start, tick, name, isPartial };
}
