"use client";

import { FormError } from "@/app/(auth)/form-error";
import type { AuthFormState } from "@/app/(auth)/form-state";
import { useAuthForm } from "@/app/(auth)/use-auth-form";
import { Button } from "@/components/button";
import { Field } from "@/components/field";
import { PasswordInput } from "@/components/password-input";

export interface ActFormProps {
  action: (previous: AuthFormState, form: FormData) => Promise<AuthFormState>;
  submitLabel: string;
  callbackUrl?: string;
  asksPassword?: boolean;
}

/** One button that does what a mailed link is for: opening the link alone does nothing. */
export function ActForm(props: ActFormProps) {
  const { action, submitLabel, callbackUrl, asksPassword = false } = props;
  const { state, isPending, formProps } = useAuthForm(action);
  const { error } = state;
  return (
    <form {...formProps} className="grid gap-4">
      <FormError error={error} />
      {callbackUrl ? <input type="hidden" name="callbackUrl" value={callbackUrl} /> : null}
      {asksPassword ? (
        <Field label="Password" error={error?.fields?.password}>
          {(control) => (
            <PasswordInput
              {...control}
              name="password"
              autoComplete="current-password"
              className="h-9"
            />
          )}
        </Field>
      ) : null}
      <Button type="submit" variant="primary" size="lg" loading={isPending} className="w-full">
        {submitLabel}
      </Button>
    </form>
  );
}
