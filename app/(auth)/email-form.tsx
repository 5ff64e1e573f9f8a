"use client";

import { FormError } from "@/app/(auth)/form-error";
import type { AuthFormState } from "@/app/(auth)/form-state";
import { useAuthForm } from "@/app/(auth)/use-auth-form";
import { Button } from "@/components/button";
import { Field } from "@/components/field";
import { Input } from "@/components/input";

export interface EmailFormProps {
  action: (previous: AuthFormState, form: FormData) => Promise<AuthFormState>;
  submitLabel: string;
  callbackUrl?: string;
}

/** An address, and the button that has something mailed there. */
export function EmailForm({ action, submitLabel, callbackUrl }: EmailFormProps) {
  const { state, isPending, formProps } = useAuthForm(action);
  const { error, values } = state;
  return (
    <form {...formProps} className="grid gap-4">
      <FormError error={error} />
      {callbackUrl ? <input type="hidden" name="callbackUrl" value={callbackUrl} /> : null}
      <Field label="Email" error={error?.fields?.email}>
        {(control) => (
          <Input
            {...control}
            name="email"
            type="email"
            autoComplete="username"
            inputMode="email"
            autoCapitalize="none"
            spellCheck={false}
            defaultValue={values.email}
            className="h-9"
          />
        )}
      </Field>
      <Button type="submit" variant="primary" size="lg" loading={isPending} className="mt-1 w-full">
        {submitLabel}
      </Button>
    </form>
  );
}
