import type { Route } from "next";
import { AwaitPayment } from "@/app/(dashboard)/billing/await-payment";
import { CancelPayment } from "@/app/(dashboard)/billing/cancel-payment";
import { ReceiptLink } from "@/app/(dashboard)/billing/receipt-link";
import { ResumeLink, resumeAddress } from "@/app/(dashboard)/billing/resume-link";
import { ButtonLink } from "@/components/button-link";
import { Callout } from "@/components/callout";
import type { TopUpView } from "@/lib/billing/queries";
import { centsToNanos, formatUsd } from "@/lib/money";

interface TopUpNoticeProps {
  topUp: TopUpView;
  /** Whether the viewer may go on with it. */
  mayPay: boolean;
}

/** What became of one payment. It only tells: the provider's event alone credits. */
export function TopUpNotice({ topUp, mayPay }: TopUpNoticeProps) {
  const amount = formatUsd(centsToNanos(topUp.amountCents));
  const payment = topUp.kind === "auto" ? "automatic top-up" : "payment";
  switch (topUp.status) {
    case "pending":
      return (
        <Callout
          role="status"
          title={
            topUp.kind === "auto"
              ? `Charging your card ${amount}`
              : `Waiting for your payment of ${amount}`
          }
          action={mayPay ? <OpenPaymentActions topUp={topUp} /> : null}
        >
          <AwaitPayment />
        </Callout>
      );
    case "needs_action":
      return (
        <Callout
          tone="amber"
          role="status"
          title={`Your ${payment} of ${amount} needs you`}
          action={mayPay ? <OpenPaymentActions topUp={topUp} /> : null}
        >
          {topUp.kind === "auto"
            ? "Your bank asks for your confirmation. Add credit yourself this once, and confirm it with your bank."
            : "Your bank asks you to confirm the payment. Nothing is charged until you do."}
        </Callout>
      );
    case "succeeded":
      return (
        <Callout
          tone="green"
          role="status"
          title={`${amount} added`}
          action={
            <>
              <ReceiptLink topUpId={topUp.id} />
              <Dismiss />
            </>
          }
        >
          Your requests can use it now.
        </Callout>
      );
    case "failed":
      return (
        <Callout tone="red" title={`Your ${payment} of ${amount} failed`} action={<Dismiss />}>
          {topUp.failureMessage ?? "The payment was declined."} Nothing was charged. Top up again to
          use another card.
        </Callout>
      );
    case "cancelled":
      return (
        <Callout
          role="status"
          title={`Your ${payment} of ${amount} was cancelled`}
          action={<Dismiss />}
        >
          Nothing was charged.
        </Callout>
      );
  }
}

function OpenPaymentActions({ topUp }: { topUp: TopUpView }) {
  if (topUp.kind === "auto") {
    return topUp.status === "needs_action" ? (
      <ButtonLink size="sm" href={"/billing?add=1" as Route}>
        Add credit
      </ButtonLink>
    ) : null;
  }
  return (
    <>
      <CancelPayment topUpId={topUp.id} />
      {resumeAddress(topUp) ? <ResumeLink topUp={topUp} label="Continue to payment" /> : null}
    </>
  );
}

function Dismiss() {
  return (
    <ButtonLink size="sm" href={"/billing" as Route}>
      Dismiss
    </ButtonLink>
  );
}
