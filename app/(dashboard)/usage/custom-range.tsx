"use client";

import { useState } from "react";
import { SpanForm } from "@/components/span-form";
import { parseDay } from "@/lib/usage/schema";

export interface CustomRangeProps {
  from: string;
  to: string;
  /** What is wrong with the days, by field. */
  fields: Record<string, string> | undefined;
  onApply: (from: string, to: string) => void;
}

/** First and last day of a range of one's own. */
export function CustomRange({ from, to, fields, onApply }: CustomRangeProps) {
  // A date field can only hold days that there are.
  const dayOf = (text: string) => (parseDay(text) ? text : "");
  const [days, setDays] = useState({ from: dayOf(from), to: dayOf(to) });
  return (
    <SpanForm
      type="date"
      labels={{ from: "First day", to: "Last day" }}
      errors={fields}
      value={days}
      onValueChange={setDays}
      onApply={() => onApply(days.from, days.to)}
      className="mb-4 rounded-lg border border-line bg-panel p-4"
    />
  );
}
