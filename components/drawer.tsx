"use client";

import { clsx } from "clsx";
import { X } from "lucide-react";
import { Dialog as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "@/components/button";
import { dialogTitleClass, veilClass } from "@/components/dialog-class";
import { useFocusReturn } from "@/components/focus-return";

export interface DrawerProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  /** Beside the cross, such as the ways to the neighbours. */
  actions?: ReactNode;
  children: ReactNode;
}

/**
 * A panel at the side for looking closer at one of many, a sheet from below on a phone. Focus goes in,
 * stays in, and returns to where it came from.
 */
export function Drawer({ open, onOpenChange, title, description, actions, children }: DrawerProps) {
  const focusReturn = useFocusReturn();
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className={veilClass} />
        <Primitive.Content
          {...focusReturn}
          {...(description ? {} : { "aria-describedby": undefined })}
          className={clsx(
            "fixed z-50 flex flex-col bg-raised shadow-float outline-none forced-colors:border",
            "md:inset-y-0 md:right-0 md:w-[min(600px,92vw)] md:border-l md:border-line-strong",
            "max-md:inset-x-0 max-md:bottom-0 max-md:max-h-[92dvh] max-md:rounded-t-xl",
            "max-md:border-t max-md:border-line-strong data-[state=open]:animate-rise-in",
          )}
        >
          <div className="flex items-start gap-3 border-b border-line py-4 pr-3 pl-6 max-md:pl-4">
            <div className="min-w-0 flex-1">
              <Primitive.Title className={clsx(dialogTitleClass, "wrap-anywhere")}>
                {title}
              </Primitive.Title>
              {description ? (
                <Primitive.Description asChild>
                  <div className="mt-0.5 text-sm text-fg-2">{description}</div>
                </Primitive.Description>
              ) : null}
            </div>
            <div className="flex shrink-0 items-center gap-1">
              {actions}
              <Primitive.Close asChild>
                <Button variant="ghost" size="sm" iconOnly aria-label="Close">
                  <X aria-hidden />
                </Button>
              </Primitive.Close>
            </div>
          </div>
          <section
            // Scrolls by keyboard too, also where nothing in it takes focus.
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take focus.
            tabIndex={0}
            aria-label="Details"
            className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-6 py-5 outline-offset-[-2px] max-md:px-4 max-md:pb-[max(1.25rem,env(safe-area-inset-bottom))]"
          >
            {children}
          </section>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
