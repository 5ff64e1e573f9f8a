import { clsx } from "clsx";
import { CircleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";

/** What a control needs so that its label, hint and error belong to it. Spread it on the control. */
export interface FieldControl {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

export interface FieldProps {
  label: string;
  /** Gives way to an error, which says what to do. */
  hint?: ReactNode;
  /** What is wrong and what to do; several are shown in one line each. */
  error?: string | readonly string[] | undefined;
  /** A word at the right end of the label's line, such as "Optional" or a link. */
  aside?: ReactNode;
  hideLabel?: boolean;
  className?: string;
  children: (control: FieldControl) => ReactNode;
}

/** A labelled control: `<Field label="Email">{(c) => <Input {...c} name="email" />}</Field>`. */
export function Field({ label, hint, error, aside, hideLabel, className, children }: FieldProps) {
  const id = useId();
  const errors = error === undefined ? [] : typeof error === "string" ? [error] : error;
  const errorId = errors.length > 0 ? `${id}-error` : undefined;
  const hintId = hint && !errorId ? `${id}-hint` : undefined;
  return (
    <div className={clsx("grid content-start gap-1.5", className)}>
      <div className={clsx("flex items-baseline justify-between gap-3", hideLabel && "sr-only")}>
        <label htmlFor={id} className="text-sm font-medium text-fg">
          {label}
        </label>
        {aside ? <span className="text-xs text-fg-3">{aside}</span> : null}
      </div>
      {children({
        id,
        "aria-describedby": errorId ?? hintId,
        "aria-invalid": errorId ? true : undefined,
      })}
      {errorId ? <FieldError id={errorId} errors={errors} /> : null}
      {hintId ? (
        <p id={hintId} className="text-xs text-fg-3">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

export function FieldError({ id, errors }: { id: string; errors: readonly string[] }) {
  return (
    <div id={id} role="alert" className="grid gap-0.5 text-xs text-red">
      {errors.map((text) => (
        <p key={text} className="flex gap-1.5">
          <CircleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />
          {text}
        </p>
      ))}
    </div>
  );
}
