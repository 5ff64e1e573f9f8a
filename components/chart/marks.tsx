import type { ReactNode } from "react";
import { type ChartBucket, type ChartData, middleOf, topOf } from "@/components/chart/chart-data";

/** A lone bar as wide as the plot would look like a wall. */
const barWidthMax = 6;
const barShare = 0.64;
const denseShare = 0.8;
/** In per cent of the plot's height. */
const barRadius = 0.6;
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

interface Part {
  id: string;
  bottom: number;
  height: number;
}

/** The parts of a bar from the bottom up, in per cent of the plot's height. */
function partsOf(data: ChartData, bucket: ChartBucket): Part[] {
  const top = topOf(data);
  let bottom = 0;
  return data.series.flatMap(({ id }, index) => {
    const height = ((bucket.marks[index]?.amount ?? 0) / top) * 100;
    if (height <= 0) return [];
    const part = { id, bottom, height };
    bottom += height;
    return [part];
  });
}

/**
 * Stacked bars. A path holds all parts of a series: an element each would be hundreds to draw and to bring
 * alive. The buckets that aren't over yet are paler.
 */
export function Bars({ data, emphasis }: MarksProps) {
  const count = data.buckets.length;
  const isSpaced = count <= spacedBarsMax;
  const width = isSpaced ? barWidthOf(count) : (100 / count) * denseShare;
  const paths = { over: new Map<string, string>(), partial: new Map<string, string>() };
  data.buckets.forEach((bucket, place) => {
    const left = middleOf(place, count) - width / 2;
    const pathOf = bucket.isPartial ? paths.partial : paths.over;
    for (const { id, bottom, height } of partsOf(data, bucket)) {
      const box = { left, bottom, width, height, radius: isSpaced ? barRadius : 0 };
      pathOf.set(id, (pathOf.get(id) ?? "") + barPath(box));
    }
  });
  return (
    <Stretched>
      {[paths.over, paths.partial].map((pathOf) => (
        <g
          key={pathOf === paths.over ? "over" : "partial"}
          opacity={pathOf === paths.partial ? 0.55 : undefined}
        >
          {data.series.map(({ id, color }) => (
            <path
              key={id}
              d={pathOf.get(id)}
              fill={color}
              opacity={faded(id, emphasis)}
              {...(isSpaced ? hairline : null)}
            />
          ))}
        </g>
      ))}
    </Stretched>
  );
}

/** What separates the parts of a bar. */
const hairline = {
  strokeWidth: 1,
  vectorEffect: "non-scaling-stroke",
  className: "stroke-bg forced-colors:stroke-[Canvas]",
};

interface Box {
  left: number;
  bottom: number;
  width: number;
  height: number;
  /** Of its corners. The plot stretches, so they are rounded to the eye, not to the pixel. */
  radius: number;
}

function barPath({ left, bottom, width, height, radius }: Box): string {
  const text = (value: number) => value.toFixed(2);
  const y = Math.min(radius, height / 2);
  const x = Math.min(radius / 3, width / 2);
  const [across, up] = [text(width - 2 * x), text(height - 2 * y)];
  const start = `M${text(left)} ${text(100 - bottom - y)}`;
  if (radius === 0) return `${start}v-${up}h${across}v${up}z`;
  const [rx, ry] = [text(x), text(y)];
  return (
    `${start}v-${up}q0-${ry} ${rx}-${ry}h${across}q${rx} 0 ${rx} ${ry}` +
    `v${up}q0 ${ry}-${rx} ${ry}h-${across}q-${rx} 0-${rx}-${ry}z`
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
