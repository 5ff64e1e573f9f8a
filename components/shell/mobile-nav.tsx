"use client";

import { Menu } from "lucide-react";
import { usePathname } from "next/navigation";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/button";
import { lazyPart, useEver } from "@/components/lazy-part";

const MobileSheet = lazyPart(() => import("@/components/shell/mobile-sheet"));

/** The phone's top bar button and the sheet it opens. Closes by itself when the page changes. */
export function MobileNav({ children }: { children: ReactNode }) {
  const pathname = usePathname();
  // Remembering where it was opened closes it on arrival elsewhere, without an effect.
  const [openedAt, setOpenedAt] = useState<string | null>(null);
  const isOpen = openedAt === pathname;
  const isWanted = useEver(isOpen);
  return (
    <>
      <Button
        variant="ghost"
        size="lg"
        iconOnly
        aria-label="Open menu"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        className="-mr-2.5"
        onClick={() => setOpenedAt(pathname)}
      >
        <Menu aria-hidden />
      </Button>
      {isWanted ? (
        <MobileSheet open={isOpen} onOpenChange={(open) => setOpenedAt(open ? pathname : null)}>
          {children}
        </MobileSheet>
      ) : null}
    </>
  );
}
