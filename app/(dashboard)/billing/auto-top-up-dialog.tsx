"use client";

import { type FormEvent, useState } from "react";
import { setAutoTopUpAction } from "@/app/(dashboard)/billing/actions";
import { DollarField } from "@/app/(dashboard)/billing/dollar-field";
import { dollarsText } from "@/app/(dashboard)/billing/dollars-text";
import { useFormAct } from "@/app/(dashboard)/billing/use-form-act";
import { FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { findProblem } from "@/app/(dashboard)/keys/use-problem";
import { Button } from "@/components/button";
import { Dialog, DialogFooter } from "@/components/dialog";
import { toast } from "@/components/toast";
import { parseDollars } from "@/lib/billing/amounts";
import { SetAutoTopUp } from "@/lib/billing/profile-schema";

export interface AutoTopUpDialogProps {
  isOn: boolean;
  figures: SetAutoTopUp;
  onClose: () => void;
}

const fields = [
  {
    name: "thresholdCents",
    label: "Threshold",
    hint: "Your card is charged when less credit than this is left.",
  },
  { name: "restoreCents", label: "Restore to", hint: "It is charged what is missing to this." },
  {
    name: "monthlyLimitCents",
    label: "Monthly limit",
    hint: "The most that is charged automatically in a calendar month, UTC.",
  },
] as const;

type FieldName = (typeof fields)[number]["name"];

/** Turns automatic top-ups on, or changes when and how much they charge. */
export default function AutoTopUpDialog({ isOn, figures, onClose }: AutoTopUpDialogProps) {
  const [texts, setTexts] = useState<Record<FieldName, string>>({
    thresholdCents: dollarsText(figures.thresholdCents),
    restoreCents: dollarsText(figures.restoreCents),
    monthlyLimitCents: dollarsText(figures.monthlyLimitCents),
  });
  const act = useFormAct();

  function submit(event: FormEvent) {
    event.preventDefault();
    const draft = {
      thresholdCents: parseDollars(texts.thresholdCents),
      restoreCents: parseDollars(texts.restoreCents),
      monthlyLimitCents: parseDollars(texts.monthlyLimitCents),
    };
    const problem = findProblem(SetAutoTopUp, draft);
    if (problem) return act.refuse(problem.fields);
    act.run(
      () => setAutoTopUpAction(draft),
      () => {
        toast.success(isOn ? "Automatic top-up changed" : "Automatic top-up is on");
        onClose();
      },
    );
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="sm"
      title={isOn ? "Edit automatic top-up" : "Turn on automatic top-up"}
      description="The card on file is charged without asking you again, within these limits."
    >
      <form onSubmit={submit} noValidate className="grid gap-4">
        {act.failure ? <FailureCallout failure={act.failure} /> : null}
        {fields.map(({ name, label, hint }) => (
          <DollarField
            key={name}
            label={label}
            hint={hint}
            error={act.errorOf(name)}
            value={texts[name]}
            onChange={(text) => {
              setTexts({ ...texts, [name]: text });
              act.forget();
            }}
          />
        ))}
        <DialogFooter>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" loading={act.isPending}>
            {isOn ? "Save" : "Turn on"}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
