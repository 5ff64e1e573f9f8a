"use client";

import { AccountEmailField } from "@/app/(auth)/account-email-field";
import { AuthForm } from "@/app/(auth)/auth-form";
import { PasswordField } from "@/app/(auth)/password-field";
import { signInAction } from "@/app/(auth)/sign-in/actions";
import { NearLink } from "@/components/near-link";

export interface SignInFormProps {
  callbackUrl: string;
  /** The address to start with. */
  email?: string | undefined;
}

export function SignInForm({ callbackUrl, email }: SignInFormProps) {
  return (
    <AuthForm action={signInAction} submitLabel="Sign in" callbackUrl={callbackUrl}>
      {(state) => (
        <>
          <AccountEmailField state={state} email={email} />
          <PasswordField
            error={state.error?.fields?.password}
            aside={
              <NearLink href="/forgot-password" className="rounded-sm text-fg-2 hover:text-fg">
                Forgotten?
              </NearLink>
            }
          />
        </>
      )}
    </AuthForm>
  );
}
