"use client";

import type { ReactNode } from "react";
import { Field } from "@/components/field";
import { Input } from "@/components/input";

export interface DollarFieldProps {
  label: string;
  aside?: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  value: string;
  onChange: (text: string) => void;
}

/** An amount in dollars, as people type it. */
export function DollarField({ label, aside, hint, error, value, onChange }: DollarFieldProps) {
  return (
    <Field label={label} aside={aside} hint={hint} error={error}>
      {(control) => (
        <Input
          {...control}
          leading="$"
          inputMode="decimal"
          autoComplete="off"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
