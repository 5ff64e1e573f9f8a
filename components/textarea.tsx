import { clsx } from "clsx";
import type { ComponentProps } from "react";
import { controlClass } from "@/components/control-class";

/** A text field of several lines that grows with its text where the browser can. */
export function Textarea({ className, ...props }: ComponentProps<"textarea">) {
  return (
    <textarea
      rows={3}
      {...props}
      className={clsx(controlClass, "field-sizing-content min-h-16 py-1.5", className)}
    />
  );
}
