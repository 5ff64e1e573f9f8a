"use client";

import { type FormEvent, useEffect, useRef, useState, useTransition } from "react";
import { type Failure, FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { isSessionEnded, ReadError, readJson } from "@/app/(dashboard)/read-json";
import { SignInLink } from "@/app/(dashboard)/sign-in-link";
import type { ActedEndpoint } from "@/app/(dashboard)/webhooks/[id]/acted-endpoint";
import { type FailedCount, FailedCounts } from "@/app/(dashboard)/webhooks/[id]/failed-counts";
import { resendFailedAction } from "@/app/(dashboard)/webhooks/actions";
import { Button } from "@/components/button";
import { Dialog, DialogFooter } from "@/components/dialog";
import { ErrorState } from "@/components/error-state";
import { RadioGroup } from "@/components/radio-group";
import { Skeleton } from "@/components/skeleton";
import { toast } from "@/components/toast";
import { useRemote } from "@/components/use-remote";
import { countText } from "@/lib/count-text";
import { resendMax } from "@/lib/webhooks/terms";

export interface ResendDialogProps {
  endpoint: ActedEndpoint;
  onClose: () => void;
}

/** Sends again what has failed since a time, and says how many that are before it does. */
export default function ResendDialog({ endpoint, onClose }: ResendDialogProps) {
  const counts = useRemote({
    name: endpoint.id,
    read: (signal) => readJson(FailedCounts, `/webhooks/${endpoint.id}/failed`, signal),
    mayRetry: (error) => !isSessionEnded(error),
  });
  const { data, error } = counts;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Send failed deliveries again"
      description="Each is the same message with the same webhook-id, so a receiver can tell it has seen it."
    >
      {data ? (
        <ResendForm endpointId={endpoint.id} counts={data.counts} onClose={onClose} />
      ) : error ? (
        <ErrorState
          bare
          title="The deliveries weren't counted"
          message={error.message}
          requestId={error instanceof ReadError ? error.requestId : undefined}
          {...(isSessionEnded(error)
            ? { action: <SignInLink /> }
            : { onRetry: () => void counts.refetch(), retrying: counts.isRetrying })}
        />
      ) : (
        <CountsSkeleton />
      )}
    </Dialog>
  );
}

const spans: Readonly<Record<number, string>> = {
  1: "Last hour",
  24: "Last 24 hours",
  168: "Last 7 days",
};

const deliveriesText = (count: number) =>
  `${countText(count)} ${count === 1 ? "delivery" : "deliveries"}`;

interface ResendFormProps {
  endpointId: string;
  counts: readonly FailedCount[];
  onClose: () => void;
}

function ResendForm({ endpointId, counts, onClose }: ResendFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [hours, setHours] = useState(
    (counts.find(({ failed }) => failed > 0) ?? counts.at(-1))?.hours ?? 1,
  );
  const [failure, setFailure] = useState<Failure>();
  const [isPending, startTransition] = useTransition();
  const chosen = counts.find((count) => count.hours === hours);
  const sent = Math.min(chosen?.failed ?? 0, resendMax);

  // While the dialog counted there was nothing in it to begin with but what closes it.
  useEffect(() => form.current?.querySelector<HTMLInputElement>("input:checked")?.focus(), []);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (isPending || !chosen || sent === 0) return;
    setFailure(undefined);
    startTransition(async () => {
      const input = { id: endpointId, since: chosen.since };
      const result = await resendFailedAction(input).catch(unreachable);
      if (!result.ok) return setFailure(result.error);
      const { resent, left } = result.data;
      toast.success(`${deliveriesText(resent)} sent again`, {
        ...(left > 0 ? { description: `${countText(left)} more are left: do it again.` } : {}),
      });
      onClose();
    });
  }

  return (
    <form ref={form} onSubmit={submit}>
      <RadioGroup
        legend="Failed since"
        value={String(hours)}
        onValueChange={(value) => setHours(Number(value))}
        options={counts.map((count) => ({
          value: String(count.hours),
          label: spans[count.hours] ?? `Last ${count.hours} hours`,
          description: count.failed === 0 ? "none failed" : `${countText(count.failed)} failed`,
        }))}
        hint={
          (chosen?.failed ?? 0) > resendMax
            ? `At most ${countText(resendMax)} are sent at a time, the oldest first.`
            : undefined
        }
      />
      {failure ? (
        <div className="mt-4">
          <FailureCallout failure={failure} />
        </div>
      ) : null}
      <DialogFooter>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" loading={isPending} disabled={sent === 0}>
          {sent === 0 ? "Nothing to send" : `Send ${countText(sent)} again`}
        </Button>
      </DialogFooter>
    </form>
  );
}

function CountsSkeleton() {
  return (
    <div role="status" className="grid gap-3">
      <span className="sr-only">Counting…</span>
      <Skeleton className="h-4 w-24" />
      {["hour", "day", "week"].map((span) => (
        <div key={span} className="grid gap-1.5">
          <Skeleton className="h-4 w-32" />
          <Skeleton className="h-3 w-20" />
        </div>
      ))}
      <Skeleton className="mt-4 ml-auto h-8 w-52" />
    </div>
  );
}
