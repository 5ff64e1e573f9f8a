"use client";

import { AccountEmailField } from "@/app/(auth)/account-email-field";
import { AuthForm } from "@/app/(auth)/auth-form";
import { NewPasswordField } from "@/app/(auth)/password-field";
import { signUpAction } from "@/app/(auth)/sign-up/actions";
import { Field } from "@/components/field";
import { Input } from "@/components/input";

export function SignUpForm({ callbackUrl }: { callbackUrl: string }) {
  return (
    <AuthForm action={signUpAction} submitLabel="Create account" callbackUrl={callbackUrl}>
      {(state) => (
        <>
          <Field label="Name" error={state.error?.fields?.name}>
            {(control) => (
              <Input
                {...control}
                name="name"
                autoComplete="name"
                defaultValue={state.values.name}
                className="h-9"
              />
            )}
          </Field>
          <AccountEmailField state={state} />
          <NewPasswordField error={state.error?.fields?.password} />
        </>
      )}
    </AuthForm>
  );
}
