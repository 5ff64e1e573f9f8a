"use client";

import { clsx } from "clsx";
import { type KeyboardEvent, memo, type PointerEvent, useMemo, useState } from "react";
import { type Bar, type ChartModel, chartModel } from "@/app/(dashboard)/usage/chart-model";
import { metricNames } from "@/app/(dashboard)/usage/names";
import { SeriesSwatch } from "@/app/(dashboard)/usage/series-color";
import { labelStride } from "@/lib/usage/scale";
import type { UsageAnswer, UsageMetric } from "@/lib/usage/schema";

export interface UsageChartProps {
  answer: UsageAnswer;
  metric: UsageMetric;
  hidden: ReadonlySet<string>;
}

/**
 * Stacked bars, one a bucket. The plot is a slider over the buckets: the pointer and the arrow keys
 * move along it, and what it stands on is shown, and read out, to the last digit.
 */
export function UsageChart({ answer, metric, hidden }: UsageChartProps) {
  const model = useMemo(() => chartModel(answer, metric, hidden), [answer, metric, hidden]);
  const [active, setActive] = useState<number | null>(null);
  const last = model.bars.length - 1;
  // Amounts below a cent need long labels; the plot leaves them the room.
  const labelLength = Math.max(...model.ticks.map((tick) => tick.text.length));
  const gutter = `${Math.max(3, labelLength * 0.4 + 0.75)}rem`;
  const place = active === null ? null : Math.min(active, last);
  const bar = place === null ? undefined : model.bars[place];
  const read = bar ?? model.bars[last];

  function follow(event: PointerEvent<HTMLElement>) {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    setActive(Math.min(last, Math.max(0, Math.floor(share * (last + 1)))));
  }
  function step(event: KeyboardEvent) {
    const from = place ?? last;
    const next = nextPlace(event.key, from, last);
    if (event.key === "Escape") setActive(null);
    if (next === null) return;
    event.preventDefault();
    setActive(next);
  }

  return (
    <div className="px-4 pt-5 pb-3">
      <div className="relative h-66">
        <Axis model={model} gutter={gutter} />
        <div
          role="slider"
          tabIndex={0}
          aria-label={`${metricNames[metric]} over time, arrow keys to move`}
          aria-orientation="horizontal"
          aria-valuemin={1}
          aria-valuemax={last + 1}
          aria-valuenow={(place ?? last) + 1}
          aria-valuetext={read ? barText(read) : undefined}
          onKeyDown={step}
          onFocus={(event) => {
            if (event.currentTarget.matches(":focus-visible")) setActive(place ?? last);
          }}
          onBlur={() => setActive(null)}
          onPointerMove={follow}
          onPointerDown={follow}
          onPointerLeave={() => setActive(null)}
          className="absolute inset-y-0 right-0 rounded-sm pb-6"
          style={{ left: gutter }}
        >
          <Plot model={model} active={place} />
          {bar ? <BarTooltip bar={bar} /> : null}
          {model.isEmpty ? (
            <p className="absolute inset-x-0 top-2/5 text-center text-sm text-fg-3">
              {hidden.size > 0 ? "Every series is hidden" : emptyText(answer, metric)}
            </p>
          ) : null}
        </div>
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

/** Zeros have a reason: requests may be there and be free, or all well. */
function emptyText({ totals }: UsageAnswer, metric: UsageMetric): string {
  if (metric === "errors") return "No errors in this range";
  if (totals.requests === "0") return "No requests in this range";
  return metric === "cost" ? "Nothing was charged in this range" : "None in this range";
}

function barText(bar: Bar): string {
  const parts = bar.segments.map((segment) => `${segment.label} ${segment.text}`);
  const partial = bar.isPartial ? ", not over yet" : "";
  return `${bar.name}${partial}: ${[bar.totalText, ...parts].join("; ")}`;
}

function Axis({ model, gutter }: { model: ChartModel; gutter: string }) {
  return (
    <div aria-hidden className="absolute inset-x-0 top-0 bottom-6 text-2xs text-fg-3 tabular-nums">
      {model.ticks.map((tick) => (
        <div
          key={tick.bottom}
          className="absolute inset-x-0 flex translate-y-1/2 items-center"
          style={{ bottom: `${tick.bottom}%` }}
        >
          <span className="shrink-0 pr-2.5 text-right" style={{ width: gutter }}>
            {tick.text}
          </span>
          <span className="h-px flex-1 bg-line" />
        </div>
      ))}
    </div>
  );
}

/** The bars and their labels; drawn again only where the figures or the crosshair changed. */
const Plot = memo(function Plot({ model, active }: { model: ChartModel; active: number | null }) {
  const { bars, barWidth } = model;
  const stride = labelStride(bars.length, 7);
  // On a phone there is room for half as many.
  const phoneStride = labelStride(bars.length, 4);
  const activeBar = active === null ? undefined : bars[active];
  // Hairlines between the parts would swallow bars that are thin themselves.
  const gap = bars.length <= 62 ? 1 : 0;
  return (
    <>
      <svg aria-hidden className="block size-full overflow-visible forced-color-adjust-none">
        {activeBar ? (
          <rect
            x={`${activeBar.middle - 50 / bars.length}%`}
            width={`${100 / bars.length}%`}
            y="0"
            height="100%"
            fill="var(--hover)"
          />
        ) : null}
        {bars.map((bar) => (
          <g key={bar.name} opacity={bar.isPartial ? 0.55 : 1}>
            {bar.segments.map((segment) => (
              <rect
                key={segment.id}
                x={`${bar.left}%`}
                width={`${barWidth}%`}
                y={`${100 - segment.bottom - segment.height}%`}
                height={`${segment.height}%`}
                rx={gap ? 1.5 : 0}
                fill={segment.color}
                stroke="var(--bg)"
                strokeWidth={gap}
              />
            ))}
          </g>
        ))}
        {activeBar ? (
          <line
            x1={`${activeBar.middle}%`}
            x2={`${activeBar.middle}%`}
            y1="0"
            y2="100%"
            stroke="var(--fg-3)"
            strokeDasharray="2 3"
          />
        ) : null}
      </svg>
      <div aria-hidden className="absolute inset-x-0 bottom-0 h-4 text-2xs text-fg-3 tabular-nums">
        {bars.map((bar, place) =>
          place % stride === 0 || place % phoneStride === 0 ? (
            <span
              key={bar.name}
              className={clsx(
                "absolute -translate-x-1/2 whitespace-nowrap",
                place % phoneStride !== 0 && "max-md:hidden",
                place % stride !== 0 && "md:hidden",
              )}
              style={{ left: `${bar.middle}%` }}
            >
              {bar.tick}
            </span>
          ) : null,
        )}
      </div>
    </>
  );
});

/** Every figure of a bucket; it keeps to the side where there is room. */
function BarTooltip({ bar }: { bar: Bar }) {
  const isRight = bar.middle > 50;
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute top-0 z-10 min-w-44 rounded-md border border-line-strong bg-raised px-3 py-2.5 text-xs shadow-float"
      style={
        isRight
          ? { right: `calc(${100 - bar.middle}% + 12px)` }
          : { left: `calc(${bar.middle}% + 12px)` }
      }
    >
      <div className="flex items-baseline justify-between gap-6 font-medium">
        <span className="whitespace-nowrap">{bar.name}</span>
        <span className="font-mono tabular-nums">{bar.totalText}</span>
      </div>
      {bar.isPartial ? <div className="text-fg-3">not over yet</div> : null}
      <ul className="mt-1.5 grid gap-0.5 empty:hidden">
        {[...bar.segments].reverse().map((segment) => (
          <li key={segment.id} className="flex items-center gap-1.75 text-fg-2">
            <SeriesSwatch color={segment.color} />
            <span className="max-w-44 truncate">{segment.label}</span>
            <span className="ml-auto pl-4 font-mono tabular-nums">{segment.text}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
