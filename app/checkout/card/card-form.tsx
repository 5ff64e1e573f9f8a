"use client";

import { useState } from "react";
import { completeCardSetupAction } from "@/app/checkout/card/actions";
import { Button } from "@/components/button";
import { ButtonLink } from "@/components/button-link";
import { Callout } from "@/components/callout";
import { RadioGroup, type RadioOption } from "@/components/radio-group";

/** One of the demo's cards to save, or the way back. */
export function CardForm({ cards }: { cards: RadioOption[] }) {
  const [cardId, setCardId] = useState(cards[0]?.value ?? "");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string>();

  async function save() {
    if (isBusy) return;
    setBusy(true);
    setError(undefined);
    const result = await completeCardSetupAction({ cardId }).catch(() => null);
    if (result?.ok) return window.location.replace(result.data.returnUrl);
    setBusy(false);
    setError(result?.error.message ?? "You seem to be offline. Check your connection.");
  }

  return (
    <div className="grid gap-4">
      {error ? <Callout tone="red">{error}</Callout> : null}
      <RadioGroup
        legend="Card"
        layout="cards"
        options={cards}
        value={cardId}
        onValueChange={setCardId}
      />
      <div className="grid gap-2">
        <Button variant="primary" size="lg" className="w-full" loading={isBusy} onClick={save}>
          Save card
        </Button>
        <ButtonLink size="lg" className="w-full" href="/billing?card=cancelled">
          Cancel
        </ButtonLink>
      </div>
    </div>
  );
}
