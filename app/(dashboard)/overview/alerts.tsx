import { PausedTopUpAlert, UnverifiedEmailAlert } from "@/app/(dashboard)/overview/account-alerts";
import { ExposureAlerts, keyPage, RotationAlerts } from "@/app/(dashboard)/overview/key-alerts";
import { readBalance } from "@/app/(dashboard)/overview/reads";
import { WebhookAlerts } from "@/app/(dashboard)/overview/webhook-alerts";
import { mailDelivery } from "@/app/mail-delivery";
import { ButtonLink } from "@/components/button-link";
import { Callout } from "@/components/callout";
import { RelativeTime } from "@/components/relative-time";
import { getDb } from "@/db/client";
import { listExposureNotices, listOpenRotations } from "@/lib/keys/exposure-queries";
import { formatUsd, nanosPerCent, nanosPerUsd } from "@/lib/money";
import type { Scope } from "@/lib/scope";
import { getAccountNotices, listExpiringKeys } from "@/lib/usage/overview-queries";
import { listTroubledEndpoints } from "@/lib/webhooks/failure-queries";

/** In cents, rounded down: less than there is may be said, more may not. */
function creditText(nanos: bigint): string {
  return formatUsd(nanos < nanosPerCent ? nanos : nanos - (nanos % nanosPerCent));
}

/** What needs a hand soon: leaked keys, little credit left, keys about to stop, webhooks that fail. */
export async function Alerts({ scope }: { scope: Scope }) {
  const [balance, notices, keys, exposures, rotations, endpoints] = await Promise.all([
    readBalance(scope),
    getAccountNotices(getDb(), scope),
    listExpiringKeys(getDb(), scope),
    listExposureNotices(getDb(), scope),
    listOpenRotations(getDb(), scope),
    listTroubledEndpoints(getDb(), scope),
  ]);
  const left = balance.availableNanos;
  const [soonest] = keys;
  const hasKeyAlerts = soonest || exposures.length > 0 || rotations.length > 0;
  // Where mail isn't sent, nobody can show that it arrives.
  const unverifiedEmail = mailDelivery() === "smtp" ? notices.unverifiedEmail : null;
  const hasAccountAlerts = notices.isAutoTopUpPaused || unverifiedEmail !== null;
  const hasOtherAlerts = hasAccountAlerts || endpoints.length > 0;
  if (left >= nanosPerUsd && !hasKeyAlerts && !hasOtherAlerts) return null;
  return (
    <div className="grid gap-2">
      <ExposureAlerts notices={exposures} />
      {left < nanosPerUsd ? (
        <Callout
          tone={left > 0n ? "amber" : "red"}
          role="status"
          title={left > 0n ? `${creditText(left)} of credit left` : "Your credit is used up"}
          action={
            <ButtonLink href="/billing?add=1" size="sm">
              Top up
            </ButtonLink>
          }
        >
          {left > 0n
            ? "Requests are refused when it is used up."
            : "Requests are refused until you top up."}
        </Callout>
      ) : null}
      {notices.isAutoTopUpPaused ? <PausedTopUpAlert /> : null}
      <RotationAlerts rotations={rotations} />
      {soonest ? (
        <Callout
          tone="amber"
          role="status"
          title={
            keys.length === 1
              ? `${soonest.name} expires soon`
              : `${keys.length} keys expire within 7 days`
          }
          action={
            <ButtonLink
              href={keys.length === 1 ? keyPage(soonest.id) : "/keys?sort=expires"}
              size="sm"
            >
              {keys.length === 1 ? "Open the key" : "Go to API keys"}
            </ButtonLink>
          }
        >
          {keys.length === 1 ? "It stops working " : `${soonest.name} is the first, `}
          <RelativeTime at={soonest.expiresAt.toISOString()} />. Change when it expires, or create
          another key in good time.
        </Callout>
      ) : null}
      <WebhookAlerts endpoints={endpoints} />
      {unverifiedEmail === null ? null : <UnverifiedEmailAlert email={unverifiedEmail} />}
    </div>
  );
}
