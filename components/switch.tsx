import { clsx } from "clsx";
import { type ComponentProps, type ReactNode, useId } from "react";

export interface SwitchProps extends Omit<ComponentProps<"input">, "type" | "role"> {
  label: ReactNode;
  description?: ReactNode;
}

/** An on/off switch with its label to the left; takes effect at once, so don't put it in a form. */
export function Switch({ label, description, className, id, ...props }: SwitchProps) {
  const fallbackId = useId();
  const inputId = id ?? fallbackId;
  const descriptionId = description ? `${inputId}-description` : undefined;
  return (
    <div className={clsx("flex items-start justify-between gap-4", className)}>
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
      <input
        aria-describedby={descriptionId}
        {...props}
        id={inputId}
        type="checkbox"
        // biome-ignore lint/a11y/useAriaPropsForRole: a native check box tells its state by itself.
        role="switch"
        className={clsx(
          "relative mt-0.5 h-4.5 w-8 shrink-0 cursor-pointer appearance-none rounded-full",
          "border border-line-control bg-line-control transition-colors duration-150",
          "before:absolute before:top-px before:left-px before:size-3.5 before:rounded-full before:bg-white",
          "before:transition-transform before:duration-150 checked:border-accent checked:bg-accent",
          "checked:before:translate-x-3.5 dark:checked:before:bg-accent-fg",
          "disabled:cursor-not-allowed disabled:opacity-50",
        )}
      />
    </div>
  );
}
