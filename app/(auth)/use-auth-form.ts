"use client";

import { type FormEvent, startTransition, useActionState, useEffect, useRef } from "react";
import { type AuthFormState, emptyAuthForm } from "@/app/(auth)/form-state";

export type AuthFormAction = (previous: AuthFormState, form: FormData) => Promise<AuthFormState>;

/**
 * A form over a server action that keeps what was typed, the password too, after a refusal (React empties
 * forms that it submits itself), and takes the focus to the first field that is wrong. Without
 * scripts `action` posts the form as ever.
 */
export function useAuthForm(action: AuthFormAction) {
  const [state, dispatch, isPending] = useActionState(action, emptyAuthForm);
  const ref = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (!state.error) return;
    const wrong = ref.current?.querySelector<HTMLElement>("[aria-invalid=true]");
    (wrong ?? ref.current?.querySelector<HTMLElement>("[name=password]"))?.focus();
  }, [state]);

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isPending) return;
    const form = new FormData(event.currentTarget);
    startTransition(() => dispatch(form));
  }

  return { state, isPending, formProps: { ref, action: dispatch, onSubmit, noValidate: true } };
}
