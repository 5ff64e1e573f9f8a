import { clsx } from "clsx";
import { ChevronsUpDown } from "lucide-react";
import type { ComponentProps } from "react";
import { controlClass } from "@/components/control-class";

export interface SelectOption {
  value: string;
  label: string;
  disabled?: boolean;
}

/** The platform's own select in the house's frame: the best menu on phones, and works in any form. */
export function Select({
  options,
  className,
  ...props
}: Omit<ComponentProps<"select">, "children"> & { options: readonly SelectOption[] }) {
  return (
    <span className={clsx("relative block", className)}>
      <select {...props} className={clsx(controlClass, "h-8 appearance-none pr-8")}>
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronsUpDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2.5 size-3.5 -translate-y-1/2 text-fg-3"
      />
    </span>
  );
}
