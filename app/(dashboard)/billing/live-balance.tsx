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
  /** Whether the reader may top it up. */
  mayPay: boolean;
}

/** The frame's balance as it moves: a card at the sidebar's foot, on phones the amount alone. */
export function LiveBalance({ workspaceId, initial, mayPay }: LiveBalanceProps) {
  const { balance } = useBalance(workspaceId, initial);
  return (
    <div className="border-line-strong bg-raised max-md:bg-transparent md:rounded-lg md:border md:px-3 md:py-2.5">
      <div className="flex items-baseline justify-between text-xs max-md:hidden">
        <span aria-hidden className="text-fg-3">
          Balance
        </span>
        {mayPay ? (
          <NearLink
            href={"/billing?add=1" as Route}
            className="rounded-sm text-fg-2 underline-offset-2 hover:text-fg hover:underline"
          >
            Top up
          </NearLink>
        ) : null}
      </div>
      <div className="relative">
        {/* A group and not a live region: each tick would be read out. */}
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form controls. */}
        <div
          role="group"
          aria-label="Balance"
          className="text-sm font-medium md:text-md md:font-semibold md:tracking-[-0.01em]"
        >
          <ExactMoney nanos={balance.balanceNanos} />
        </div>
        {/* On a phone the amount leads to Billing; beside it in the sidebar stand links that do. */}
        <NearLink
          href={"/billing" as Route}
          aria-label="Billing"
          className="absolute -inset-y-2 inset-x-0 rounded-sm md:hidden"
        />
      </div>
      <div className="max-md:hidden">
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
    </div>
  );
}
