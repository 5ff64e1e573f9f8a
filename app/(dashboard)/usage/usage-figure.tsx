"use client";

import { useState } from "react";
import { BucketTable } from "@/app/(dashboard)/usage/bucket-table";
import { groupNames, metricNames } from "@/app/(dashboard)/usage/names";
import type { PageQuery } from "@/app/(dashboard)/usage/page-query";
import { SeriesSwatch, seriesColor } from "@/app/(dashboard)/usage/series-color";
import { UsageChart } from "@/app/(dashboard)/usage/usage-chart";
import { Segmented } from "@/components/segmented";
import { metricOf } from "@/lib/usage/figures";
import { type UsageAnswer, type UsageMetric, usageMetrics } from "@/lib/usage/schema";

const metricOptions = usageMetrics.map((value) => ({ value, label: metricNames[value] }));
const groupOptions = (["key", "model", "endpoint", "status"] as const).map((value) => ({
  value,
  label: groupNames[value],
}));

export interface UsageFigureProps {
  answer: UsageAnswer;
  page: PageQuery;
  change: (change: Partial<PageQuery>) => void;
}

/** Usage over time: bars, or the same figures as a table. */
export function UsageFigure({ answer, page, change }: UsageFigureProps) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const isTable = page.view === "table";
  const partial = answer.buckets.some((bucket) => bucket.isPartial);

  return (
    <section
      aria-label={`${metricNames[page.metric]} over time`}
      className="min-w-0 overflow-hidden rounded-lg border border-line"
    >
      <div className="flex flex-wrap justify-between gap-2 border-b border-line px-4 py-3">
        <Segmented
          label="Metric"
          options={metricOptions}
          value={page.metric}
          onValueChange={(metric) => change({ metric })}
        />
        <Segmented
          label="Group by"
          options={groupOptions}
          value={page.group === "none" ? "model" : page.group}
          onValueChange={(group) => change({ group })}
        />
      </div>
      {isTable ? (
        <BucketTable answer={answer} metric={page.metric} />
      ) : (
        <UsageChart answer={answer} metric={page.metric} hidden={hidden} />
      )}
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t border-line px-4 py-3 text-xs text-fg-2">
        {isTable ? (
          <span>Every figure is exact.</span>
        ) : (
          <Legend answer={answer} metric={page.metric} hidden={hidden} onChange={setHidden} />
        )}
        <span className="flex items-center gap-1.5 text-fg-3">
          {partial ? (
            <>
              {answer.step === "hour" ? "this hour is partial" : "today is partial"}
              <span aria-hidden>·</span>
            </>
          ) : null}
          <button
            type="button"
            onClick={() => change({ view: isTable ? "chart" : "table" })}
            className="rounded-sm underline decoration-line-strong underline-offset-3 hover:text-fg hover:decoration-fg"
          >
            {isTable ? "View as chart" : "View as table"}
          </button>
        </span>
      </div>
    </section>
  );
}

interface LegendProps {
  answer: UsageAnswer;
  metric: UsageMetric;
  hidden: ReadonlySet<string>;
  onChange: (hidden: ReadonlySet<string>) => void;
}

/** The series by colour; pressing one takes it out of the bars and back in. */
function Legend({ answer, metric, hidden, onChange }: LegendProps) {
  function toggle(label: string) {
    const next = new Set(hidden);
    if (!next.delete(label)) next.add(label);
    onChange(next);
  }
  return (
    <ul aria-label="Series" className="-ml-1.5 flex min-w-0 flex-wrap gap-1">
      {answer.series.map((series, index) => {
        // What has nothing of this metric isn't in the bars; the table below still lists it.
        if (metricOf(series.totals, metric) === 0n) return null;
        const isShown = !hidden.has(series.label);
        return (
          <li key={series.id || series.label} className="min-w-0">
            <button
              type="button"
              aria-pressed={isShown}
              onClick={() => toggle(series.label)}
              className="flex min-h-6 max-w-56 items-center gap-1.5 rounded-sm px-1.5 hover:bg-hover hover:text-fg aria-[pressed=false]:text-fg-3 aria-[pressed=false]:line-through"
            >
              <SeriesSwatch color={isShown ? seriesColor(series, index) : "var(--line-strong)"} />
              <span className="truncate">{series.label}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
