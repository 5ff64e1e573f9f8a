"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { useBalance } from "@/app/(dashboard)/billing/use-balance";
import { ExactMoney } from "@/components/exact-money";
import { CellText, Td, Tr } from "@/components/table";
import type { BalanceView } from "@/lib/billing/balance-view";

/** The decimals of each column's longest amount. */
export interface ColumnDecimals {
  amount: number;
  balanceAfter: number;
}

export interface UnpostedRowProps {
  workspaceId: string;
  initial: BalanceView;
  /** The wallet in the journal as the list below was read with it. */
  listedNanos: string;
  decimals: ColumnDecimals;
  /** False where the list is narrowed to something else than usage. */
  isShown: boolean;
  /** Whether the table has a column for receipts. */
  hasReceipts: boolean;
}

/**
 * What was charged since the journal's last posting, so that the list ends at the balance. When the
 * journal itself has moved (a posting, a payment), the page is asked for its lines again.
 */
export function UnpostedRow(props: UnpostedRowProps) {
  const { workspaceId, initial, listedNanos, decimals, isShown } = props;
  const router = useRouter();
  const { balance } = useBalance(workspaceId, initial);
  const { journalNanos } = balance;
  useEffect(() => {
    if (journalNanos !== listedNanos) router.refresh();
  }, [journalNanos, listedNanos, router]);

  const unpostedNanos = BigInt(balance.balanceNanos) - BigInt(journalNanos);
  if (!isShown || unpostedNanos === 0n) return null;
  return (
    <Tr>
      <Td cell="title">
        <CellText title="Usage not yet posted" detail="Posted when the hour is over" />
      </Td>
      <Td label="Date">Now</Td>
      <Td label="Amount" align="right" mono>
        <ExactMoney aligned={decimals.amount} nanos={unpostedNanos.toString()} />
      </Td>
      <Td label="Balance after" align="right" mono>
        <ExactMoney aligned={decimals.balanceAfter} nanos={balance.balanceNanos} />
      </Td>
      {props.hasReceipts ? <Td cell="actions" /> : null}
    </Tr>
  );
}
