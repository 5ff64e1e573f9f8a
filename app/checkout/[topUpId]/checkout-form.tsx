"use client";

import { useState } from "react";
import { completeCheckoutAction } from "@/app/checkout/[topUpId]/actions";
import { Button } from "@/components/button";
import { Callout } from "@/components/callout";
import type { CompleteCheckout } from "@/lib/billing/schema";

type Choice = CompleteCheckout["choice"];

interface CheckoutFormProps {
  topUpId: string;
  amount: string;
  /** The payer asked for the card to be kept. */
  saveCard: boolean;
}

/** The three ways a payment can end. Each tells the webhook and goes back to where it came from. */
export function CheckoutForm({ topUpId, amount, saveCard }: CheckoutFormProps) {
  const [busy, setBusy] = useState<Choice | null>(null);
  const [error, setError] = useState<string>();

  async function choose(choice: Choice) {
    if (busy) return;
    setBusy(choice);
    setError(undefined);
    const result = await completeCheckoutAction({ topUpId, choice, saveCard }).catch(() => null);
    if (result?.ok) return window.location.replace(result.data.returnUrl);
    setBusy(null);
    setError(result?.error.message ?? "You seem to be offline. Check your connection.");
  }

  return (
    <div className="grid gap-2">
      {error ? <Callout tone="red">{error}</Callout> : null}
      {saveCard ? (
        <p className="text-sm text-fg-2">Paying saves the demo card for auto top-up.</p>
      ) : null}
      <Button
        variant="primary"
        size="lg"
        className="w-full"
        loading={busy === "pay"}
        onClick={() => choose("pay")}
      >
        Pay {amount}
      </Button>
      <div className="grid grid-cols-2 gap-2">
        <Button size="lg" loading={busy === "decline"} onClick={() => choose("decline")}>
          Decline
        </Button>
        <Button size="lg" loading={busy === "cancel"} onClick={() => choose("cancel")}>
          Cancel
        </Button>
      </div>
    </div>
  );
}
