"use client";

import { type FormEvent, type ReactNode, useRef, useTransition } from "react";
import { FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { useProblem } from "@/app/(dashboard)/keys/use-problem";
import { useRecentSignIn } from "@/app/(dashboard)/recent-sign-in/use-recent-sign-in";
import { Button } from "@/components/button";
import { DialogFooter } from "@/components/dialog";
import type { ActionResult } from "@/lib/result";

export interface ConsoleFormProps<T> {
  /** The fields that show their own errors; what belongs to none stands above the buttons. */
  fields: readonly string[];
  submitLabel: string;
  tone?: "primary" | "danger";
  /** Sends what the form holds. */
  act: (data: FormData) => Promise<ActionResult<T>>;
  onDone: (data: T) => void;
  onCancel: () => void;
  /** Gets what is wrong with a field. */
  children: (errorOf: (field: string) => string | undefined) => ReactNode;
}

/**
 * A form of the console in a dialog. What is wrong is the server's to say; acts that want it ask for a recent
 * sign-in and go on.
 */
export function ConsoleForm<T>(props: ConsoleFormProps<T>) {
  const { fields, submitLabel, tone = "primary", act, onDone, onCancel, children } = props;
  const form = useRef<HTMLFormElement>(null);
  const { problem, refuse, errorOf, correcting } = useProblem(form);
  const { withRecentSignIn, proofDialog } = useRecentSignIn();
  const [isPending, startTransition] = useTransition();

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isPending) return;
    const data = new FormData(event.currentTarget);
    refuse(null);
    startTransition(async () => {
      const result = await withRecentSignIn(() => act(data).catch(unreachable));
      if (result.ok) onDone(result.data);
      else refuse({ ...result.error, fields: result.error.fields ?? {} });
    });
  }

  function correct({ target }: FormEvent<HTMLFormElement>) {
    const name = target instanceof Element ? target.getAttribute("name") : null;
    if (name) correcting(name, () => undefined)(null);
  }

  const isGeneral =
    problem !== null && !Object.keys(problem.fields).some((key) => fields.includes(key));
  return (
    <>
      <form ref={form} onSubmit={submit} onInput={correct} noValidate>
        <div className="grid gap-5">{children(errorOf)}</div>
        {isGeneral ? (
          <div className="mt-5">
            <FailureCallout failure={problem} />
          </div>
        ) : null}
        <DialogFooter isSticky>
          <Button onClick={onCancel}>Cancel</Button>
          <Button type="submit" variant={tone} loading={isPending}>
            {submitLabel}
          </Button>
        </DialogFooter>
      </form>
      {proofDialog}
    </>
  );
}
