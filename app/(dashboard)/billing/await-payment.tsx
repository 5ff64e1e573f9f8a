"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";

const lookEveryMs = 2_000;
const patienceMs = 120_000;

/** Asks for the page again while a payment is under way and somebody watches. */
export function AwaitPayment() {
  const router = useRouter();
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const startedAt = Date.now();
    const timer = setInterval(() => {
      if (Date.now() - startedAt > patienceMs) {
        clearInterval(timer);
        setSlow(true);
      } else if (document.visibilityState === "visible") router.refresh();
    }, lookEveryMs);
    return () => clearInterval(timer);
  }, [router]);
  return isSlow
    ? "This takes longer than usual. It is credited when it arrives, even if you leave this page."
    : "This page updates by itself. You can leave it: the payment is credited when it arrives.";
}
