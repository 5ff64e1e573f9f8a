"use client";

import { clsx } from "clsx";
import { DropdownMenu as Primitive } from "radix-ui";
import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { MenuParts } from "@/components/menu-parts";

export interface DropdownMenuPanelProps {
  triggerId: string;
  button: RefObject<HTMLButtonElement | null>;
  open: boolean;
  /** Opened by a key, whoever opens it expects the focus on the first act. */
  isByKeyboard: boolean;
  onOpenChange: (open: boolean) => void;
  align: "start" | "end";
  side: "top" | "bottom";
  className: string | undefined;
  children: ReactNode;
}

/** What `DropdownMenu` fetches when it is first wanted. */
export default function DropdownMenuPanel(props: DropdownMenuPanelProps) {
  const { button, isByKeyboard } = props;
  const isLeftByPointer = useRef(false);
  const [content, setContent] = useState<HTMLElement | null>(null);
  // The library sees to it itself, but not for the key that fetched it.
  useEffect(() => {
    if (!content || !isByKeyboard) return;
    content.querySelector<HTMLElement>("[role^=menuitem]:not([data-disabled])")?.focus();
  }, [content, isByKeyboard]);
  // The library places a menu beside its own button; ours holds an empty one of the same size.
  const anchor = button.current
    ? createPortal(
        <Primitive.Trigger asChild>
          <span aria-hidden className="pointer-events-none absolute inset-0" />
        </Primitive.Trigger>,
        button.current,
      )
    : null;
  return (
    <Primitive.Root modal={false} open={props.open} onOpenChange={props.onOpenChange}>
      {anchor}
      <Primitive.Portal>
        <Primitive.Content
          ref={setContent}
          aria-labelledby={props.triggerId}
          align={props.align}
          side={props.side}
          sideOffset={6}
          collisionPadding={8}
          onInteractOutside={() => {
            isLeftByPointer.current = true;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (!isLeftByPointer.current) button.current?.focus();
            isLeftByPointer.current = false;
          }}
          className={clsx(
            "z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 overflow-y-auto rounded-lg border",
            "border-line-strong bg-raised p-1 shadow-float data-[state=open]:animate-pop-in",
            "origin-(--radix-dropdown-menu-content-transform-origin)",
            props.className,
          )}
        >
          <MenuParts value={Primitive}>{props.children}</MenuParts>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
