"use client";

import { type FormEvent, useEffect, useRef, useState, useTransition } from "react";
import type { Failure } from "@/app/(dashboard)/keys/failure-callout";
import { FormFoot } from "@/app/(dashboard)/keys/form-foot";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import type { ActedEndpoint } from "@/app/(dashboard)/webhooks/[id]/acted-endpoint";
import { rollWebhookSecretAction } from "@/app/(dashboard)/webhooks/actions";
import { Callout } from "@/components/callout";
import { RadioGroup } from "@/components/radio-group";
import { RelativeTime } from "@/components/relative-time";
import { type OverlapSeconds, overlapChoices, overlapDefault } from "@/lib/webhooks/terms";

export interface RollFormProps {
  endpoint: ActedEndpoint;
  onRolled: (secret: string) => void;
  onCancel: () => void;
}

const labels: Record<OverlapSeconds, string> = {
  0: "None",
  3600: "1 hour",
  86400: "24 hours",
  604800: "7 days",
};

/** How long both secrets shall sign. */
export default function RollForm({ endpoint, onRolled, onCancel }: RollFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [seconds, setSeconds] = useState<OverlapSeconds>(overlapDefault);
  const [failure, setFailure] = useState<Failure>();
  const [isPending, startTransition] = useTransition();
  const { id, previousExpiresAt } = endpoint;

  // The dialog would start with the first choice, not with the one that is made.
  useEffect(() => form.current?.querySelector<HTMLInputElement>("input:checked")?.focus(), []);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (isPending) return;
    setFailure(undefined);
    startTransition(async () => {
      const result = await rollWebhookSecretAction({ id, overlapSeconds: seconds }).catch(
        unreachable,
      );
      if (result.ok) onRolled(result.data.secret);
      else setFailure(result.error);
    });
  }

  return (
    <form ref={form} onSubmit={submit}>
      <RadioGroup
        legend="Overlap"
        layout="cards"
        className="grid-cols-2 sm:grid-cols-4 [&_label]:whitespace-nowrap"
        value={String(seconds)}
        onValueChange={(value) =>
          setSeconds(overlapChoices.find((choice) => String(choice) === value) ?? overlapDefault)
        }
        hint={
          seconds === 0
            ? "The old secret ends at once. For one that may be known to others."
            : `Each message is signed with both for ${labels[seconds]}: your server may change over at any time within it.`
        }
        options={overlapChoices.map((choice) => ({
          value: String(choice),
          label: labels[choice],
        }))}
      />
      {previousExpiresAt ? (
        <div className="mt-4">
          <Callout tone="amber">
            A secret before this one signs too, and would end{" "}
            <RelativeTime at={previousExpiresAt} />. Rolling again ends it at once.
          </Callout>
        </div>
      ) : null}
      <FormFoot
        failure={failure}
        submitLabel="Roll secret"
        isPending={isPending}
        onCancel={onCancel}
      />
    </form>
  );
}
