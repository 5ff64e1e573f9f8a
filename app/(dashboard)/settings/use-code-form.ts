"use client";

import { type ChangeEvent, type FormEvent, useState, useTransition } from "react";
import { useRecentSignIn } from "@/app/(dashboard)/recent-sign-in/use-recent-sign-in";
import type { ActionError, ActionResult } from "@/lib/result";

/**
 * A form of one code, whose act wants a recent sign-in. `codeProps` are for the field; `proofDialog` has to
 * stand outside of the form.
 */
export function useCodeForm<T>(
  send: (given: { code: string }) => Promise<ActionResult<T>>,
  onDone: (data: T) => void,
) {
  const [code, setCode] = useState("");
  const [error, setError] = useState<ActionError | null>(null);
  const [isPending, startTransition] = useTransition();
  const { withRecentSignIn, proofDialog } = useRecentSignIn();

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (isPending) return;
    startTransition(async () => {
      const result = await withRecentSignIn(() => send({ code }));
      if (result.ok) onDone(result.data);
      else setError(result.error);
    });
  }

  return {
    error,
    formProps: { onSubmit, noValidate: true },
    codeProps: {
      value: code,
      onChange: (event: ChangeEvent<HTMLInputElement>) => setCode(event.target.value),
      mono: true,
      autoComplete: "one-time-code",
    },
    submitProps: { type: "submit", loading: isPending, disabled: code === "" } as const,
    proofDialog,
  };
}
