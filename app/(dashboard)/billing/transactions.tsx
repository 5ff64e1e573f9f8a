import type { Route } from "next";
import { type ColumnDecimals, UnpostedRow } from "@/app/(dashboard)/billing/unposted-row";
import { dayText, minuteText } from "@/app/(dashboard)/billing/utc-text";
import { ButtonLink } from "@/components/button-link";
import { ExactMoney } from "@/components/exact-money";
import { exactTimeText } from "@/components/relative-time-text";
import { Section } from "@/components/section";
import { CellText, Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import type { BalanceView } from "@/lib/billing/balance-view";
import type { Statement, StatementLine } from "@/lib/billing/statement";
import { decimalsNeeded } from "@/lib/usage/figures";

export interface TransactionsProps {
  workspaceId: string;
  balance: BalanceView;
  statement: Statement;
  isNewest: boolean;
}

/** The wallet's movements with the balance after each; the address says which page. */
export function Transactions({ workspaceId, balance, statement, isNewest }: TransactionsProps) {
  const { lines, olderThan } = statement;
  const listedNanos = lines[0]?.balanceAfterNanos.toString() ?? "0";
  const decimals = columnDecimals(lines, isNewest ? balance : null);
  return (
    <Section
      flush
      title="Transactions"
      description="Every movement of your credit. Usage is gathered by the day; days and times are UTC."
      footer={
        isNewest && !olderThan ? undefined : (
          <nav aria-label="Pages of transactions" className="flex flex-1 justify-between gap-2">
            {isNewest ? <span /> : <PageLink href="/billing" label="Newest" />}
            {olderThan ? <PageLink href={`/billing?before=${olderThan}`} label="Older" /> : null}
          </nav>
        )
      }
    >
      <Table caption="Transactions" framed={false}>
        <TableHead>
          <Th>Description</Th>
          <Th>Date</Th>
          <Th align="right">Amount</Th>
          <Th align="right">Balance after</Th>
        </TableHead>
        <TableBody>
          {isNewest ? (
            <UnpostedRow
              workspaceId={workspaceId}
              initial={balance}
              listedNanos={listedNanos}
              decimals={decimals}
            />
          ) : null}
          {lines.map((line) => (
            <LineRow key={line.id} line={line} decimals={decimals} />
          ))}
          {lines.length === 0 ? <EmptyRow isNewest={isNewest} /> : null}
        </TableBody>
      </Table>
    </Section>
  );
}

/** Of the lines and, on the newest page, of what isn't posted yet as the page begins with it. */
function columnDecimals(lines: StatementLine[], newest: BalanceView | null): ColumnDecimals {
  const amounts = lines.map((line) => line.amountNanos);
  const balances = lines.map((line) => line.balanceAfterNanos);
  if (newest) {
    amounts.push(BigInt(newest.balanceNanos) - BigInt(newest.journalNanos));
    balances.push(BigInt(newest.balanceNanos));
  }
  return { amount: decimalsNeeded(amounts), balanceAfter: decimalsNeeded(balances) };
}

function PageLink({ href, label }: { href: string; label: string }) {
  return (
    <ButtonLink size="sm" href={href as Route}>
      {label}
    </ButtonLink>
  );
}

function LineRow({ line, decimals }: { line: StatementLine; decimals: ColumnDecimals }) {
  const { usage, amountNanos } = line;
  const isCredit = amountNanos > 0n;
  return (
    <Tr>
      <Td cell="title">
        <CellText title={line.description} detail={usage ? hoursText(usage.hours) : undefined} />
      </Td>
      <Td label="Date" className="whitespace-nowrap text-fg-2">
        <time dateTime={usage?.day ?? line.at.toISOString()} title={exactTimeText(line.at)}>
          {usage ? dayText(usage.day) : minuteText(line.at)}
        </time>
      </Td>
      <Td label="Amount" align="right" mono className={isCredit ? "text-green" : undefined}>
        <ExactMoney aligned={decimals.amount} signed nanos={amountNanos.toString()} />
      </Td>
      <Td label="Balance after" align="right" mono>
        <ExactMoney aligned={decimals.balanceAfter} nanos={line.balanceAfterNanos.toString()} />
      </Td>
    </Tr>
  );
}

function hoursText(hours: number): string {
  return hours === 1 ? "1 hour with requests" : `${hours} hours with requests`;
}

function EmptyRow({ isNewest }: { isNewest: boolean }) {
  return (
    <tr>
      <td colSpan={4} data-cell="wide" className="px-3.5 py-10 text-center text-fg-2">
        {isNewest
          ? "Nothing yet. Top-ups and usage appear here as they happen."
          : "There is nothing older."}
      </td>
    </tr>
  );
}
