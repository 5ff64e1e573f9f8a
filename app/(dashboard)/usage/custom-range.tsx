"use client";

import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
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
  function submit(event: FormEvent) {
    event.preventDefault();
    onApply(days.from, days.to);
  }
  return (
    <form
      noValidate
      onSubmit={submit}
      className="mb-4 flex flex-wrap items-start gap-3 rounded-lg border border-line bg-panel p-4"
    >
      <Field label="First day" error={fields?.from} className="w-56 max-md:w-full">
        {(control) => (
          <Input
            {...control}
            type="date"
            value={days.from}
            onChange={(event) => setDays({ ...days, from: event.target.value })}
          />
        )}
      </Field>
      <Field label="Last day" error={fields?.to} className="w-56 max-md:w-full">
        {(control) => (
          <Input
            {...control}
            type="date"
            value={days.to}
            onChange={(event) => setDays({ ...days, to: event.target.value })}
          />
        )}
      </Field>
      <Button type="submit" className="mt-6.5 max-md:mt-0">
        Apply
      </Button>
    </form>
  );
}
