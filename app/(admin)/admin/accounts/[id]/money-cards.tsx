import { Money } from "@/components/money";
import { StatCard, StatGrid } from "@/components/stat-card";
import { getDb } from "@/db/client";
import { getBalance } from "@/lib/billing/queries";
import type { AccountDetail } from "@/lib/operators/account-detail";

/** What the account has, of which kind, and what of it is set aside. */
export async function MoneyCards({ account }: { account: AccountDetail }) {
  const balance = await getBalance(getDb(), { workspaceId: account.id });
  const money = (nanos: bigint) => <Money nanos={nanos.toString()} font="sans" />;
  return (
    <StatGrid>
      <StatCard
        label="Balance"
        value={money(balance.balanceNanos)}
        tone={balance.tone}
        detail={balance.runway ?? "nothing spent this week"}
      />
      <StatCard
        label="Held"
        value={money(balance.heldNanos)}
        detail="set aside for running requests"
      />
      <StatCard
        label="Granted"
        value={money(balance.grantedNanos)}
        detail={
          <>
            {money(balance.paidNanos)} paid for
            {balance.debtNanos > 0n ? <>, owes {money(balance.debtNanos)}</> : null}
          </>
        }
      />
      <StatCard
        label="Spent this month"
        value={money(balance.spentThisMonthNanos)}
        detail={<>{money(account.spendNanos)} in 30 days</>}
      />
    </StatGrid>
  );
}
