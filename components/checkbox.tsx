import { clsx } from "clsx";
import { Check } from "lucide-react";
import { type ComponentProps, type ReactNode, useId } from "react";

export interface CheckboxProps extends Omit<ComponentProps<"input">, "type"> {
  label: ReactNode;
  /** What checking it means; read after the label, not as part of its name. */
  description?: ReactNode;
}

/** A check box named by its label exactly, so that a description doesn't lengthen the name. */
export function Checkbox({ label, description, className, id, ...props }: CheckboxProps) {
  const fallbackId = useId();
  const inputId = id ?? fallbackId;
  const descriptionId = description ? `${inputId}-description` : undefined;
  return (
    <div className={clsx("flex items-start gap-2.5", className)}>
      <span className="relative mt-0.5 grid size-4 shrink-0 place-items-center">
        <input
          aria-describedby={descriptionId}
          {...props}
          id={inputId}
          type="checkbox"
          className={clsx(
            "peer size-4 cursor-pointer appearance-none rounded-sm border border-line-control bg-raised",
            "transition-colors duration-100 checked:border-accent checked:bg-accent",
            "aria-invalid:border-red disabled:cursor-not-allowed disabled:opacity-50",
            "forced-colors:appearance-auto",
          )}
        />
        <Check
          aria-hidden
          strokeWidth={3}
          className="pointer-events-none absolute size-3 text-accent-fg opacity-0 peer-checked:opacity-100 forced-colors:hidden"
        />
      </span>
      <div className="grid min-w-0 gap-0.5">
        <label htmlFor={inputId} className="text-base text-fg">
          {label}
        </label>
        {description ? (
          <p id={descriptionId} className="text-xs text-fg-3">
            {description}
          </p>
        ) : null}
      </div>
    </div>
  );
}
