"use client";

import { useRouter, useSearchParams } from "next/navigation";
import { useState } from "react";
import { changedAddress } from "@/app/(dashboard)/logs/use-log-address";
import { Switch } from "@/components/switch";

/** Turns the arrival of new requests on and off; that it is on stands in the address. */
export function LiveSwitch() {
  const router = useRouter();
  const params = useSearchParams();
  const told = params.get("live") === "1";
  // The switch moves at once; that the address has changed is told a moment later.
  const [isOn, setOn] = useState(told);
  const [seen, setSeen] = useState(told);
  if (seen !== told) {
    setSeen(told);
    setOn(told);
  }

  function change(isLive: boolean) {
    setOn(isLive);
    const address = changedAddress(params, { live: isLive ? "1" : "", before: "", after: "" });
    // New requests are at the top; from a page of older ones the way leads there.
    if (params.has("before") || params.has("after")) router.push(address, { scroll: false });
    else window.history.replaceState(null, "", address);
  }
  return (
    <Switch
      label="Live"
      checked={isOn}
      onChange={({ target }) => change(target.checked)}
      className="h-8 items-center! gap-2! px-1"
    />
  );
}
