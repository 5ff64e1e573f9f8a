"use client";

import { FormError } from "@/app/(auth)/form-error";
import { signUpAction } from "@/app/(auth)/sign-up/actions";
import { useAuthForm } from "@/app/(auth)/use-auth-form";
import { Button } from "@/components/button";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { PasswordInput } from "@/components/password-input";

export function SignUpForm({ callbackUrl }: { callbackUrl: string }) {
  const { state, isPending, formProps } = useAuthForm(signUpAction);
  const { error, values } = state;
  const passwordError = error?.fields?.password;
  return (
    <form {...formProps} className="grid gap-4">
      <FormError error={error} />
      <input type="hidden" name="callbackUrl" value={callbackUrl} />
      <Field label="Name" error={error?.fields?.name}>
        {(control) => (
          <Input
            {...control}
            name="name"
            autoComplete="name"
            defaultValue={values.name}
            className="h-9"
          />
        )}
      </Field>
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
      <Field
        label="Password"
        // The error says it all again.
        hint={passwordError ? null : "At least 12 characters. A few unrelated words work well."}
        error={passwordError}
      >
        {(control) => (
          <PasswordInput {...control} name="password" autoComplete="new-password" className="h-9" />
        )}
      </Field>
      <Button type="submit" variant="primary" size="lg" loading={isPending} className="mt-1 w-full">
        Create account
      </Button>
    </form>
  );
}
