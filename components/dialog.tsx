"use client";

import { clsx } from "clsx";
import type { ReactNode } from "react";
import { dialogFooterClass } from "@/components/dialog-class";
import type { DialogProps } from "@/components/dialog-panel";
import { lazyPart, useEver } from "@/components/lazy-part";

const DialogPanel = lazyPart(() => import("@/components/dialog-panel"));

/**
 * A modal dialog. Focus goes in, stays in, and returns to where it came from. What makes it one is fetched
 * when it is first opened.
 */
export function Dialog(props: DialogProps) {
  return useEver(props.open) ? <DialogPanel {...props} /> : null;
}

export interface DialogFooterProps {
  /** Stays in sight while a form that is longer than the screen scrolls behind it. */
  isSticky?: boolean;
  children: ReactNode;
}

/** The row of buttons at a dialog's foot, for dialogs whose form holds its own buttons. */
export function DialogFooter({ isSticky, children }: DialogFooterProps) {
  return (
    <div
      data-sticky={isSticky}
      className={clsx(
        dialogFooterClass,
        isSticky
          ? "sticky -bottom-6 z-10 mt-5 -mx-6 -mb-6 border-t border-line bg-raised px-6 py-3 max-sm:-bottom-5 max-sm:-mx-5 max-sm:-mb-5 max-sm:px-5"
          : "mt-6",
      )}
    >
      {children}
    </div>
  );
}
