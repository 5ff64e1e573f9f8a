"use client";

import { type FormEvent, useState, useTransition } from "react";
import { Button } from "@/components/button";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { toast } from "@/components/toast";
import type { ActionResult } from "@/lib/result";

export interface NameFormProps {
  label: string;
  name: string;
  autoComplete?: "name" | "organization";
  hint?: string;
  /** Said when it is saved. */
  savedMessage: string;
  disabled?: boolean;
  rename: (input: { name: string }) => Promise<ActionResult<void>>;
}

/** One name and the button that saves it, which waits for a change. */
export function NameForm(props: NameFormProps) {
  const [draft, setDraft] = useState(props.name);
  const [error, setError] = useState<string>();
  const [isPending, startTransition] = useTransition();
  // As the server keeps it, so that a name typed in another form of Unicode counts as saved.
  const isUnchanged = draft.trim().normalize("NFC") === props.name;

  function save(event: FormEvent) {
    event.preventDefault();
    if (isUnchanged || isPending) return;
    startTransition(async () => {
      const result = await props.rename({ name: draft });
      setError(result.ok ? undefined : (result.error.fields?.name ?? result.error.message));
      if (result.ok) toast.success(props.savedMessage);
    });
  }

  return (
    <form onSubmit={save} noValidate className="flex max-w-120 items-start gap-2">
      <Field label={props.label} hint={props.hint} error={error} className="min-w-0 flex-1">
        {(control) => (
          <Input
            {...control}
            name="name"
            autoComplete={props.autoComplete ?? "off"}
            value={draft}
            disabled={props.disabled}
            onChange={(event) => setDraft(event.target.value)}
          />
        )}
      </Field>
      {props.disabled ? null : (
        <Button type="submit" disabled={isUnchanged} loading={isPending} className="mt-6.5">
          Save
        </Button>
      )}
    </form>
  );
}
