"use client";

import type { Route } from "next";
import { useBalance } from "@/app/(dashboard)/billing/use-balance";
import { SignInLink } from "@/app/(dashboard)/sign-in-link";
import { ButtonLink } from "@/components/button-link";
import { Callout } from "@/components/callout";
import { ExactMoney } from "@/components/exact-money";
import { StatCard, StatGrid } from "@/components/stat-card";
import type { BalanceView } from "@/lib/billing/balance-view";
import { formatUsdExact } from "@/lib/money";

export interface BalanceFiguresProps {
  workspaceId: string;
  initial: BalanceView;
  /** Whether the viewer can top up here. */
  mayPay: boolean;
}

/** What there is, what is set aside, what went: kept fresh, and adding up to the table below. */
export function BalanceFigures(props: BalanceFiguresProps) {
  const { balance, isStale, isSessionEnded } = useBalance(props.workspaceId, props.initial);
  const isRunning = balance.heldNanos !== "0";
  return (
    <>
      {isSessionEnded ? (
        <Callout tone="amber" role="status" title="Your session has ended" action={<SignInLink />}>
          These figures may be out of date.
        </Callout>
      ) : null}
      {balance.debtNanos === "0" ? null : <Debt nanos={balance.debtNanos} mayPay={props.mayPay} />}
      <StatGrid className="lg:grid-cols-5!">
        <StatCard
          className="max-lg:col-span-2"
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
          label="Paid credit"
          value={<ExactMoney nanos={balance.paidNanos} />}
          detail="Doesn’t expire"
        />
        <StatCard
          label="Granted credit"
          value={<ExactMoney nanos={balance.grantedNanos} />}
          detail="Spent before paid credit"
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
      </StatGrid>
    </>
  );
}

/** A reversal took back more than was left: the rest is owed, and comes out of what is added next. */
function Debt({ nanos, mayPay }: { nanos: string; mayPay: boolean }) {
  return (
    <Callout
      tone="red"
      role="status"
      title={`You owe ${formatUsdExact(BigInt(nanos))}`}
      action={
        mayPay ? (
          <ButtonLink size="sm" href={"/billing?add=1" as Route}>
            Add credit
          </ButtonLink>
        ) : null
      }
    >
      A refund or a bank’s reversal took back more than was left. The next credit pays this first.
    </Callout>
  );
}
