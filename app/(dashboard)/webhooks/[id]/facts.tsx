import type { ReactNode } from "react";
import { successPercent } from "@/app/(dashboard)/webhooks/endpoint-text";
import { RelativeTime } from "@/components/relative-time";
import type { Endpoint } from "@/lib/webhooks/queries";

/** How the endpoint has done lately. */
export function Facts({ endpoint }: { endpoint: Endpoint }) {
  const { recent, lastAttemptAt, lastAttemptSucceeded, createdAt, updatedAt } = endpoint;
  const percent = successPercent(recent);
  return (
    <dl className="grid gap-px overflow-hidden rounded-lg border border-line bg-line md:grid-cols-3">
      <Fact
        label="Success, last 7 days"
        detail={
          percent === null
            ? "nothing was sent"
            : `${recent.succeeded} of the last ${recent.attempts} attempts`
        }
      >
        {percent === null ? "–" : `${percent}%`}
      </Fact>
      <Fact
        label="Last attempt"
        detail={
          !lastAttemptAt
            ? "a test event makes the first"
            : lastAttemptSucceeded
              ? "it succeeded"
              : failedText(endpoint.failuresInRow)
        }
      >
        {lastAttemptAt ? <RelativeTime at={lastAttemptAt} /> : "never"}
      </Fact>
      <Fact
        label="Added"
        detail={
          updatedAt.getTime() > createdAt.getTime() ? (
            <>
              changed <RelativeTime at={updatedAt} />
            </>
          ) : (
            "not changed since"
          )
        }
      >
        <RelativeTime at={createdAt} />
      </Fact>
    </dl>
  );
}

/** Since it was enabled again none may have failed in a row, though the last attempt did. */
function failedText(inRow: number): string {
  return inRow > 1 ? `${inRow} failed in a row` : "it failed";
}

function Fact(props: { label: string; detail: ReactNode; children: ReactNode }) {
  return (
    <div className="grid min-w-0 content-start gap-y-0.5 bg-bg px-4 py-3.5">
      <dt className="text-xs text-fg-3">{props.label}</dt>
      <dd className="min-w-0 text-sm tabular-nums">
        {props.children}
        <span className="block text-xs text-fg-3">{props.detail}</span>
      </dd>
    </div>
  );
}
