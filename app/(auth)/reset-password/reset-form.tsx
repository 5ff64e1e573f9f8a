"use client";

import { AuthForm } from "@/app/(auth)/auth-form";
import { NewPasswordField } from "@/app/(auth)/password-field";
import { resetPasswordAction } from "@/app/(auth)/reset-password/actions";

export function ResetForm({ email }: { email: string }) {
  return (
    <AuthForm action={resetPasswordAction} submitLabel="Set new password">
      {({ error }) => (
        <>
          {/* Password managers keep the new password under this name. */}
          <input type="hidden" name="email" autoComplete="username" value={email} readOnly />
          <NewPasswordField label="New password" error={error?.fields?.password} />
        </>
      )}
    </AuthForm>
  );
}
