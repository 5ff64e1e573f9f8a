"use client";

import { FormError } from "@/app/(auth)/form-error";
import { resetPasswordAction } from "@/app/(auth)/reset-password/actions";
import { useAuthForm } from "@/app/(auth)/use-auth-form";
import { Button } from "@/components/button";
import { Field } from "@/components/field";
import { PasswordInput } from "@/components/password-input";

export function ResetForm({ email }: { email: string }) {
  const { state, isPending, formProps } = useAuthForm(resetPasswordAction);
  const { error } = state;
  const passwordError = error?.fields?.password;
  return (
    <form {...formProps} className="grid gap-4">
      <FormError error={error} />
      {/* Password managers keep the new password under this name. */}
      <input type="hidden" name="email" autoComplete="username" value={email} readOnly />
      <Field
        label="New password"
        hint={passwordError ? null : "At least 12 characters. A few unrelated words work well."}
        error={passwordError}
      >
        {(control) => (
          <PasswordInput {...control} name="password" autoComplete="new-password" className="h-9" />
        )}
      </Field>
      <Button type="submit" variant="primary" size="lg" loading={isPending} className="mt-1 w-full">
        Set new password
      </Button>
    </form>
  );
}
