import { seriesColor } from "@/app/(dashboard)/usage/series-color";
import { nanosPerUsd } from "@/lib/money";
import { bucketName, bucketTick } from "@/lib/usage/buckets";
import { axisText, exactMetricText } from "@/lib/usage/figures";
import { axisTicks } from "@/lib/usage/scale";
import type { UsageAnswer, UsageMetric } from "@/lib/usage/schema";

/** One coloured part of a bar; all measures are per cent of the plot. */
export interface Segment {
  id: string;
  label: string;
  color: string;
  bottom: number;
  height: number;
  text: string;
}

export interface Bar {
  tick: string;
  name: string;
  isPartial: boolean;
  /** From the bottom up. */
  segments: Segment[];
  totalText: string;
  /** Left edge and width of the bar; the middle is where its label stands. */
  left: number;
  middle: number;
}

export interface ChartModel {
  bars: Bar[];
  barWidth: number;
  ticks: Array<{ text: string; bottom: number }>;
  isEmpty: boolean;
}

/** A lone bar as wide as the plot would look like a wall. */
const barWidthMax = 6;
const barShare = 0.64;

/** Turns exact figures into per cents of a plot; only here do they become floating-point numbers. */
export function chartModel(
  answer: UsageAnswer,
  metric: UsageMetric,
  hidden: ReadonlySet<string>,
): ChartModel {
  const shown = answer.series.flatMap((series, index) =>
    hidden.has(series.label) ? [] : [{ series, index }],
  );
  const valuesOf = (values: string[]) => shown.map(({ index }) => BigInt(values[index] ?? "0"));
  const sums = answer.buckets.map(({ values }) =>
    valuesOf(values).reduce((sum, value) => sum + value, 0n),
  );
  const largest = sums.reduce((max, sum) => (sum > max ? sum : max), 0n);
  // With nothing spent the axis ends at a dollar: steps of parts of a nano-dollar all read as zero.
  const scaled = largest === 0n && metric === "cost" ? nanosPerUsd : largest;
  const ticks = axisTicks(Number(scaled), metric !== "cost");
  const top = ticks.at(-1) ?? 1;
  const step = ticks[1] ?? top;
  const slot = 100 / answer.buckets.length;
  const barWidth = Math.min(barWidthMax, slot * barShare);

  const bars = answer.buckets.map((bucket, place): Bar => {
    const start = new Date(bucket.start);
    const middle = slot * (place + 0.5);
    let bottom = 0;
    const segments = valuesOf(bucket.values).flatMap((value, order): Segment[] => {
      const entry = shown[order];
      if (!entry || value === 0n) return [];
      const height = (Number(value) / top) * 100;
      const segment = {
        id: entry.series.id || entry.series.label,
        label: entry.series.label,
        color: seriesColor(entry.series, entry.index),
        bottom,
        height,
        text: exactMetricText(value, metric),
      };
      bottom += height;
      return [segment];
    });
    return {
      tick: bucketTick(start, answer.step),
      name: bucketName(start, answer.step),
      isPartial: bucket.isPartial,
      segments,
      totalText: exactMetricText(sums[place] ?? 0n, metric),
      left: middle - barWidth / 2,
      middle,
    };
  });
  return {
    bars,
    barWidth,
    ticks: ticks.map((value) => ({
      text: axisText(value, step, metric),
      bottom: (value / top) * 100,
    })),
    isEmpty: largest === 0n,
  };
}
