"use client";

import { AccountEmailField } from "@/app/(auth)/account-email-field";
import { AuthForm } from "@/app/(auth)/auth-form";
import { NewPasswordField } from "@/app/(auth)/password-field";
import { signUpAction } from "@/app/(auth)/sign-up/actions";
import { Field } from "@/components/field";
import { Input } from "@/components/input";

export interface SignUpFormProps {
  callbackUrl: string;
  /** The address to start with. */
  email?: string | undefined;
}

export function SignUpForm({ callbackUrl, email }: SignUpFormProps) {
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
          <AccountEmailField state={state} email={email} />
          <NewPasswordField error={state.error?.fields?.password} />
        </>
      )}
    </AuthForm>
  );
}
