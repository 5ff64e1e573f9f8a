"use client";

import { clsx } from "clsx";
import { Popover as Primitive } from "radix-ui";
import type { ReactNode } from "react";

export interface PopoverProps {
  /** The button that opens it. */
  trigger: ReactNode;
  /** The accessible name of what opens. */
  label: string;
  children: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  align?: "start" | "center" | "end";
  className?: string;
}

/** A small panel beside its button, for a filter or a date range. Escape closes it. */
export function Popover(props: PopoverProps) {
  return (
    <Primitive.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Primitive.Trigger asChild>{props.trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          aria-label={props.label}
          align={props.align ?? "start"}
          sideOffset={6}
          collisionPadding={12}
          className={clsx(
            "z-50 w-72 max-w-[calc(100vw-1.5rem)] rounded-lg border border-line-strong bg-raised p-4",
            "shadow-float outline-none data-[state=open]:animate-pop-in",
            "origin-(--radix-popover-content-transform-origin)",
            props.className,
          )}
        >
          {props.children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
