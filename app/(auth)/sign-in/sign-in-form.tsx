"use client";

import { FormError } from "@/app/(auth)/form-error";
import { signInAction } from "@/app/(auth)/sign-in/actions";
import { useAuthForm } from "@/app/(auth)/use-auth-form";
import { Button } from "@/components/button";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { NearLink } from "@/components/near-link";
import { PasswordInput } from "@/components/password-input";

export function SignInForm({ callbackUrl }: { callbackUrl: string }) {
  const { state, isPending, formProps } = useAuthForm(signInAction);
  const { error, values } = state;
  return (
    <form {...formProps} className="grid gap-4">
      <FormError error={error} />
      <input type="hidden" name="callbackUrl" value={callbackUrl} />
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
        error={error?.fields?.password}
        aside={
          <NearLink href="/forgot-password" className="rounded-sm text-fg-2 hover:text-fg">
            Forgotten?
          </NearLink>
        }
      >
        {(control) => (
          <PasswordInput
            {...control}
            name="password"
            autoComplete="current-password"
            className="h-9"
          />
        )}
      </Field>
      <Button type="submit" variant="primary" size="lg" loading={isPending} className="mt-1 w-full">
        Sign in
      </Button>
    </form>
  );
}
