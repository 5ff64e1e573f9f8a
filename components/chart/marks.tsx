import type { ReactNode } from "react";
import { type ChartBucket, type ChartData, middleOf, topOf } from "@/components/chart/chart-data";

/** A lone bar as wide as the plot would look like a wall. */
const barWidthMax = 6;
const barShare = 0.64;
const denseShare = 0.8;
/** A dash is a little longer than its bar is wide, so that it's seen on both sides. */
const dashShare = 1.35;
/** Hairlines between the parts would swallow bars that are thin themselves. */
const spacedBarsMax = 62;

export interface MarksProps {
  data: ChartData;
  /** The only series in full colour; the others step back. */
  emphasis: string | null;
}

function barWidthOf(count: number): number {
  return Math.min(barWidthMax, (100 / count) * barShare);
}

/** How far a series steps back behind the one that is pointed at. */
function faded(id: string, emphasis: string | null): number | undefined {
  return emphasis === null || emphasis === id ? undefined : 0.2;
}

/** Stacked bars: one rectangle a part, or one path a series where bars are many. */
export function Bars(props: MarksProps) {
  return props.data.buckets.length <= spacedBarsMax ? (
    <SpacedBars {...props} />
  ) : (
    <DenseBars {...props} />
  );
}

interface Part {
  id: string;
  color: string;
  bottom: number;
  height: number;
}

/** The parts of a bar from the bottom up, in per cent of the plot's height. */
function partsOf(data: ChartData, bucket: ChartBucket): Part[] {
  const top = topOf(data);
  let bottom = 0;
  return data.series.flatMap(({ id, color }, index) => {
    const height = ((bucket.marks[index]?.amount ?? 0) / top) * 100;
    if (height <= 0) return [];
    const part = { id, color, bottom, height };
    bottom += height;
    return [part];
  });
}

function SpacedBars({ data, emphasis }: MarksProps) {
  const count = data.buckets.length;
  const width = barWidthOf(count);
  return data.buckets.map((bucket, place) => (
    <g key={bucket.id} opacity={bucket.isPartial ? 0.55 : undefined}>
      {partsOf(data, bucket).map((part) => (
        <rect
          key={part.id}
          x={`${middleOf(place, count) - width / 2}%`}
          width={`${width}%`}
          y={`${100 - part.bottom - part.height}%`}
          height={`${part.height}%`}
          rx={1.5}
          fill={part.color}
          opacity={faded(part.id, emphasis)}
          strokeWidth={1}
          className="stroke-bg forced-colors:stroke-[Canvas]"
        />
      ))}
    </g>
  ));
}

function DenseBars({ data, emphasis }: MarksProps) {
  const count = data.buckets.length;
  const width = (100 / count) * denseShare;
  const paths = new Map<string, { id: string; color: string; isPartial: boolean; d: string }>();
  data.buckets.forEach((bucket, place) => {
    const left = (middleOf(place, count) - width / 2).toFixed(3);
    for (const { id, color, bottom, height } of partsOf(data, bucket)) {
      const key = `${bucket.isPartial} ${id}`;
      const path = paths.get(key) ?? { id, color, isPartial: bucket.isPartial, d: "" };
      path.d += `M${left} ${(100 - bottom).toFixed(3)}v-${height.toFixed(3)}h${width.toFixed(3)}v${height.toFixed(3)}z`;
      paths.set(key, path);
    }
  });
  return (
    <Stretched>
      {[...paths].map(([key, { id, color, isPartial, d }]) => (
        <path
          key={key}
          d={d}
          fill={color}
          opacity={faded(id, emphasis) ?? (isPartial ? 0.55 : 1)}
        />
      ))}
    </Stretched>
  );
}

/** Per cents of the plot as units, so that paths can be drawn in them. */
function Stretched({ children }: { children: ReactNode }) {
  return (
    <svg
      aria-hidden
      viewBox="0 0 100 100"
      preserveAspectRatio="none"
      width="100%"
      height="100%"
      className="overflow-visible"
    >
      {children}
    </svg>
  );
}

/** One line a series; where a bucket has no figure the line is interrupted. */
export function Lines({ data, emphasis }: MarksProps) {
  const count = data.buckets.length;
  const top = topOf(data);
  return (
    <>
      <Stretched>
        {data.series.map(({ id, color }, index) => (
          <path
            key={id}
            d={linePath(
              data.buckets.map(({ marks }) => marks[index]?.amount ?? null),
              top,
            )}
            fill="none"
            stroke={color}
            strokeWidth={1.75}
            strokeLinejoin="round"
            strokeLinecap="round"
            vectorEffect="non-scaling-stroke"
            opacity={faded(id, emphasis)}
          />
        ))}
      </Stretched>
      {data.series.map(({ id, color }, index) =>
        data.buckets.map((bucket, place) => {
          const mark = bucket.marks[index];
          const isAlone =
            !data.buckets[place - 1]?.marks[index] && !data.buckets[place + 1]?.marks[index];
          // A figure without neighbours is no line; the running bucket is a ring, not yet a point.
          return mark && (isAlone || bucket.isPartial) ? (
            <circle
              key={`${id} ${bucket.id}`}
              cx={`${middleOf(place, count)}%`}
              cy={`${100 - (mark.amount / top) * 100}%`}
              r={3}
              fill={bucket.isPartial ? "var(--bg)" : color}
              stroke={color}
              strokeWidth={1.75}
              opacity={faded(id, emphasis)}
            />
          ) : null;
        }),
      )}
    </>
  );
}

function linePath(amounts: ReadonlyArray<number | null>, top: number): string {
  let isDrawing = false;
  return amounts
    .map((amount, place) => {
      if (amount === null) {
        isDrawing = false;
        return "";
      }
      const command = isDrawing ? "L" : "M";
      isDrawing = true;
      const x = middleOf(place, amounts.length).toFixed(3);
      return `${command}${x} ${(100 - (amount / top) * 100).toFixed(3)}`;
    })
    .join("");
}

/** The period before: over the bars a dash for each, among the lines one more that is dashed. */
export function Before({ data }: { data: ChartData }) {
  const top = topOf(data);
  const amounts = data.buckets.map(({ before }) => before?.amount ?? null);
  if (amounts.every((amount) => amount === null || amount === 0)) return null;
  return (
    <Stretched>
      <path
        d={data.kind === "lines" ? linePath(amounts, top) : dashPath(amounts, top)}
        fill="none"
        strokeWidth={data.kind === "lines" ? 1.25 : 1.5}
        strokeDasharray="3 2"
        vectorEffect="non-scaling-stroke"
        className="stroke-fg-2 forced-colors:stroke-[CanvasText]"
      />
    </Stretched>
  );
}

/** A dash across the slot of each bucket: as high as the bar would have been then. */
function dashPath(amounts: ReadonlyArray<number | null>, top: number): string {
  const length = barWidthOf(amounts.length) * dashShare;
  return amounts
    .map((amount, place) => {
      if (!amount) return "";
      const left = middleOf(place, amounts.length) - length / 2;
      return `M${left.toFixed(3)} ${(100 - (amount / top) * 100).toFixed(3)}h${length.toFixed(3)}`;
    })
    .join("");
}
