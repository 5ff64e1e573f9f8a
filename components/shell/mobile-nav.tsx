"use client";

import { Menu, X } from "lucide-react";
import { usePathname } from "next/navigation";
import { Dialog } from "radix-ui";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/button";
import { veilClass } from "@/components/dialog-class";

/** The phone's top bar button and the sheet it opens. Closes by itself when the page changes. */
export function MobileNav({ children }: { children: ReactNode }) {
  const pathname = usePathname();
  // Remembering where it was opened closes it on arrival elsewhere, without an effect.
  const [openedAt, setOpenedAt] = useState<string | null>(null);
  const isOpen = openedAt === pathname;
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => setOpenedAt(open ? pathname : null)}>
      <Dialog.Trigger asChild>
        <Button variant="ghost" size="lg" iconOnly aria-label="Open menu" className="-mr-2.5">
          <Menu aria-hidden />
        </Button>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className={veilClass} />
        <Dialog.Content
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
