"use client";

import { useState } from "react";
import { BucketTable } from "@/app/(dashboard)/usage/bucket-table";
import { UsageChart } from "@/app/(dashboard)/usage/usage-chart";
import { Swatch, seriesColor } from "@/components/chart/swatch";
import { Segmented } from "@/components/segmented";
import type { UsageAnswer } from "@/lib/usage/schema";

const metrics = [
  { value: "cost", label: "Cost" },
  { value: "requests", label: "Requests" },
] as const;

const views = [
  { value: "chart", label: "Chart" },
  { value: "table", label: "Table" },
] as const;

type Metric = (typeof metrics)[number]["value"];

/** The bars of each day, split by model, and the same figures as a table. */
export function KeyUsage({ answers }: { answers: Record<Metric, UsageAnswer> }) {
  const { totals } = answers.cost;
  // What has cost nothing is seen in its requests.
  const isFree = totals.costNanos === "0" && totals.requests !== "0";
  const [metric, setMetric] = useState<Metric>(isFree ? "requests" : "cost");
  const [view, setView] = useState<(typeof views)[number]["value"]>("chart");
  const answer = answers[metric];
  return (
    <>
      <div className="flex flex-wrap justify-between gap-2 px-4 pt-3.5">
        <Segmented label="Metric" options={metrics} value={metric} onValueChange={setMetric} />
        <Segmented label="View" options={views} value={view} onValueChange={setView} />
      </div>
      {view === "chart" ? (
        <>
          <UsageChart answer={answer} />
          <ul
            aria-label="Models"
            className="flex flex-wrap gap-x-4 gap-y-1 px-4 pb-4 text-sm text-fg-2 empty:hidden"
          >
            {answer.series.map((series, index) =>
              metric === "cost" && series.totals.costNanos === "0" ? null : (
                <li key={series.id || series.label} className="flex min-w-0 items-center gap-1.75">
                  <Swatch color={seriesColor(series, index)} />
                  <span className="truncate">{series.label}</span>
                </li>
              ),
            )}
          </ul>
        </>
      ) : (
        // The days are many: the page stays short, and the table scrolls by itself.
        <section
          aria-label="Figures by day"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region needs the keyboard.
          tabIndex={0}
          className="mt-3.5 max-h-96 overflow-y-auto border-t border-line focus-visible:outline-offset-[-2px]"
        >
          <BucketTable answer={answer} />
        </section>
      )}
    </>
  );
}
