import { Field, type FieldProps } from "@/components/field";
import { PasswordInput } from "@/components/password-input";

export interface PasswordFieldProps extends Pick<FieldProps, "hint" | "error" | "aside"> {
  label?: string;
  autoComplete?: "current-password" | "new-password";
}

export function PasswordField(props: PasswordFieldProps) {
  const { label = "Password", autoComplete = "current-password", ...field } = props;
  return (
    <Field label={label} {...field}>
      {(control) => (
        <PasswordInput {...control} name="password" autoComplete={autoComplete} className="h-9" />
      )}
    </Field>
  );
}

/** A password that is chosen, with what is asked of it. */
export function NewPasswordField({ label, error }: Pick<PasswordFieldProps, "label" | "error">) {
  return (
    <PasswordField
      label={label}
      // The error says it all again.
      hint={error ? null : "At least 12 characters. A few unrelated words work well."}
      error={error}
      autoComplete="new-password"
    />
  );
}
