"use client";

import { useState } from "react";
import { turnOffAutoTopUpAction } from "@/app/(dashboard)/billing/actions";
import { useFormAct } from "@/app/(dashboard)/billing/use-form-act";
import { Button } from "@/components/button";
import { lazyPart } from "@/components/lazy-part";
import { toast } from "@/components/toast";
import type { SetAutoTopUp } from "@/lib/billing/profile-schema";

const AutoTopUpDialog = lazyPart(() => import("@/app/(dashboard)/billing/auto-top-up-dialog"));

export interface AutoTopUpButtonsProps {
  isOn: boolean;
  /** Whether there is a card that can be charged. */
  hasCard: boolean;
  figures: SetAutoTopUp;
}

/** Turns automatic top-ups on and off, and changes their figures. */
export function AutoTopUpButtons({ isOn, hasCard, figures }: AutoTopUpButtonsProps) {
  const [isOpen, setOpen] = useState(false);
  const off = useFormAct();

  function turnOff() {
    off.run(
      () => turnOffAutoTopUpAction({}),
      () => toast.success("Automatic top-up is off"),
    );
  }

  return (
    <span className="flex gap-1">
      {isOn ? (
        <>
          <Button size="sm" variant="ghost" loading={off.isPending} onClick={turnOff}>
            Turn off
          </Button>
          <Button size="sm" aria-label="Edit automatic top-up" onClick={() => setOpen(true)}>
            Edit
          </Button>
        </>
      ) : (
        <Button
          size="sm"
          aria-label="Turn on automatic top-up"
          disabled={!hasCard}
          onClick={() => setOpen(true)}
        >
          Turn on
        </Button>
      )}
      {isOpen ? (
        <AutoTopUpDialog isOn={isOn} figures={figures} onClose={() => setOpen(false)} />
      ) : null}
    </span>
  );
}
