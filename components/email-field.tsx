import { Field, type FieldProps } from "@/components/field";
import { Input, type InputProps } from "@/components/input";

export interface EmailFieldProps
  extends Pick<FieldProps, "hint" | "error" | "aside" | "className">,
    Pick<
      InputProps,
      "name" | "autoComplete" | "placeholder" | "defaultValue" | "value" | "onChange"
    > {
  label?: string;
  inputClassName?: string;
}

/** An e-mail address, typed without what keyboards and spelling checkers would make of it. */
export function EmailField(props: EmailFieldProps) {
  const { label = "Email", hint, error, aside, className, inputClassName, ...input } = props;
  return (
    <Field label={label} hint={hint} error={error} aside={aside} className={className}>
      {(control) => (
        <Input
          {...control}
          {...input}
          type="email"
          inputMode="email"
          autoCapitalize="none"
          spellCheck={false}
          className={inputClassName}
        />
      )}
    </Field>
  );
}
