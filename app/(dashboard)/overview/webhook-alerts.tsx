import type { Route } from "next";
import { endpointTitle } from "@/app/(dashboard)/webhooks/endpoint-text";
import { ButtonLink } from "@/components/button-link";
import { Callout } from "@/components/callout";
import { RelativeTime } from "@/components/relative-time";
import { disableFailures } from "@/lib/webhooks/attempt-state";
import type { TroubledEndpoint } from "@/lib/webhooks/failure-queries";

/** Endpoints that get nothing any more, or soon won't: the worst one by name, and how many there are. */
export function WebhookAlerts({ endpoints }: { endpoints: readonly TroubledEndpoint[] }) {
  const [worst] = endpoints;
  if (!worst) return null;
  const isOne = endpoints.length === 1;
  const name = `The webhook endpoint ${endpointTitle(worst)}`;
  return (
    <Callout
      tone={worst.disabledAt ? "red" : "amber"}
      role="status"
      title={
        isOne
          ? `${name} ${worst.disabledAt ? "was disabled" : "is failing"}`
          : `${endpoints.length} webhook endpoints need attention`
      }
      action={
        <ButtonLink href={(isOne ? `/webhooks/${worst.id}` : "/webhooks") as Route} size="sm">
          {isOne ? "Open the endpoint" : "Go to Webhooks"}
        </ButtonLink>
      }
    >
      {isOne ? null : <span className="wrap-anywhere">{endpointTitle(worst)}: </span>}
      {worst.disabledAt ? (
        <>
          {disableFailures} attempts in a row failed, the last{" "}
          <RelativeTime at={worst.disabledAt.toISOString()} />. Nothing is sent to it any more: mend
          your server, then enable it.
        </>
      ) : (
        <>
          The last {worst.failuresInRow} attempts in a row failed; after {disableFailures} it is
          disabled.
        </>
      )}
    </Callout>
  );
}
