"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

const refreshMs = 10_000;

/** Brings the page up to date every few seconds while it is in sight. */
export function AutoRefresh() {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") router.refresh();
    }, refreshMs);
    return () => clearInterval(timer);
  }, [router]);
  return null;
}
