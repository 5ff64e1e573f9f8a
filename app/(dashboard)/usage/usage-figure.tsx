"use client";

import { lazy, memo, useDeferredValue, useState } from "react";
import { chartSeries } from "@/app/(dashboard)/usage/chart-model";
import { groupNames, metricNames, percentileNames } from "@/app/(dashboard)/usage/names";
import {
  activeFilters,
  type PageQuery,
  type PageState,
  percentiles,
} from "@/app/(dashboard)/usage/page-query";
import { UsageChart } from "@/app/(dashboard)/usage/usage-chart";
import { Legend } from "@/components/chart/legend";
import { Segmented } from "@/components/segmented";
import { type UsageAnswer, usageGroups, usageMetrics } from "@/lib/usage/schema";

const metricOptions = usageMetrics.map((value) => ({ value, label: metricNames[value] }));
const groupOptions = usageGroups.map((value) => ({ value, label: groupNames[value] }));
const percentileOptions = percentiles.map((value) => ({ value, label: percentileNames[value] }));

export interface UsageFigureProps {
  answer: UsageAnswer;
  page: PageQuery;
  change: (change: Partial<PageState>) => void;
  /** "the 30 days before". */
  before: string;
}

/** They are many elements: they are drawn again only where what they show has changed. */
const Drawing = memo(UsageChart);
/**
 * Fetched when the table is asked for; until it is there, what was in sight stays, as a deferred value does. No
 * boundary of its own: what is streamed into one comes later than the page around it, which then moves.
 */
const Twin = lazy(async () => {
  const { BucketTable } = await import("@/app/(dashboard)/usage/bucket-table");
  return { default: memo(BucketTable) };
});

/** Usage over time: a chart, or the same figures as a table. */
export function UsageFigure({ answer, page, change, before }: UsageFigureProps) {
  const { metric, group, percentile } = page;
  return (
    <section
      aria-label={`${metricNames[metric]} over time`}
      className="min-w-0 rounded-lg border border-line"
    >
      <div className="flex flex-wrap justify-between gap-2 border-b border-line px-4 py-3">
        <div className="flex min-w-0 flex-wrap gap-2">
          <Segmented
            label="Metric"
            options={metricOptions}
            value={metric}
            onValueChange={(next) => change({ metric: next })}
          />
          {metric === "latency" && group !== "none" ? (
            <Segmented
              label="Percentile"
              options={percentileOptions}
              value={percentile}
              onValueChange={(next) => change({ percentile: next })}
            />
          ) : null}
        </div>
        <Segmented
          label="Group by"
          options={groupOptions}
          value={group}
          onValueChange={(next) => change({ group: next, hide: [] })}
        />
      </div>
      <Drawn answer={answer} page={page} change={change} before={before} />
    </section>
  );
}

/**
 * The chart with its legend, or the table, and the foot that leads from one to the other. What was
 * pressed shows at once; a year of bars or rows follows when it is ready.
 */
function Drawn({ answer, page, change, before }: UsageFigureProps) {
  const [emphasis, setEmphasis] = useState<string | null>(null);
  const shown = useDeferredValue(page);
  const shownEmphasis = useDeferredValue(emphasis);
  const { hide } = page;
  const { metric } = answer;
  const isTable = page.view === "table";
  const entries = chartSeries(answer).map((series) => ({
    ...series,
    isShown: !hide.includes(series.id),
  }));
  const isPartShown = entries.some(({ isShown }) => !isShown);
  const hasBefore = answer.previous.requests !== "0";
  const compare = page.compare === "on";
  // Of latency's two lines only one has its period before drawn.
  const compared =
    metric === "latency"
      ? `, ${percentileNames[answer.group === "none" ? "p95" : page.percentile]}`
      : "";
  const toggle = (id: string) =>
    change({ hide: hide.includes(id) ? hide.filter((one) => one !== id) : [...hide, id] });
  return (
    <>
      {shown.view === "table" ? (
        <Twin
          answer={answer}
          percentile={shown.percentile}
          compare={shown.compare === "on"}
          scrollable
        />
      ) : (
        <Drawing
          answer={answer}
          percentile={shown.percentile}
          hidden={shown.hide}
          compare={shown.compare === "on"}
          emphasis={shownEmphasis}
          isFiltered={activeFilters(shown).length > 0}
        />
      )}
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t border-line px-4 py-3 text-xs text-fg-2">
        {isTable ? (
          <span>
            {metric === "latency"
              ? "Approximate: interpolated in a histogram of 12 steps."
              : "Every figure is exact."}
          </span>
        ) : (
          <Legend
            entries={entries}
            onToggle={toggle}
            onPoint={setEmphasis}
            before={
              hasBefore && !isPartShown
                ? {
                    label: `${before.replace(/^the /, "")}${compared}`,
                    isShown: compare,
                    onToggle: () => change({ compare: compare ? "off" : "on" }),
                  }
                : undefined
            }
          />
        )}
        <Foot answer={answer} isTable={isTable} isLatency={metric === "latency"} change={change} />
      </div>
    </>
  );
}

interface FootProps extends Pick<UsageFigureProps, "answer" | "change"> {
  isTable: boolean;
  isLatency: boolean;
}

function Foot({ answer, isTable, isLatency, change }: FootProps) {
  const notes = [
    // Where days can't start at midnight that has to be said, because it moves amounts.
    ...(answer.dayStart ? [`days start at ${answer.dayStart}: usage is kept by UTC hours`] : []),
    ...(isLatency && !isTable ? ["approximate, from a histogram"] : []),
    ...(answer.buckets.some(({ isPartial }) => isPartial)
      ? [answer.step === "hour" ? "this hour is partial" : "today is partial"]
      : []),
  ];
  return (
    <span className="flex flex-wrap items-center gap-x-1.5 text-fg-3">
      {notes.map((note) => (
        <span key={note}>
          {note} <span aria-hidden>·</span>
        </span>
      ))}
      <button
        type="button"
        onClick={() => change({ view: isTable ? "chart" : "table" })}
        className="rounded-sm underline decoration-line-strong underline-offset-3 hover:text-fg hover:decoration-fg"
      >
        {isTable ? "View as chart" : "View as table"}
      </button>
    </span>
  );
}
