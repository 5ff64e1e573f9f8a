"use client";

import { useBalance } from "@/app/(dashboard)/billing/use-balance";
import { SignInLink } from "@/app/(dashboard)/sign-in-link";
import { Callout } from "@/components/callout";
import { ExactMoney } from "@/components/exact-money";
import { StatCard, StatGrid } from "@/components/stat-card";
import type { BalanceView } from "@/lib/billing/balance-view";

/** What there is, what is set aside, what went: kept fresh, and adding up to the table below. */
export function BalanceFigures(props: { workspaceId: string; initial: BalanceView }) {
  const { balance, isStale, isSessionEnded } = useBalance(props.workspaceId, props.initial);
  const isRunning = balance.heldNanos !== "0";
  return (
    <>
      {isSessionEnded ? (
        <Callout tone="amber" role="status" title="Your session has ended" action={<SignInLink />}>
          These figures may be out of date.
        </Callout>
      ) : null}
      <StatGrid>
        <StatCard
          label="Balance"
          value={<ExactMoney nanos={balance.balanceNanos} />}
          detail={
            isSessionEnded
              ? "Not up to date"
              : isStale
                ? "Not up to date: we can't be reached"
                : (balance.runway ?? "Not used yet")
          }
          tone={isStale ? "amber" : balance.tone}
        />
        <StatCard
          label="Held"
          value={<ExactMoney nanos={balance.heldNanos} />}
          detail={isRunning ? "Set aside for running requests" : "No requests are running"}
        />
        <StatCard
          label="Spent this month"
          value={<ExactMoney nanos={balance.spentThisMonthNanos} />}
          detail="Since the 1st, UTC"
        />
        <StatCard
          label="Granted"
          value={<ExactMoney nanos={balance.grantedNanos} />}
          detail="Credit you didn't pay for"
        />
      </StatGrid>
    </>
  );
}
