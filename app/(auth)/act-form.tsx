"use client";

import { AuthForm, type AuthFormProps } from "@/app/(auth)/auth-form";
import { PasswordField } from "@/app/(auth)/password-field";

export interface ActFormProps extends Omit<AuthFormProps, "children"> {
  asksPassword?: boolean;
}

/** One button that does what a mailed link is for: opening the link alone does nothing. */
export function ActForm({ asksPassword = false, ...form }: ActFormProps) {
  if (!asksPassword) return <AuthForm {...form} />;
  return (
    <AuthForm {...form}>
      {({ error }) => <PasswordField error={error?.fields?.password} />}
    </AuthForm>
  );
}
