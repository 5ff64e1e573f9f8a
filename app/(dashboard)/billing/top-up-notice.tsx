import type { Route } from "next";
import { AwaitPayment } from "@/app/(dashboard)/billing/await-payment";
import { ButtonLink } from "@/components/button-link";
import { Callout } from "@/components/callout";
import type { TopUpView } from "@/lib/billing/queries";
import { centsToNanos, formatUsd } from "@/lib/money";

/** What became of one payment. It only tells: the webhook alone credits. */
export function TopUpNotice({ topUp }: { topUp: TopUpView }) {
  const amount = formatUsd(centsToNanos(topUp.amountCents));
  if (topUp.status === "pending") {
    return (
      <Callout
        role="status"
        title={`Waiting for your payment of ${amount}`}
        action={
          <ButtonLink size="sm" href={`/checkout/${topUp.id}` as Route}>
            Continue to payment
          </ButtonLink>
        }
      >
        <AwaitPayment />
      </Callout>
    );
  }
  if (topUp.status === "succeeded") {
    return (
      <Callout tone="green" role="status" title={`${amount} added`} action={<Dismiss />}>
        Your requests can use it now.
      </Callout>
    );
  }
  if (topUp.status === "failed") {
    return (
      <Callout tone="red" title={`Your payment of ${amount} failed`} action={<Dismiss />}>
        {topUp.failureMessage ?? "The payment was declined."} Nothing was charged. Top up again to
        use another card.
      </Callout>
    );
  }
  return (
    <Callout role="status" title={`Your payment of ${amount} was cancelled`} action={<Dismiss />}>
      Nothing was charged.
    </Callout>
  );
}

function Dismiss() {
  return (
    <ButtonLink size="sm" href={"/billing" as Route}>
      Dismiss
    </ButtonLink>
  );
}
