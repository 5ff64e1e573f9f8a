"use client";

import { type FormEvent, useRef, useState, useTransition } from "react";
import { useRecentSignIn } from "@/app/(dashboard)/recent-sign-in/use-recent-sign-in";
import { changePasswordAction } from "@/app/(dashboard)/settings/security-actions";
import { Button } from "@/components/button";
import { Callout } from "@/components/callout";
import { Field } from "@/components/field";
import { PasswordInput } from "@/components/password-input";
import type { ActionError } from "@/lib/result";

export interface PasswordFormProps {
  hasPassword: boolean;
  email: string;
}

export function PasswordForm({ hasPassword, email }: PasswordFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [error, setError] = useState<ActionError | null>(null);
  const [isDone, setIsDone] = useState(false);
  const [isPending, startTransition] = useTransition();
  const { withRecentSignIn, proofDialog } = useRecentSignIn();

  function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isPending) return;
    const typed = new FormData(event.currentTarget);
    const password = String(typed.get("password") ?? "");
    const currentPassword = hasPassword ? String(typed.get("currentPassword") ?? "") : undefined;
    startTransition(async () => {
      const result = await withRecentSignIn(() =>
        changePasswordAction({ password, ...(hasPassword ? { currentPassword } : {}) }),
      );
      setError(result.ok ? null : result.error);
      setIsDone(result.ok);
      if (result.ok) form.current?.reset();
    });
  }

  return (
    <>
      <form ref={form} onSubmit={save} noValidate className="grid max-w-90 gap-4">
        {error && !error.fields ? <Callout tone="red">{error.message}</Callout> : null}
        {isDone ? (
          <Callout tone="green" role="status">
            Your password is changed, and every other browser is signed out.
          </Callout>
        ) : null}
        {/* Password managers find the account by it. */}
        <input type="hidden" autoComplete="username" value={email} readOnly />
        {hasPassword ? (
          <Field label="Current password" error={error?.fields?.currentPassword}>
            {(control) => (
              <PasswordInput {...control} name="currentPassword" autoComplete="current-password" />
            )}
          </Field>
        ) : null}
        <Field
          label="New password"
          hint="At least 12 characters. A few unrelated words work well."
          error={error?.fields?.password}
        >
          {(control) => <PasswordInput {...control} name="password" autoComplete="new-password" />}
        </Field>
        <Button type="submit" loading={isPending} className="justify-self-start">
          {hasPassword ? "Change password" : "Set password"}
        </Button>
      </form>
      {proofDialog}
    </>
  );
}
