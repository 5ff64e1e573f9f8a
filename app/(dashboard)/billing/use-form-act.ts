"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { refreshBalance } from "@/app/(dashboard)/billing/use-balance";
import type { Failure } from "@/app/(dashboard)/keys/failure-callout";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import type { ActionResult, FieldErrors } from "@/lib/result";

export interface FormAct {
  /** The message of a field that was refused. */
  errorOf: (field: string) => string | undefined;
  /** Why the last attempt failed, where that isn't about one field. */
  failure: Failure | undefined;
  isPending: boolean;
  refuse: (fields: FieldErrors) => void;
  forget: () => void;
  run: <T>(action: () => Promise<ActionResult<T>>, onDone: (data: T) => void) => void;
}

/** One act of a form or a button: what it answers is shown in place, or ends it. Runs one at a time. */
export function useFormAct(): FormAct {
  const router = useRouter();
  const [fields, setFields] = useState<FieldErrors>({});
  const [failure, setFailure] = useState<Failure>();
  const [isPending, startTransition] = useTransition();

  function forget() {
    setFields({});
    setFailure(undefined);
  }

  function run<T>(action: () => Promise<ActionResult<T>>, onDone: (data: T) => void) {
    if (isPending) return;
    forget();
    startTransition(async () => {
      const result = await action().catch(unreachable);
      refreshBalance();
      if (result.ok) return onDone(result.data);
      const { error } = result;
      if (error.fields) setFields(error.fields);
      else setFailure(error);
      // What stands on the page was changed by somebody else.
      if (error.code === "CONFLICT") router.refresh();
    });
  }

  return { errorOf: (field) => fields[field], failure, isPending, refuse: setFields, forget, run };
}
