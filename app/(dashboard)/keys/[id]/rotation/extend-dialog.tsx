"use client";

import { type FormEvent, useState, useTransition } from "react";
import type { SecretView } from "@/app/(dashboard)/keys/[id]/rotation/rotation-view";
import { durationText, untilText } from "@/app/(dashboard)/keys/[id]/until-text";
import { useAct } from "@/app/(dashboard)/keys/[id]/use-act";
import { extendGraceAction } from "@/app/(dashboard)/keys/actions";
import { FormFoot } from "@/app/(dashboard)/keys/form-foot";
import { Dialog } from "@/components/dialog";
import { RadioGroup } from "@/components/radio-group";
import { graceChoices, graceSecondsMax } from "@/lib/keys/terms";
import { secondMs } from "@/lib/time";

const choices = graceChoices.filter((seconds) => seconds > 0);

export interface ExtendDialogProps {
  keyId: string;
  old: SecretView;
  keyEndsAt: string | null;
  now: string;
  onClose: () => void;
}

/** Lets the old secret work for longer, never beyond the key's own end. */
export default function ExtendDialog(props: ExtendDialogProps) {
  const { keyId, old, keyEndsAt, onClose } = props;
  const { failure, run } = useAct(onClose);
  const [seconds, setSeconds] = useState(3_600);
  const [isPending, startTransition] = useTransition();
  const now = new Date(props.now);
  const keyEndMs = keyEndsAt ? Date.parse(keyEndsAt) : Number.POSITIVE_INFINITY;
  const longestMs = now.getTime() + graceSecondsMax * secondMs;
  const retiresMs = Date.parse(old.retiresAt ?? props.now);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (isPending) return;
    startTransition(() => run(extendGraceAction({ id: keyId, seconds }), "Overlap extended"));
  }

  function describe(choice: number): string {
    const wantedMs = retiresMs + choice * secondMs;
    const untilMs = Math.min(wantedMs, keyEndMs, longestMs);
    const text = `Until ${untilText(new Date(untilMs), now)}`;
    if (untilMs === wantedMs) return text;
    return untilMs === keyEndMs
      ? `${text}, when the key itself ends`
      : `${text}: an overlap lasts at most seven days from now`;
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="sm"
      title="Extend the overlap"
      description={`…${old.masked.slice(-4)} works until ${untilText(new Date(retiresMs), now)} now.`}
    >
      <form onSubmit={submit}>
        <RadioGroup
          legend="Extend by"
          value={String(seconds)}
          onValueChange={(value) => setSeconds(Number(value))}
          options={choices.map((choice) => ({
            value: String(choice),
            label: durationText(choice),
            description: describe(choice),
          }))}
        />
        <FormFoot failure={failure} submitLabel="Extend" isPending={isPending} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
