"use client";

import type { Route } from "next";
import { useBalance } from "@/app/(dashboard)/billing/use-balance";
import { ExactMoney } from "@/components/exact-money";
import { NearLink } from "@/components/near-link";
import { Progress } from "@/components/progress";
import type { BalanceView } from "@/lib/billing/balance-view";

interface LiveBalanceProps {
  workspaceId: string;
  initial: BalanceView;
}

/** The balance in the phone's top bar, as it moves. */
export function LiveBalance(props: LiveBalanceProps) {
  const { balance } = useBalance(props.workspaceId, props.initial);
  return (
    <NearLink href={"/billing" as Route} className="rounded-sm text-sm font-medium">
      <Amount nanos={balance.balanceNanos} />
    </NearLink>
  );
}

/** The balance at the sidebar's foot, as it moves. */
export function LiveBalanceChip(props: LiveBalanceProps & { mayPay: boolean }) {
  const { balance } = useBalance(props.workspaceId, props.initial);
  return (
    <div className="rounded-lg border border-line-strong bg-raised px-3 py-2.5">
      <div className="flex items-baseline justify-between text-xs">
        <span aria-hidden className="text-fg-3">
          Balance
        </span>
        {props.mayPay ? (
          <NearLink
            href={"/billing?add=1" as Route}
            className="rounded-sm text-fg-2 underline-offset-2 hover:text-fg hover:underline"
          >
            Top up
          </NearLink>
        ) : null}
      </div>
      <Amount nanos={balance.balanceNanos} className="text-md font-semibold tracking-[-0.01em]" />
      {balance.share === null ? null : (
        <Progress
          label="Share of the last credit left"
          value={Math.round(balance.share * 100)}
          max={100}
          tone={balance.tone}
          className="mt-1.5"
        />
      )}
      {balance.runway ? <p className="mt-1.5 text-xs text-fg-3">{balance.runway}</p> : null}
    </div>
  );
}

/** The element named "Balance". A group and not a live region: each tick would be read out. */
function Amount({ nanos, className }: { nanos: string; className?: string }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form controls.
    <div role="group" aria-label="Balance" className={className}>
      <ExactMoney nanos={nanos} />
    </div>
  );
}
