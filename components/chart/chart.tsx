"use client";

import { clsx } from "clsx";
import { type KeyboardEvent, memo, type PointerEvent, useState } from "react";
import { type ChartBucket, type ChartData, middleOf, topOf } from "@/components/chart/chart-data";
import { Bars, Before, Lines } from "@/components/chart/marks";
import { labelStride } from "@/components/chart/scale";
import { lazyPart } from "@/components/lazy-part";

/** Fetched when the plot is first pointed at. */
const ChartTooltip = lazyPart(async () => {
  const { ChartTooltip } = await import("@/components/chart/tooltip");
  return { default: ChartTooltip };
});

export interface ChartProps {
  data: ChartData;
  /** What is drawn: "Cost over time". */
  label: string;
  /** Why there is nothing to see, where that is so. */
  emptyText: string | null;
  /** The id of the series that is pointed at elsewhere. */
  emphasis?: string | null;
}

/**
 * Stacked bars or lines over buckets of time. The plot is a slider over the buckets: the pointer and
 * the arrow keys move along it, and what it stands on is shown, and read out, to the last digit.
 */
export function Chart({ data, label, emptyText, emphasis = null }: ChartProps) {
  const [active, setActive] = useState<number | null>(null);
  const { buckets, ticks } = data;
  const last = buckets.length - 1;
  // Amounts below a cent need long labels; the plot leaves them the room.
  const labelLength = Math.max(...ticks.map(({ text }) => text.length));
  const gutter = `${Math.max(3, labelLength * 0.4 + 0.75)}rem`;
  const place = active === null ? null : Math.min(active, last);
  const bucket = place === null ? undefined : buckets[place];
  const read = bucket ?? buckets[last];

  function follow(event: PointerEvent<HTMLElement>) {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    setActive(Math.min(last, Math.max(0, Math.floor(share * (last + 1)))));
  }
  function step(event: KeyboardEvent) {
    const next = nextPlace(event.key, place ?? last, last);
    if (event.key === "Escape") setActive(null);
    if (next === null) return;
    event.preventDefault();
    setActive(next);
  }

  return (
    <div className="relative h-66">
      <Axis data={data} gutter={gutter} />
      <div
        role="slider"
        tabIndex={0}
        aria-label={`${label}, arrow keys to move`}
        aria-orientation="horizontal"
        aria-valuemin={1}
        aria-valuemax={last + 1}
        aria-valuenow={(place ?? last) + 1}
        aria-valuetext={read ? spokenText(data, read) : undefined}
        onKeyDown={step}
        onFocus={(event) => {
          if (event.currentTarget.matches(":focus-visible")) setActive(place ?? last);
        }}
        onBlur={() => setActive(null)}
        onPointerMove={follow}
        onPointerDown={follow}
        onPointerLeave={() => setActive(null)}
        onPointerCancel={() => setActive(null)}
        className="absolute inset-y-0 right-0 touch-pan-y rounded-sm pb-6"
        style={{ left: gutter }}
      >
        <div aria-hidden className="relative size-full">
          {place === null ? null : <Band place={place} count={buckets.length} />}
          <Plot data={data} emphasis={emphasis} />
          {place === null ? null : <Crosshair data={data} place={place} />}
        </div>
        <Ticks buckets={buckets} step={data.step} />
        {bucket && place !== null ? (
          <ChartTooltip data={data} bucket={bucket} middle={middleOf(place, buckets.length)} />
        ) : null}
        {emptyText ? (
          <p className="absolute inset-x-0 top-2/5 px-4 text-center text-sm text-fg-3">
            {/* On a ground of its own, so that no grid line goes through it. */}
            <span className="bg-bg px-2">{emptyText}</span>
          </p>
        ) : null}
      </div>
    </div>
  );
}

function nextPlace(key: string, from: number, last: number): number | null {
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return Math.max(0, from - 1);
    case "ArrowRight":
    case "ArrowUp":
      return Math.min(last, from + 1);
    case "PageUp":
      return Math.max(0, from - 7);
    case "PageDown":
      return Math.min(last, from + 7);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return null;
  }
}

/** A bucket in one sentence, the largest part last as in the bar. */
function spokenText({ series }: ChartData, bucket: ChartBucket): string {
  const parts = series.flatMap(({ label }, index) => {
    const mark = bucket.marks[index];
    return mark && mark.amount > 0 ? [`${label} ${mark.text}`] : [];
  });
  const partial = bucket.isPartial ? ", not over yet" : "";
  const before = bucket.before ? [`${bucket.before.name} ${bucket.before.text}`] : [];
  const figures = [...(bucket.totalText ? [bucket.totalText] : []), ...parts, ...before];
  return `${bucket.name}${partial}: ${figures.join("; ") || "nothing"}`;
}

function Axis({ data, gutter }: { data: ChartData; gutter: string }) {
  const top = topOf(data);
  return (
    <div aria-hidden className="absolute inset-x-0 top-0 bottom-6 text-2xs text-fg-3 tabular-nums">
      {data.ticks.map(({ amount, text }) => (
        <div
          key={amount}
          className="absolute inset-x-0 flex translate-y-1/2 items-center"
          style={{ bottom: `${(amount / top) * 100}%` }}
        >
          <span className="shrink-0 pr-2.5 text-right" style={{ width: gutter }}>
            {text}
          </span>
          <span className="flex-1 border-t" />
        </div>
      ))}
    </div>
  );
}

/** Drawn again only where the figures change: not while the crosshair moves. */
const Plot = memo(function Plot({ data, emphasis }: { data: ChartData; emphasis: string | null }) {
  return (
    <svg
      aria-hidden
      className="absolute inset-0 block size-full overflow-visible forced-color-adjust-none"
    >
      {data.kind === "bars" ? (
        <>
          <Bars data={data} emphasis={emphasis} />
          <Before data={data} />
        </>
      ) : (
        <>
          <Before data={data} />
          <Lines data={data} emphasis={emphasis} />
        </>
      )}
    </svg>
  );
});

function Band({ place, count }: { place: number; count: number }) {
  const width = 100 / count;
  return (
    <div
      className="absolute inset-y-0 bg-hover"
      style={{ left: `${place * width}%`, width: `${width}%` }}
    />
  );
}

/** A hairline through the bucket, and a point on each line. */
function Crosshair({ data, place }: { data: ChartData; place: number }) {
  const left = `${middleOf(place, data.buckets.length)}%`;
  const top = topOf(data);
  const marks = data.buckets[place]?.marks ?? [];
  return (
    <>
      <div
        className="absolute inset-y-0 border-l border-dashed border-line-control"
        style={{ left }}
      />
      {data.kind === "bars"
        ? null
        : data.series.map(({ id, color }, index) => {
            const mark = marks[index];
            return mark ? (
              <span
                key={id}
                className="absolute size-2 -translate-x-1/2 translate-y-1/2 rounded-full border border-bg forced-color-adjust-none"
                style={{ left, bottom: `${(mark.amount / top) * 100}%`, background: color }}
              />
            ) : null;
          })}
    </>
  );
}

/** Names of some buckets, as many as there is room for; on a phone half as many. */
const Ticks = memo(function Ticks({ buckets, step }: Pick<ChartData, "buckets" | "step">) {
  const stride = labelStride(buckets.length, 7, step);
  const phoneStride = labelStride(buckets.length, 4, step);
  return (
    <div aria-hidden className="absolute inset-x-0 bottom-0 h-4 text-2xs text-fg-3 tabular-nums">
      {buckets.map((bucket, place) =>
        place % stride === 0 || place % phoneStride === 0 ? (
          <span
            key={bucket.id}
            className={clsx(
              "absolute -translate-x-1/2 whitespace-nowrap",
              place % phoneStride !== 0 && "max-md:hidden",
              place % stride !== 0 && "md:hidden",
            )}
            style={{ left: `${middleOf(place, buckets.length)}%` }}
          >
            {bucket.tick}
          </span>
        ) : null,
      )}
    </div>
  );
});
