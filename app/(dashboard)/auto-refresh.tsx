"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { hasUnsaved } from "@/app/(dashboard)/use-unsaved";

const refreshMs = 10_000;

/**
 * Brings the page up to date every few seconds while it is in sight. Not while a secret stands in it that nobody has
 * saved: a page that couldn't be read again would take it along.
 */
export function AutoRefresh() {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible" && !hasUnsaved()) router.refresh();
    }, refreshMs);
    return () => clearInterval(timer);
  }, [router]);
  return null;
}
