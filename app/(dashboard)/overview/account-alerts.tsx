import type { Route } from "next";
import { ButtonLink } from "@/components/button-link";
import { Callout } from "@/components/callout";

/** Why they stopped, and the way on, is told where they are set. */
export function PausedTopUpAlert() {
  return (
    <Callout
      tone="amber"
      role="status"
      title="Automatic top-ups are paused"
      action={
        <ButtonLink href={"/billing" as Route} size="sm">
          Go to Billing
        </ButtonLink>
      }
    >
      Your balance won’t be topped up automatically until you resume them. Billing says why.
    </Callout>
  );
}

export function UnverifiedEmailAlert({ email }: { email: string }) {
  return (
    <Callout
      tone="info"
      role="status"
      title="Confirm your email address"
      action={
        <ButtonLink href={"/settings" as Route} size="sm">
          Go to Settings
        </ButtonLink>
      }
    >
      <span className="wrap-anywhere">
        Open the link that we sent to {email}: a forgotten password can only be reset there.
      </span>
    </Callout>
  );
}
