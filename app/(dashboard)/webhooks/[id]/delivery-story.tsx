"use client";

import { RotateCcw } from "lucide-react";
import { type ReactNode, useState, useTransition } from "react";
import { type Failure, FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { AttemptItem } from "@/app/(dashboard)/webhooks/[id]/attempt-item";
import type { DeliveryDetail } from "@/app/(dashboard)/webhooks/[id]/delivery-detail";
import { stateTones } from "@/app/(dashboard)/webhooks/[id]/delivery-words";
import { resendDeliveryAction } from "@/app/(dashboard)/webhooks/actions";
import { Button } from "@/components/button";
import { CodeBlock } from "@/components/code-block";
import { CopyButton } from "@/components/copy-button";
import { RelativeTime } from "@/components/relative-time";
import { StatusDot } from "@/components/status-dot";
import { Tabs } from "@/components/tabs";
import { failureSentence } from "@/lib/webhooks/outcomes";

export interface DeliveryStoryProps {
  endpointId: string;
  detail: DeliveryDetail;
  canManage: boolean;
  /** The viewer may, and the endpoint takes what is sent. */
  canResend: boolean;
  onResent: () => Promise<void>;
}

/** What was sent, how often it was tried, and what was answered. */
export function DeliveryStory(props: DeliveryStoryProps) {
  const { detail } = props;
  const { message, tries, headers, payload } = detail;
  return (
    <div className="grid gap-6">
      <Head {...props} />
      <Part title="Attempts">
        {tries.length > 0 ? (
          <ol className="divide-y divide-line rounded-lg border border-line">
            {tries.map((attempt) => (
              <AttemptItem key={attempt.number} attempt={attempt} />
            ))}
          </ol>
        ) : (
          <p className="text-sm text-fg-2">None was made{waitsText(detail)}.</p>
        )}
      </Part>
      <Part title="Payload">
        <Payload payload={payload} />
      </Part>
      <Part title="Headers">
        <CodeBlock
          wrap
          label="Headers as sent"
          code={headers.map(({ name, value }) => `${name}: ${value}`).join("\n")}
          copyLabel="Copy the headers"
        />
        <p className="mt-1.5 text-xs text-fg-3">
          {tries.length > 1 ? "Of the latest attempt. " : ""}Each attempt is signed anew; signatures
          and secrets aren’t kept here.
        </p>
      </Part>
      <Part title="Message">
        <span className="flex items-center gap-1 text-sm">
          <span className="min-w-0 truncate font-mono text-[0.8125rem]">{message.id}</span>
          <CopyButton iconOnly size="sm" text={message.id} label="Copy message id" />
        </span>
        <p className="text-xs text-fg-3">The webhook-id: the same at every endpoint and attempt.</p>
      </Part>
    </div>
  );
}

const waitsText = ({ state }: DeliveryDetail) => (state === "pending" ? " yet" : "");

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="min-w-0">
      <h3 className="mb-2 text-sm font-medium">{title}</h3>
      {children}
    </section>
  );
}

/** What it is, how it stands, and the way to send it again. */
function Head({ endpointId, detail, canManage, canResend, onResent }: DeliveryStoryProps) {
  const { id, message, state, nextAttemptAt, lastError } = detail;
  const [failure, setFailure] = useState<Failure>();
  const [isSending, startSending] = useTransition();

  function resend() {
    setFailure(undefined);
    startSending(async () => {
      const result = await resendDeliveryAction({ endpointId, id }).catch(unreachable);
      if (!result.ok) setFailure(result.error);
      // Also where it was refused: somebody else may have been quicker.
      await onResent();
    });
  }

  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <p className="font-mono text-[0.84375rem] font-medium wrap-anywhere">{message.type}</p>
          <p className="mt-0.5 flex flex-wrap items-baseline gap-x-3 text-sm">
            {/* Told when it changes; the time beside it, which changes all the while, isn't. */}
            <span role="status">
              <StatusDot tone={stateTones[state]} pulse={state === "pending"}>
                {state}
              </StatusDot>
            </span>
            <span className="text-fg-2">
              happened <RelativeTime at={message.occurredAt} />
            </span>
          </p>
        </div>
        {canResend && state !== "pending" ? (
          <Button size="sm" loading={isSending} onClick={resend}>
            <RotateCcw aria-hidden />
            Send again
          </Button>
        ) : null}
      </div>
      {state === "delivered" || lastError === null ? null : (
        <p className="text-sm text-fg-2">{failureSentence(lastError)}</p>
      )}
      {nextAttemptAt && detail.attempts > 0 ? (
        <p className="text-sm text-fg-2">
          The next attempt is made <NextTime at={nextAttemptAt} />.
        </p>
      ) : null}
      {canManage && !canResend ? (
        <p className="text-sm text-fg-3">Enable the endpoint to send it again.</p>
      ) : null}
      {failure ? <FailureCallout failure={failure} /> : null}
    </div>
  );
}

/** An attempt that is due is made in a moment, however long ago it fell due. */
function NextTime({ at }: { at: string }) {
  return Date.parse(at) > Date.now() ? <RelativeTime at={at} /> : "in a moment";
}

/** The body that was signed, byte by byte, and the same for reading. */
function Payload({ payload }: { payload: string }) {
  return (
    <Tabs
      label="Payload"
      items={[
        {
          value: "formatted",
          label: "Formatted",
          content: (
            <CodeBlock
              label="Payload, formatted"
              code={formatted(payload)}
              copyLabel="Copy the formatted payload"
            />
          ),
        },
        {
          value: "sent",
          label: "As sent",
          content: (
            <CodeBlock
              wrap
              label="Payload as sent"
              code={payload}
              copyLabel="Copy the payload as sent"
            />
          ),
        },
      ]}
    />
  );
}

function formatted(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}
