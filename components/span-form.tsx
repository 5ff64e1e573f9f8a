"use client";

import { clsx } from "clsx";
import type { FormEvent } from "react";
import { Button } from "@/components/button";
import { Field } from "@/components/field";
import { Input } from "@/components/input";

/** As the fields write them, `2026-11-21` or `2026-11-21T14:00`; empty where nothing is chosen. */
export interface SpanEnds {
  from: string;
  to: string;
}

export interface SpanFormProps {
  /** Whether its ends are days or minutes. */
  type: "date" | "datetime-local";
  labels: SpanEnds;
  hint?: string;
  /** What is wrong, by end. */
  errors?: Partial<Record<keyof SpanEnds, string>> | undefined;
  value: SpanEnds;
  onValueChange: (ends: SpanEnds) => void;
  onApply: () => void;
  className?: string;
  fieldClassName?: string;
}

/** First and last of a span of one's own, which counts when it is applied. */
export function SpanForm(props: SpanFormProps) {
  const { type, labels, hint, errors, value, onValueChange, onApply } = props;
  const isTimed = type === "datetime-local";
  const fieldClass = clsx(props.fieldClassName ?? "w-56", "max-md:w-full");

  function submit(event: FormEvent) {
    event.preventDefault();
    onApply();
  }

  return (
    <form
      noValidate
      onSubmit={submit}
      className={clsx("flex flex-wrap items-start gap-3", props.className)}
    >
      {(["from", "to"] as const).map((end) => (
        <Field
          key={end}
          label={labels[end]}
          hint={end === "from" ? hint : undefined}
          error={errors?.[end]}
          className={fieldClass}
        >
          {(control) => (
            <Input
              {...control}
              type={type}
              // Years have four digits; browsers would take six, and write out seconds.
              max={isTimed ? "9999-12-31T23:59" : undefined}
              value={value[end]}
              onChange={({ target }) =>
                onValueChange({ ...value, [end]: target.value.slice(0, 16) })
              }
            />
          )}
        </Field>
      ))}
      <Button type="submit" className="mt-6.5 max-md:mt-0">
        Apply
      </Button>
    </form>
  );
}
