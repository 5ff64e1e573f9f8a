"use client";

import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { Field } from "@/components/field";
import { Input } from "@/components/input";

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
  function submit(event: FormEvent) {
    event.preventDefault();
    if (span.from !== "" && span.to !== "" && span.from > span.to) {
      setError("The end is before the beginning. Swap them or choose a later end.");
      return;
    }
    setError(undefined);
    onApply(span.from, span.to);
  }
  return (
    <form
      noValidate
      onSubmit={submit}
      className="flex flex-wrap items-start gap-3 rounded-lg border border-line bg-panel p-4"
    >
      <Field label="From" hint={`Your time, ${zone}`} className="w-56 max-md:w-full">
        {(control) => (
          <Input
            {...control}
            type="datetime-local"
            max="9999-12-31T23:59"
            value={span.from}
            onChange={({ target }) => setSpan({ ...span, from: target.value.slice(0, 16) })}
          />
        )}
      </Field>
      <Field label="To" error={error} className="w-56 max-md:w-full">
        {(control) => (
          <Input
            {...control}
            type="datetime-local"
            max="9999-12-31T23:59"
            value={span.to}
            onChange={({ target }) => setSpan({ ...span, to: target.value.slice(0, 16) })}
          />
        )}
      </Field>
      <Button type="submit" className="mt-6.5 max-md:mt-0">
        Apply
      </Button>
    </form>
  );
}
