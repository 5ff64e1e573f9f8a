import type { ReactNode } from "react";
import { clientName } from "@/app/(dashboard)/keys/[id]/client-name";
import type { SecretView } from "@/app/(dashboard)/keys/[id]/rotation/rotation-view";
import { RelativeTime } from "@/components/relative-time";
import { countText } from "@/lib/count-text";

export interface SecretCardProps {
  title: string;
  secret: SecretView;
  /** Its state in words. */
  status: ReactNode;
}

/** One of the secrets that work: which it is, until when, and who still sends it. */
export function SecretCard({ title, secret, status }: SecretCardProps) {
  return (
    <section aria-label={title} className="min-w-0 bg-bg p-4">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3 gap-y-1">
        <h3 className="text-sm font-medium">
          {title}{" "}
          <span className="font-mono text-[0.8125rem] font-normal text-fg-2">{secret.masked}</span>
        </h3>
        <div className="text-sm">{status}</div>
      </div>
      <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-sm tabular-nums">
        <dt className="text-fg-3">Last used</dt>
        <dd className="min-w-0">
          <LastUse secret={secret} />
        </dd>
        <dt className="text-fg-3">Last hour</dt>
        <dd>{requestsText(secret.requestsLastHour)}</dd>
        <dt className="text-fg-3">Last 24 h</dt>
        <dd>{requestsText(secret.requestsLastDay)}</dd>
      </dl>
    </section>
  );
}

export function requestsText(count: number): string {
  return `${countText(count)} ${count === 1 ? "request" : "requests"}`;
}

type Use = Pick<SecretView, "lastUsedAt" | "lastUsedAddress" | "lastUsedAgent">;

/** `4 min ago from 203.0.113.7 by curl/8.6` */
export function LastUse({ secret }: { secret: Use }) {
  const { lastUsedAt, lastUsedAddress, lastUsedAgent } = secret;
  if (!lastUsedAt) return <span className="text-fg-3">never</span>;
  const client = clientName(lastUsedAgent);
  return (
    <span className="wrap-anywhere">
      <RelativeTime at={lastUsedAt} className="whitespace-nowrap" />
      {lastUsedAddress ? (
        <>
          {" "}
          <span className="text-fg-2">from</span>{" "}
          <span className="font-mono text-[0.8125rem]">{lastUsedAddress}</span>
        </>
      ) : null}
      {client ? (
        <>
          {" "}
          <span className="text-fg-2">by</span> <span title={lastUsedAgent ?? ""}>{client}</span>
        </>
      ) : null}
    </span>
  );
}
