"use client";

import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { Select } from "@/components/select";
import { longDayText, timeText } from "@/lib/day-text";
import { expiryDayRange, formatDay, resolveExpiry } from "@/lib/keys/expiry";
import type { KeyExpiry } from "@/lib/keys/schema";
import { expiryDays } from "@/lib/keys/terms";
import { addMs, dayMs } from "@/lib/time";

const suggestedDays = 90;

const options = [
  ...expiryDays.map((days) => ({
    value: String(days),
    label: days === suggestedDays ? `${days} days (suggested)` : `${days} days`,
  })),
  { value: "day", label: "Custom date" },
  { value: "never", label: "Never" },
];

function choose(choice: string, now: Date): KeyExpiry {
  const days = expiryDays.find((count) => String(count) === choice);
  if (days) return { kind: "days", days };
  // A date to start from, so that the picker opens near what is suggested.
  return choice === "day"
    ? { kind: "day", day: formatDay(addMs(now, suggestedDays * dayMs)) }
    : { kind: "never" };
}

export interface ExpiryFieldProps {
  value: KeyExpiry;
  /** The instant behind the value where it is known, as of a key that has it; null is never. */
  endsAt?: Date | null | undefined;
  error: string | undefined;
  onValueChange: (value: KeyExpiry) => void;
}

/** When the key ends. The instant shown is the browser's reckoning; the server's clock decides. */
export function ExpiryField({ value, endsAt, error, onValueChange }: ExpiryFieldProps) {
  const now = new Date();
  const { first, last } = expiryDayRange(now);
  const isDay = value.kind === "day";
  const hint = <ExpiryHint value={value} endsAt={endsAt} now={now} />;
  return (
    <div className="grid items-start gap-x-4 gap-y-3 sm:grid-cols-2">
      <Field
        label="Expiry"
        className={isDay ? undefined : "sm:col-span-2"}
        error={isDay ? undefined : error}
        hint={isDay ? undefined : hint}
      >
        {(control) => (
          <Select
            {...control}
            options={options}
            value={value.kind === "days" ? String(value.days) : value.kind}
            onChange={(event) => onValueChange(choose(event.target.value, now))}
          />
        )}
      </Field>
      {isDay ? (
        <Field label="Last day" error={error} hint={hint}>
          {(control) => (
            <Input
              {...control}
              type="date"
              min={first}
              max={last}
              value={value.day}
              onChange={(event) => onValueChange({ kind: "day", day: event.target.value })}
            />
          )}
        </Field>
      ) : null}
    </div>
  );
}

interface ExpiryHintProps extends Pick<ExpiryFieldProps, "value" | "endsAt"> {
  now: Date;
}

function ExpiryHint({ value, endsAt, now }: ExpiryHintProps) {
  if (value.kind === "never") {
    return (
      <span className="text-amber">
        Works until somebody revokes it. If it leaks unnoticed, nothing ends it: prefer a date.
      </span>
    );
  }
  const resolved = resolveExpiry(value, now);
  const until = endsAt ?? (resolved.ok ? resolved.expiresAt : null);
  if (!until) return "A day within a year, in UTC.";
  return `Works until ${longDayText(until)} at ${timeText(until)} UTC.`;
}
