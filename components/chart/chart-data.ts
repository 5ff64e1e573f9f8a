/** A figure to draw, and the words for it, which are exact where the drawing can't be. */
export interface ChartMark {
  amount: number;
  text: string;
}

export interface ChartSeries {
  id: string;
  label: string;
  /** A CSS colour. */
  color: string;
}

export interface ChartBucket {
  id: string;
  /** Under the axis, and in full. */
  tick: string;
  name: string;
  /** It is still filling. */
  isPartial: boolean;
  /** Of each series, in their order; null where there is none. */
  marks: ReadonlyArray<ChartMark | null>;
  /** All series together, where they can be added up. */
  totalText: string | null;
  /** The same part of the period before. */
  before: (ChartMark & { name: string }) | null;
}

export interface ChartData {
  /** Stacked bars for what adds up, lines for what doesn't. */
  kind: "bars" | "lines";
  /** How long a bucket is. */
  step: "hour" | "day";
  series: readonly ChartSeries[];
  buckets: readonly ChartBucket[];
  /** From zero up; the last is the top of the plot. */
  ticks: readonly ChartMark[];
}

/** The middle of a bucket in per cent of the plot's width. */
export function middleOf(place: number, count: number): number {
  return (100 / count) * (place + 0.5);
}

/** The top of the axis, never zero. */
export function topOf(data: Pick<ChartData, "ticks">): number {
  return data.ticks.at(-1)?.amount || 1;
}
