"use client";

import { type FormEvent, useState } from "react";
import { setLowBalanceAlertAction } from "@/app/(dashboard)/billing/actions";
import { DollarField } from "@/app/(dashboard)/billing/dollar-field";
import { dollarsText } from "@/app/(dashboard)/billing/dollars-text";
import { useFormAct } from "@/app/(dashboard)/billing/use-form-act";
import { FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { findProblem } from "@/app/(dashboard)/keys/use-problem";
import { Button } from "@/components/button";
import { Checkbox } from "@/components/checkbox";
import { Dialog, DialogFooter } from "@/components/dialog";
import { toast } from "@/components/toast";
import { alertCentsDefault, parseDollars } from "@/lib/billing/amounts";
import { SetLowBalanceAlert } from "@/lib/billing/profile-schema";

/** Whether a mail is wanted when credit runs low, and from which amount. */
export default function AlertDialog(props: { alertCents: number | null; onClose: () => void }) {
  const { alertCents, onClose } = props;
  const [isWanted, setWanted] = useState(alertCents !== null);
  const [text, setText] = useState(dollarsText(alertCents ?? alertCentsDefault));
  const act = useFormAct();

  function submit(event: FormEvent) {
    event.preventDefault();
    const cents = parseDollars(text);
    const problem = isWanted ? findProblem(SetLowBalanceAlert, { alertCents: cents ?? "" }) : null;
    if (problem) return act.refuse(problem.fields);
    act.run(
      () => setLowBalanceAlertAction({ alertCents: isWanted ? cents : null }),
      () => {
        toast.success("Alert changed");
        onClose();
      },
    );
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="sm"
      title="Low credit alert"
      description="One mail each time your credit falls below this amount, never one per request."
    >
      <form onSubmit={submit} noValidate className="grid gap-4">
        {act.failure ? <FailureCallout failure={act.failure} /> : null}
        <Checkbox
          label="Send a mail"
          description="To every owner, admin and billing member."
          checked={isWanted}
          onChange={(event) => setWanted(event.target.checked)}
        />
        {isWanted ? (
          <DollarField
            label="Alert below"
            error={act.errorOf("alertCents")}
            value={text}
            onChange={(value) => {
              setText(value);
              act.forget();
            }}
          />
        ) : null}
        <DialogFooter>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" loading={act.isPending}>
            Save
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
