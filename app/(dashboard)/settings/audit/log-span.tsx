"use client";

import { useState } from "react";
import { Select } from "@/components/select";
import { SpanForm } from "@/components/span-form";
import { type LogRange, logRanges } from "@/lib/audit/log-terms";

const labels: Record<LogRange, string> = {
  all: "Any time",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
  "90d": "Last 90 days",
  custom: "Custom…",
};

/** Which time a log shows; the days count where the range is custom. */
export interface LogSpan {
  range: LogRange;
  from: string;
  to: string;
}

export interface SpanSelectProps {
  range: LogRange;
  onApply: (change: Pick<LogSpan, "range">) => void;
}

/** How far back a log goes. */
export function SpanSelect({ range, onApply }: SpanSelectProps) {
  return (
    <Select
      aria-label="When"
      value={range}
      onChange={({ target }) => {
        const chosen = logRanges.find((each) => each === target.value);
        if (chosen) onApply({ range: chosen });
      }}
      className="w-40 max-md:w-full [&_select]:text-sm"
      options={logRanges.map((value) => ({ value, label: labels[value] }))}
    />
  );
}

export interface SpanDaysProps {
  span: LogSpan;
  onApply: (days: Pick<LogSpan, "from" | "to">) => void;
}

/** The first and the last day, where somebody wants days of their own. */
export function SpanDays({ span, onApply }: SpanDaysProps) {
  if (span.range !== "custom") return null;
  return <Days key={`${span.from} ${span.to}`} span={span} onApply={onApply} />;
}

function Days({ span, onApply }: SpanDaysProps) {
  const [days, setDays] = useState({ from: span.from, to: span.to });
  const isTurned = days.from !== "" && days.to !== "" && days.from > days.to;
  return (
    <SpanForm
      type="date"
      labels={{ from: "First day (UTC)", to: "Last day (UTC)" }}
      errors={isTurned ? { from: "The first day comes after the last." } : undefined}
      value={days}
      onValueChange={setDays}
      onApply={() => !isTurned && onApply(days)}
      className="mt-3"
      fieldClassName="w-44"
    />
  );
}
