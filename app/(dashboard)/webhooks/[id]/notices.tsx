import { EnableButton } from "@/app/(dashboard)/webhooks/[id]/enable-button";
import { endpointStatus } from "@/app/(dashboard)/webhooks/endpoint-text";
import { Callout } from "@/components/callout";
import { RelativeTime } from "@/components/relative-time";
import { disableFailures } from "@/lib/webhooks/attempt-state";
import type { Endpoint } from "@/lib/webhooks/queries";
import { alertFailures } from "@/lib/webhooks/terms";

export interface NoticesProps {
  endpoint: Endpoint;
  canManage: boolean;
}

/** What keeps an endpoint from getting its events, or soon will, and the way on. */
export function Notices({ endpoint, canManage }: NoticesProps) {
  const { id, disabledAt, disabledReason, failuresInRow } = endpoint;
  const enable = canManage ? <EnableButton id={id} /> : null;
  switch (endpointStatus(endpoint)) {
    case "active":
      return null;
    case "failing":
      return failuresInRow < alertFailures ? null : (
        <Callout
          tone="amber"
          role="note"
          title={`The last ${failuresInRow} attempts in a row have failed`}
        >
          After {disableFailures} the endpoint is disabled. The deliveries below say what your
          server answered; one that succeeds ends the count.
        </Callout>
      );
    case "disabled":
      return (
        <Callout tone="amber" role="note" title="This endpoint is disabled" action={enable}>
          It was disabled by hand{disabledAt ? " " : null}
          {disabledAt ? <RelativeTime at={disabledAt} /> : null}. Nothing is sent to it, and what
          happens meanwhile isn’t kept for it.
        </Callout>
      );
    case "stopped":
      return (
        <Callout
          tone="red"
          role="note"
          title={
            disabledReason === "gone"
              ? "This endpoint was disabled, because it answered 410"
              : `This endpoint was disabled after ${disableFailures} failures in a row`
          }
          action={enable}
        >
          {disabledReason === "gone"
            ? "With 410 a receiver says that it wants no more. If that was a mistake, mend the receiver, enable the endpoint, and send again what failed."
            : "Look below at what your server answered, mend it, and enable the endpoint. Then send a test event, and send again what failed; what happens meanwhile isn’t kept."}
        </Callout>
      );
  }
}
