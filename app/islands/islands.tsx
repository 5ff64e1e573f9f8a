"use client";

import { usePathname } from "next/navigation";
import { useEffect } from "react";

/**
 * The islands where Next's runtime is there: in development, and for pages that are reached from the
 * dashboard. Pages that are opened by themselves have lost it and load `main.ts` instead.
 */
export function Islands() {
  const pathname = usePathname();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page has other places to fill.
  useEffect(() => {
    void import("@/app/islands/start").then(({ start }) => start());
  }, [pathname]);
  return null;
}
