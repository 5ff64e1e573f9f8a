"use client";

import { type FormEvent, useEffect, useRef, useState, useTransition } from "react";
import { FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { useProblem } from "@/app/(dashboard)/keys/use-problem";
import { EventsField } from "@/app/(dashboard)/webhooks/events-field";
import { Button } from "@/components/button";
import { DialogFooter } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import type { ActionError } from "@/lib/result";

export interface EndpointDraft {
  url: string;
  description: string;
  events: string[];
}

export interface EndpointFormProps {
  initial: EndpointDraft;
  submitLabel: string;
  /** Sends what was filled in. Answers why it was refused; null where it wasn't. */
  send: (draft: EndpointDraft) => Promise<ActionError | null>;
  onCancel: () => void;
}

const shownFields: readonly string[] = ["url", "description", "events"];

/** Where to, what for, and which events. What is wrong is the server's to say: it looks the address up. */
export default function EndpointForm({ initial, submitLabel, send, onCancel }: EndpointFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [url, setUrl] = useState(initial.url);
  const [description, setDescription] = useState(initial.description);
  const [events, setEvents] = useState(initial.events);
  const { problem, refuse, errorOf, correcting } = useProblem(form);
  const [isPending, startTransition] = useTransition();
  const urlField = useUrlFocus();

  function submit(event: FormEvent) {
    event.preventDefault();
    if (isPending) return;
    refuse(null);
    startTransition(async () => {
      const failure = await send({ url, description, events });
      if (failure) refuse({ ...failure, fields: failure.fields ?? {} });
    });
  }

  // What belongs to no field that is shown stands above the buttons.
  const isGeneral =
    problem !== null && !Object.keys(problem.fields).some((key) => shownFields.includes(key));
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <div className="grid gap-5">
        <Field
          label="URL"
          error={errorOf("url")}
          hint="An https address on the public internet that takes a POST."
        >
          {(control) => (
            <Input
              {...control}
              ref={urlField}
              mono
              type="url"
              inputMode="url"
              value={url}
              placeholder="https://example.com/webhooks"
              onChange={(event) => correcting("url", setUrl)(event.target.value)}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
            />
          )}
        </Field>
        <Field
          label="Description"
          aside="Optional"
          error={errorOf("description")}
          hint="What it is for, such as “Billing in production”."
        >
          {(control) => (
            <Input
              {...control}
              value={description}
              onChange={(event) => correcting("description", setDescription)(event.target.value)}
              autoComplete="off"
            />
          )}
        </Field>
        <EventsField
          value={events}
          error={errorOf("events")}
          onValueChange={correcting("events", setEvents)}
        />
      </div>
      {isGeneral ? (
        <div className="mt-5">
          <FailureCallout failure={problem} />
        </div>
      ) : null}
      <DialogFooter isSticky>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" loading={isPending}>
          {submitLabel}
        </Button>
      </DialogFooter>
    </form>
  );
}

/** The address is what has to be typed; on a touch screen its keyboard would cover everything else. */
function useUrlFocus() {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (window.matchMedia("(pointer: fine)").matches) field.current?.focus();
  }, []);
  return field;
}
