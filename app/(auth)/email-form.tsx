"use client";

import { AccountEmailField } from "@/app/(auth)/account-email-field";
import { AuthForm, type AuthFormProps } from "@/app/(auth)/auth-form";

/** An address, and the button that has something mailed there. */
export function EmailForm(props: Omit<AuthFormProps, "children">) {
  return <AuthForm {...props}>{(state) => <AccountEmailField state={state} />}</AuthForm>;
}
