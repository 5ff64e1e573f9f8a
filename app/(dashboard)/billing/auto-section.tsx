import type { ReactNode } from "react";
import { AlertDialogButton } from "@/app/(dashboard)/billing/alert-dialog-button";
import { AutoTopUpButtons } from "@/app/(dashboard)/billing/auto-top-up-buttons";
import { CardButtons } from "@/app/(dashboard)/billing/card-buttons";
import { cardText, expiryText } from "@/app/(dashboard)/billing/card-text";
import { PausedNotice } from "@/app/(dashboard)/billing/paused-notice";
import { RedeemForm } from "@/app/(dashboard)/billing/redeem-form";
import { Badge } from "@/components/badge";
import { Meter } from "@/components/meter";
import { Section } from "@/components/section";
import { SettingRow, SettingRows, Unset } from "@/components/setting-row";
import { StatusDot } from "@/components/status-dot";
import type { BillingProfile } from "@/lib/billing/profile";
import { centsToNanos, formatUsd } from "@/lib/money";

export interface AutoSectionProps {
  profile: BillingProfile;
  /** Whether the viewer may spend the workspace's money. */
  mayPay: boolean;
  /** Whether there is a provider that cards can be saved with. */
  isConfigured: boolean;
}

/** How credit comes in by itself: the saved card, automatic top-ups, the alert, codes. */
export function AutoSection({ profile, mayPay, isConfigured }: AutoSectionProps) {
  const { card, autoTopUp, alertCents } = profile;
  return (
    <Section
      flush
      title="Payment settings"
      description="Never run dry: a saved card can keep your credit filled, within limits you set."
    >
      {autoTopUp.isOn && (autoTopUp.pausedReason || autoTopUp.retryAt) ? (
        <div className="border-b border-line p-4">
          <PausedNotice autoTopUp={autoTopUp} mayPay={mayPay && isConfigured} />
        </div>
      ) : null}
      <SettingRows>
        {isConfigured || card ? (
          <>
            <SettingRow
              label="Card on file"
              hint="For automatic top-ups only"
              action={
                mayPay && isConfigured ? (
                  <CardButtons card={card && cardText(card)} isAutoOn={autoTopUp.isOn} />
                ) : null
              }
            >
              {card ? <CardLine card={card} /> : <Unset>No card saved.</Unset>}
            </SettingRow>
            <SettingRow
              label="Automatic top-up"
              hint="When credit runs low"
              action={
                mayPay && isConfigured ? (
                  <AutoTopUpButtons
                    isOn={autoTopUp.isOn}
                    hasCard={card !== null && !card.isExpired}
                    figures={{
                      thresholdCents: autoTopUp.thresholdCents,
                      restoreCents: autoTopUp.restoreCents,
                      monthlyLimitCents: autoTopUp.monthlyLimitCents,
                    }}
                  />
                ) : null
              }
            >
              <AutoTopUp autoTopUp={autoTopUp} hasCard={card !== null} />
            </SettingRow>
          </>
        ) : null}
        <SettingRow
          label="Low-balance alert"
          hint="Mail to owners, admins, billing"
          action={mayPay ? <AlertDialogButton alertCents={alertCents} /> : null}
        >
          {alertCents === null ? (
            <Unset>No mail is sent.</Unset>
          ) : (
            <span>Below {usdText(alertCents)}</span>
          )}
        </SettingRow>
        {mayPay ? (
          <SettingRow label="Credit code" hint="From an offer or our support">
            <RedeemForm />
          </SettingRow>
        ) : null}
      </SettingRows>
    </Section>
  );
}

/** Whole dollars without their cents: `$25`. */
function usdText(cents: number): string {
  return formatUsd(centsToNanos(cents)).replace(/\.00$/, "");
}

function CardLine({ card }: { card: NonNullable<BillingProfile["card"]> }) {
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span className="font-medium tabular-nums">{cardText(card)}</span>
      {card.isExpired ? (
        <Badge tone="red">Expired {expiryText(card)}</Badge>
      ) : (
        <span className="text-fg-2 tabular-nums">Expires {expiryText(card)}</span>
      )}
    </span>
  );
}

function AutoTopUp(props: { autoTopUp: BillingProfile["autoTopUp"]; hasCard: boolean }) {
  const { autoTopUp, hasCard } = props;
  if (!autoTopUp.isOn) {
    return <Unset>{hasCard ? "Off." : "Off. Save a card to turn it on."}</Unset>;
  }
  const { thresholdCents, restoreCents, monthlyLimitCents, chargedThisMonthCents } = autoTopUp;
  // The provider may have lost the card, with the customer that it belonged to.
  const isPaused = autoTopUp.pausedReason !== null || !hasCard;
  return (
    <div className="grid gap-3">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <StatusDot tone={isPaused ? "amber" : "green"}>{isPaused ? "Paused" : "On"}</StatusDot>
        <span className="text-fg-2 tabular-nums">
          {hasCard ? null : "Save a card to go on. "}
          Below {usdText(thresholdCents)}, back to {usdText(restoreCents)}
        </span>
      </p>
      <Bounded>
        <Meter
          label="Charged this month"
          used={BigInt(chargedThisMonthCents)}
          limit={BigInt(monthlyLimitCents)}
          figures={`${usdText(chargedThisMonthCents)} of ${usdText(monthlyLimitCents)}`}
          detail="by automatic top-ups, since the 1st, UTC"
        />
      </Bounded>
    </div>
  );
}

function Bounded({ children }: { children: ReactNode }) {
  return <div className="max-w-80">{children}</div>;
}
