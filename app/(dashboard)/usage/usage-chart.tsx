"use client";

import { useMemo } from "react";
import { type ChartChoice, chartModel } from "@/app/(dashboard)/usage/chart-model";
import { metricNames } from "@/app/(dashboard)/usage/names";
import { Chart } from "@/components/chart/chart";
import type { UsageAnswer } from "@/lib/usage/schema";

export interface UsageChartProps {
  answer: UsageAnswer;
  hidden?: ChartChoice["hidden"];
  percentile?: ChartChoice["percentile"];
  compare?: boolean;
  emphasis?: string | null;
  /** Only some requests are asked for. */
  isFiltered?: boolean;
}

const nothing: readonly string[] = [];

/** An answer's figures as a chart. */
export function UsageChart(props: UsageChartProps) {
  const { answer, emphasis = null, isFiltered = false } = props;
  const { hidden = nothing, percentile = "p95", compare = false } = props;
  const data = useMemo(
    () => chartModel(answer, { percentile, hidden, compare }),
    [answer, percentile, hidden, compare],
  );
  const isEmpty = data.buckets.every(({ marks }) => marks.every((mark) => !mark?.amount));
  const emptyText = isEmpty
    ? hidden.length > 0 && data.series.length === 0
      ? "Every series is hidden"
      : reasonFor(answer, isFiltered)
    : null;
  return (
    <div className="px-4 pt-5 pb-3">
      <Chart
        data={data}
        label={`${metricNames[answer.metric]} over time`}
        emptyText={emptyText}
        emphasis={emphasis}
      />
    </div>
  );
}

/** Zeros have a reason: requests may be there and be free, or all well. */
function reasonFor({ totals, metric }: UsageAnswer, isFiltered: boolean): string {
  if (totals.requests === "0") {
    return isFiltered ? "No such requests in this range" : "No requests in this range";
  }
  if (metric === "errors") return "No errors in this range";
  return metric === "cost" ? "Nothing was charged in this range" : "None in this range";
}
