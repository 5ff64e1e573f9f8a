"use client";

import { type FormEvent, useEffect, useRef, useState, useTransition } from "react";
import { durationText, untilText } from "@/app/(dashboard)/keys/[id]/until-text";
import { rotateKeyAction } from "@/app/(dashboard)/keys/actions";
import type { Failure } from "@/app/(dashboard)/keys/failure-callout";
import { FormFoot } from "@/app/(dashboard)/keys/form-foot";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { useRecentSignIn } from "@/app/(dashboard)/recent-sign-in/use-recent-sign-in";
import { Callout } from "@/components/callout";
import { RadioGroup } from "@/components/radio-group";
import type { RotatedKey } from "@/lib/keys/rotate-key";
import { graceChoices } from "@/lib/keys/terms";

const suggestedSeconds = 86_400;

export interface RotateFormProps {
  keyId: string;
  /** When the key ends: no overlap outlasts it. */
  endsAt: Date | null;
  onRotated: (key: RotatedKey) => void;
  onCancel: () => void;
}

const steps = [
  ["A new secret is made", "and shown once. The old one goes on working."],
  ["Put it in place", "wherever the old one is used now, in your own time."],
  ["Its first request starts the overlap", "in which both secrets work."],
  ["The old secret is retired", "when the overlap ends, or earlier if you say so."],
] as const;

/** What rotating does, step by step, and how long both secrets shall work. */
export default function RotateForm({ keyId, endsAt, onRotated, onCancel }: RotateFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [seconds, setSeconds] = useState(suggestedSeconds);
  const [failure, setFailure] = useState<Failure>();
  const [isPending, startTransition] = useTransition();
  const { withRecentSignIn, proofDialog } = useRecentSignIn();

  // The dialog would start with the first choice, not with the one that is made.
  useEffect(() => form.current?.querySelector<HTMLInputElement>("input:checked")?.focus(), []);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (isPending) return;
    setFailure(undefined);
    startTransition(async () => {
      const result = await withRecentSignIn(() =>
        rotateKeyAction({ id: keyId, graceSeconds: seconds }),
      ).catch(unreachable);
      if (result.ok) onRotated(result.data);
      else setFailure(result.error);
    });
  }

  return (
    <>
      <form ref={form} onSubmit={submit}>
        <ol className="grid gap-2.5 text-sm">
          {steps.map(([what, how], index) => (
            <li key={what} className="flex gap-3">
              <span
                aria-hidden
                className="grid size-5 shrink-0 place-items-center rounded-full border border-line-strong text-2xs text-fg-2 tabular-nums"
              >
                {index + 1}
              </span>
              <span className="text-fg-2">
                <span className="font-medium text-fg">{what}</span> {how}
              </span>
            </li>
          ))}
        </ol>
        <div className="mt-5">
          <RadioGroup
            legend="Overlap"
            layout="cards"
            className="grid-cols-2 sm:grid-cols-5 [&_label]:whitespace-nowrap"
            value={String(seconds)}
            onValueChange={(value) => setSeconds(Number(value))}
            hint={
              seconds === 0
                ? "The first request with the new secret ends the old one. For a secret that has leaked."
                : `Both secrets work for ${durationText(seconds)} after the new one’s first request.`
            }
            options={graceChoices.map((choice) => ({
              value: String(choice),
              label: choice === 0 ? "None" : shortText(choice),
            }))}
          />
        </div>
        <Clipping seconds={seconds} endsAt={endsAt} />
        <FormFoot
          failure={failure}
          submitLabel="Make new secret"
          isPending={isPending}
          onCancel={onCancel}
        />
      </form>
      {proofDialog}
    </>
  );
}

/** `15 min`, `1 h`, `24 h`, `7 days`: five of them stand in a row. */
function shortText(seconds: number): string {
  if (seconds < 3_600) return `${seconds / 60} min`;
  return seconds <= 86_400 ? `${seconds / 3_600} h` : `${seconds / 86_400} days`;
}

/** Said where the key may end before the overlap does; the browser's clock is near enough for that. */
function Clipping({ seconds, endsAt }: { seconds: number; endsAt: Date | null }) {
  const now = new Date();
  if (!endsAt || seconds === 0 || endsAt.getTime() > now.getTime() + seconds * 1_000) return null;
  return (
    <div className="mt-3">
      <Callout tone="amber">
        The key itself expires at {untilText(endsAt, now)}, and no overlap outlasts it: both secrets
        end then. Change the key’s expiry if they shouldn’t.
      </Callout>
    </div>
  );
}
