import type { AuthFormState } from "@/app/(auth)/form-state";
import { EmailField } from "@/components/email-field";

/** The address of an account; password managers keep the password under it. */
export function AccountEmailField({ state: { error, values } }: { state: AuthFormState }) {
  return (
    <EmailField
      name="email"
      autoComplete="username"
      error={error?.fields?.email}
      defaultValue={values.email}
      inputClassName="h-9"
    />
  );
}
