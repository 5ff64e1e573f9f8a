"use client";

import { useEffect, useState } from "react";
import { saveCardAction } from "@/app/(dashboard)/billing/actions";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { Button } from "@/components/button";
import { toast } from "@/components/toast";

/** Leads to the provider's page where a card is saved; the card comes back by the provider's event. */
export function SaveCardButton({ label }: { label: string }) {
  const [isLeaving, setLeaving] = useState(false);
  // A browser may bring the page back as it was left.
  useEffect(() => {
    const stay = () => setLeaving(false);
    window.addEventListener("pageshow", stay);
    return () => window.removeEventListener("pageshow", stay);
  }, []);

  async function leave() {
    setLeaving(true);
    const result = await saveCardAction({}).catch(unreachable);
    if (result.ok) return window.location.assign(result.data.url);
    setLeaving(false);
    toast.error(result.error.message);
  }

  return (
    <Button size="sm" loading={isLeaving} onClick={leave}>
      {label}
    </Button>
  );
}
