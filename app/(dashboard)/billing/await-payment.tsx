"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";

const lookEveryMs = 2_000;
const patienceMs = 120_000;

const texts = {
  payment: {
    waiting:
      "This page updates by itself. You can leave it: the payment is credited when it arrives.",
    slow: "This takes longer than usual. It is credited when it arrives, even if you leave this page.",
  },
  card: {
    waiting: "This page updates by itself as soon as the card is there.",
    slow: "This takes longer than usual. The card appears here when it is saved.",
  },
};

/** Asks for the page again while a payment or a card is under way and somebody watches. */
export function AwaitPayment({ what = "payment" }: { what?: keyof typeof texts }) {
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
  return texts[what][isSlow ? "slow" : "waiting"];
}
