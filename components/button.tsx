"use client";

import type { ComponentProps, MouseEvent } from "react";
import { type ButtonLook, buttonClass } from "@/components/button-class";
import { Kbd } from "@/components/kbd";
import { Spinner } from "@/components/spinner";

export interface ButtonProps extends ComponentProps<"button">, ButtonLook {
  /** Shows a spinner, keeps the width and the focus, and ignores presses. */
  loading?: boolean;
  /** The shortcut that does the same, shown as a small key. */
  kbd?: string;
}

/** A button. Its type is "button" unless said otherwise, so that it never submits by accident. */
export function Button(props: ButtonProps) {
  const { loading, kbd, variant, size, iconOnly, className, children, ...rest } = props;
  const shared = {
    className: buttonClass({ variant, size, iconOnly, className }),
    "aria-keyshortcuts": kbd,
  };
  return (
    <button
      type="button"
      {...rest}
      {...shared}
      aria-busy={loading || undefined}
      aria-disabled={loading || rest["aria-disabled"]}
      onClick={loading ? ignorePress : rest.onClick}
    >
      {loading ? (
        <>
          <span className="absolute inset-0 grid place-items-center" aria-hidden>
            <Spinner />
          </span>
          <span className="inline-flex items-center gap-1.75 opacity-0">{children}</span>
        </>
      ) : (
        <>
          {children}
          {kbd ? <Kbd tone="inherit">{kbd}</Kbd> : null}
        </>
      )}
    </button>
  );
}

/** A busy submit button must not send its form a second time. */
function ignorePress(event: MouseEvent) {
  event.preventDefault();
}
