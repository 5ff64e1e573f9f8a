"use client";

import { X } from "lucide-react";
import { Dialog } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "@/components/button";
import { veilClass } from "@/components/dialog-class";
import { useFocusReturn } from "@/components/focus-return";

export interface MobileSheetProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  children: ReactNode;
}

/** What `MobileNav` fetches when it is first opened. */
export default function MobileSheet({ open, onOpenChange, children }: MobileSheetProps) {
  const focusReturn = useFocusReturn();
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className={veilClass} />
        <Dialog.Content
          {...focusReturn}
          aria-describedby={undefined}
          className="fixed inset-y-0 left-0 z-50 flex w-72 max-w-[85vw] flex-col gap-0.5 overflow-y-auto overscroll-contain border-r border-line bg-panel p-2.5 pb-[max(0.625rem,env(safe-area-inset-bottom))] outline-none data-[state=open]:animate-slide-in"
        >
          <Dialog.Title className="sr-only">Menu</Dialog.Title>
          {children}
          <Dialog.Close asChild>
            <Button
              variant="ghost"
              iconOnly
              aria-label="Close menu"
              className="absolute! top-2.5 right-2.5"
            >
              <X aria-hidden />
            </Button>
          </Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
