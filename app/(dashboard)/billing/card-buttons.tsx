"use client";

import { useState } from "react";
import { removeCardAction } from "@/app/(dashboard)/billing/actions";
import { SaveCardButton } from "@/app/(dashboard)/billing/save-card-button";
import { useAct } from "@/app/(dashboard)/keys/[id]/use-act";
import { FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { Button } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm-dialog";

export interface CardButtonsProps {
  /** The saved card in words; null where there is none. */
  card: string | null;
  isAutoOn: boolean;
}

/** Adds, replaces and removes the card on file. */
export function CardButtons({ card, isAutoOn }: CardButtonsProps) {
  const [isOpen, setOpen] = useState(false);
  const act = useAct(() => setOpen(false));
  if (card === null) return <SaveCardButton label="Add card" />;
  return (
    <span className="flex gap-1">
      <Button size="sm" variant="ghost" onClick={() => setOpen(true)}>
        Remove
      </Button>
      <SaveCardButton label="Replace" />
      <ConfirmDialog
        open={isOpen}
        onOpenChange={setOpen}
        title="Remove the card?"
        confirmLabel="Remove card"
        failure={act.failure ? <FailureCallout failure={act.failure} /> : null}
        onConfirm={() => act.run(removeCardAction({}), "Card removed")}
      >
        <p>
          {card} is forgotten here and at the payment provider.
          {isAutoOn ? " Automatic top-ups are turned off with it." : null}
        </p>
      </ConfirmDialog>
    </span>
  );
}
