import { Field } from "@/components/field";
import { Input } from "@/components/input";

export interface ReasonFieldProps {
  error: string | undefined;
  placeholder: string;
}

/** Why; whoever writes it should know who reads it. */
export function ReasonField({ error, placeholder }: ReasonFieldProps) {
  return (
    <Field label="Reason" hint="The customer reads it in their audit log." error={error}>
      {(control) => (
        <Input
          {...control}
          name="reason"
          maxLength={300}
          autoComplete="off"
          placeholder={placeholder}
        />
      )}
    </Field>
  );
}
