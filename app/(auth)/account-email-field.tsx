import type { AuthFormState } from "@/app/(auth)/form-state";
import { EmailField } from "@/components/email-field";

export interface AccountEmailFieldProps {
  state: AuthFormState;
  /** The address to start with. */
  email?: string | undefined;
}

/** The address of an account; password managers keep the password under it. */
export function AccountEmailField({ state, email }: AccountEmailFieldProps) {
  const { error, values } = state;
  return (
    <EmailField
      name="email"
      autoComplete="username"
      error={error?.fields?.email}
      defaultValue={values.email || email}
      inputClassName="h-9"
    />
  );
}
