"use client";

import { useId, useState } from "react";
import { Button } from "@/components/button";
import { Checkbox } from "@/components/checkbox";
import { FieldError } from "@/components/field";
import { RadioGroup } from "@/components/radio-group";
import {
  allEvents,
  type EventGroup,
  type EventName,
  eventGroups,
  eventNames,
} from "@/lib/webhooks/event-names";

export interface EventsFieldProps {
  /** Types of events, or `*` alone for all. */
  value: readonly string[];
  error: string | undefined;
  onValueChange: (value: string[]) => void;
}

interface NamedEvent {
  name: EventName;
  group: EventGroup;
  description: string;
}

const isEventName = (name: string): name is EventName => Object.hasOwn(eventNames, name);
const isGroup = (name: string): name is EventGroup => Object.hasOwn(eventGroups, name);

const events: readonly NamedEvent[] = Object.entries(eventNames).flatMap(([name, event]) =>
  isEventName(name) ? [{ name, ...event }] : [],
);
const groups = Object.keys(eventGroups).filter(isGroup);

/** What an endpoint is told of: everything, or what is chosen here by its meaning. */
export function EventsField({ value, error, onValueChange }: EventsFieldProps) {
  const id = useId();
  const isAll = value.includes(allEvents);
  // What was chosen one by one comes back after a look at "All events".
  const [chosen, setChosen] = useState(isAll ? [] : [...value]);
  const errorId = error ? `${id}-error` : undefined;

  function set(names: readonly string[], isChosen: boolean) {
    const rest = value.filter((name) => !names.includes(name));
    const next = isChosen ? [...rest, ...names] : rest;
    setChosen(next);
    onValueChange(next);
  }

  return (
    <div className="grid gap-3">
      <RadioGroup
        legend="Events"
        layout="cards"
        className="sm:grid-cols-2"
        value={isAll ? "all" : "some"}
        onValueChange={(choice) => onValueChange(choice === "all" ? [allEvents] : chosen)}
        options={[
          {
            value: "some",
            label: "Chosen events",
            description: "Only those that you check below.",
          },
          { value: "all", label: "All events", description: "Also those that will be added." },
        ]}
      />
      {isAll ? null : (
        <div className="grid gap-5 rounded-lg border border-line px-4 py-3.5">
          {groups.map((group) => (
            <Group key={group} group={group} value={value} errorId={errorId} onChange={set} />
          ))}
        </div>
      )}
      {errorId && error ? <FieldError id={errorId} errors={[error]} /> : null}
    </div>
  );
}

interface GroupProps {
  group: EventGroup;
  value: readonly string[];
  errorId: string | undefined;
  onChange: (names: readonly string[], isChosen: boolean) => void;
}

function Group({ group, value, errorId, onChange }: GroupProps) {
  const label = eventGroups[group];
  const own = events.filter((event) => event.group === group);
  const names = own.map(({ name }) => name);
  const isWhole = names.every((name) => value.includes(name));
  return (
    <fieldset className="min-w-0">
      <legend className="sr-only">{label}</legend>
      <div className="mb-2 flex items-center justify-between gap-3">
        <span aria-hidden className="text-sm font-medium">
          {label}
        </span>
        <Button
          size="sm"
          variant="ghost"
          aria-label={`${isWhole ? "Clear" : "Choose all of"} ${label}`}
          onClick={() => onChange(names, !isWhole)}
        >
          {isWhole ? "Clear" : "All"}
        </Button>
      </div>
      <div className="grid gap-2.5">
        {own.map(({ name, description }) => (
          <Checkbox
            key={name}
            label={<span className="font-mono text-[0.8125rem] wrap-anywhere">{name}</span>}
            description={description}
            checked={value.includes(name)}
            {...(errorId ? { "aria-invalid": true, "aria-errormessage": errorId } : {})}
            onChange={(event) => onChange([name], event.target.checked)}
          />
        ))}
      </div>
    </fieldset>
  );
}
