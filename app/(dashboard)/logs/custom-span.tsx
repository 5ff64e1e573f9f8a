"use client";

import { useState } from "react";
import { SpanForm } from "@/components/span-form";

export interface CustomSpanProps {
  /** Local times such as `2026-11-21T14:00`, or empty where that end is open. */
  from: string;
  to: string;
  /** Whose clock they are read by. */
  zone: string;
  onApply: (from: string, to: string) => void;
}

/** First and last minute of a span of one's own; either may be left open. */
export function CustomSpan({ from, to, zone, onApply }: CustomSpanProps) {
  const [span, setSpan] = useState({ from, to });
  const [error, setError] = useState<string>();
  function apply() {
    if (span.from !== "" && span.to !== "" && span.from > span.to) {
      setError("The end is before the beginning. Swap them or choose a later end.");
      return;
    }
    setError(undefined);
    onApply(span.from, span.to);
  }
  return (
    <SpanForm
      type="datetime-local"
      labels={{ from: "From", to: "To" }}
      hint={`Your time, ${zone}`}
      errors={{ to: error }}
      value={span}
      onValueChange={setSpan}
      onApply={apply}
      className="rounded-lg border border-line bg-panel p-4"
    />
  );
}
