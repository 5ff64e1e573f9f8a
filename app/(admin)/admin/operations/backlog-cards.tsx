import type { ReactNode } from "react";
import { Money } from "@/components/money";
import { RelativeTime } from "@/components/relative-time";
import { Section } from "@/components/section";
import { StatusDot } from "@/components/status-dot";
import { getDb } from "@/db/client";
import { countText } from "@/lib/count-text";
import { readEnv } from "@/lib/env";
import {
  type Backlog,
  readHolds,
  readMailBacklog,
  readWebhookBacklog,
  readWorker,
} from "@/lib/operations/queries";

function Facts({ children }: { children: ReactNode }) {
  return <dl className="grid gap-1.5 text-sm">{children}</dl>;
}

function FactRow({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-4">
      <dt className="text-fg-2">{label}</dt>
      <dd className="text-right tabular-nums">{children}</dd>
    </div>
  );
}

const none = <span className="text-fg-3">–</span>;

const ago = (at: Date | null) => (at ? <RelativeTime at={at} /> : none);

/** A figure that is red where it isn't zero. */
function Bad({ count }: { count: number }) {
  if (count === 0) return "0";
  return <StatusDot tone="red">{countText(count)}</StatusDot>;
}

export async function HoldsCard() {
  const { count, sumNanos, oldestAt, orphans } = await readHolds(getDb());
  return (
    <Section title="Open holds">
      <Facts>
        <FactRow label="Requests">{countText(count)}</FactRow>
        <FactRow label="Set aside">
          <Money nanos={sumNanos.toString()} precise font="sans" />
        </FactRow>
        <FactRow label="Oldest">{ago(oldestAt)}</FactRow>
        <FactRow label="Orphaned">
          <Bad count={orphans} />
        </FactRow>
      </Facts>
    </Section>
  );
}

function BacklogFacts({ backlog }: { backlog: Backlog }) {
  const { waiting, failing, oldestAt, givenUp } = backlog;
  return (
    <Facts>
      <FactRow label="Waiting">{countText(waiting)}</FactRow>
      <FactRow label="Oldest">{ago(oldestAt)}</FactRow>
      <FactRow label="Retrying">{countText(failing)}</FactRow>
      <FactRow label="Given up (24 h)">
        <Bad count={givenUp} />
      </FactRow>
    </Facts>
  );
}

export async function WebhooksCard() {
  return (
    <Section title="Webhooks">
      <BacklogFacts backlog={await readWebhookBacklog(getDb())} />
    </Section>
  );
}

export async function MailCard() {
  const backlog = await readMailBacklog(getDb());
  const hasServer = readEnv().SMTP_URL !== undefined;
  return (
    <Section
      title="Mail"
      footer={hasServer ? null : "No mail server is configured: mails stay in the outbox."}
    >
      <BacklogFacts backlog={backlog} />
    </Section>
  );
}

export async function WorkerCard() {
  const worker = await readWorker(getDb());
  return (
    <Section title="Worker">
      {worker === null ? (
        <p className="text-sm">
          <StatusDot tone="red">No worker has ever run</StatusDot>
        </p>
      ) : (
        <>
          <Facts>
            <FactRow label="Last task started">
              {worker.isLate ? (
                <StatusDot tone="red">{ago(worker.lastRunAt)}</StatusDot>
              ) : (
                <StatusDot tone="green">{ago(worker.lastRunAt)}</StatusDot>
              )}
            </FactRow>
            <FactRow label="Waiting">{countText(worker.waiting)}</FactRow>
            <FactRow label="Oldest">{ago(worker.oldestAt)}</FactRow>
          </Facts>
          {worker.failed.length > 0 ? (
            <ul className="mt-3 grid gap-2 border-t border-line pt-3 text-sm">
              {worker.failed.map(({ task, error, at }) => (
                <li key={`${task} ${at.getTime()}`} className="min-w-0">
                  <span className="flex justify-between gap-4">
                    <span className="font-mono text-[0.8125rem]">{task}</span>
                    <RelativeTime at={at} />
                  </span>
                  <span className="block text-xs wrap-anywhere text-fg-2">{error}</span>
                </li>
              ))}
            </ul>
          ) : null}
        </>
      )}
    </Section>
  );
}
