import { clsx } from "clsx";
import type { ComponentProps, ReactNode } from "react";
import { controlClass } from "@/components/control-class";

export interface InputProps extends ComponentProps<"input"> {
  mono?: boolean;
  /** A sign inside the field before the text, such as a magnifier or a dollar. */
  leading?: ReactNode;
  /** Something inside the field after the text, such as a shortcut hint. */
  trailing?: ReactNode;
}

/** A one-line text field, 32 px high; 16 px text on phones, so that the page doesn't zoom. */
export function Input({ mono, leading, trailing, className, ...props }: InputProps) {
  const input = (
    <input
      type="text"
      {...props}
      className={clsx(
        controlClass,
        "h-8",
        mono && "font-mono text-[0.8125rem]",
        leading && "pl-8",
        trailing && "pr-8",
        !leading && !trailing && className,
      )}
    />
  );
  if (!leading && !trailing) return input;
  return (
    <span className={clsx("relative block", className)}>
      {leading ? (
        <span
          aria-hidden
          className="pointer-events-none absolute inset-y-0 left-0 grid w-8 place-items-center text-fg-3 [&_svg]:size-4"
        >
          {leading}
        </span>
      ) : null}
      {input}
      {trailing ? (
        <span className="absolute inset-y-0 right-2 flex items-center text-fg-3">{trailing}</span>
      ) : null}
    </span>
  );
}
