"use client";

import { type ComponentProps, useState } from "react";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { countText } from "@/lib/count-text";

interface NumberFieldProps {
  label: string;
  hint?: string | undefined;
  inputMode: ComponentProps<"input">["inputMode"];
  min: number;
  max: number;
  isWhole?: boolean;
  /** Null where the field is empty. */
  value: number | null;
  onValue: (value: number | null) => void;
}

/**
 * A number that may be left out. Nothing but figures can be typed; one that is out of range is marked and
 * counts all the same, because the last word has the API.
 */
export function NumberField(props: NumberFieldProps) {
  const { label, hint, inputMode, min, max, isWhole, value, onValue } = props;
  const [text, setText] = useState(value === null ? "" : String(value));
  const typeable = isWhole ? /^\d{0,8}$/ : /^\d{0,3}([.,]\d{0,2})?$/;
  const range = `${isWhole ? "a whole number" : "a number"} from ${min} to ${countText(max)}`;
  const isWrong = value !== null && (value < min || value > max);
  return (
    <Field
      label={label}
      aside="Optional"
      hint={hint}
      {...(isWrong ? { error: `Enter ${range}, or nothing.` } : {})}
    >
      {(control) => (
        <Input
          {...control}
          inputMode={inputMode}
          autoComplete="off"
          value={text}
          className="tabular-nums"
          onChange={(event) => {
            const typed = event.target.value.trim();
            if (!typeable.test(typed)) return;
            setText(typed);
            onValue(/\d/.test(typed) ? Number(typed.replace(",", ".")) : null);
          }}
        />
      )}
    </Field>
  );
}
