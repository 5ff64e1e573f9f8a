import type { Route } from "next";
import { ExportMenu } from "@/app/(dashboard)/billing/export-menu";
import { ReceiptLink } from "@/app/(dashboard)/billing/receipt-link";
import { type ColumnDecimals, UnpostedRow } from "@/app/(dashboard)/billing/unposted-row";
import { dayText, minuteText } from "@/app/(dashboard)/billing/utc-text";
import { ButtonLink } from "@/components/button-link";
import { ExactMoney } from "@/components/exact-money";
import { exactTimeText } from "@/components/relative-time-text";
import { Section } from "@/components/section";
import { type SegmentedLink, SegmentedLinks } from "@/components/segmented-links";
import { CellText, Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import type { BalanceView } from "@/lib/billing/balance-view";
import { kindLabels, StatementFilter, statementFilters } from "@/lib/billing/kinds";
import type { Statement, StatementLine } from "@/lib/billing/statement";
import { decimalsNeeded } from "@/lib/usage/figures";

export interface TransactionsProps {
  workspaceId: string;
  balance: BalanceView;
  statement: Statement;
  isNewest: boolean;
  filter: StatementFilter | null;
  /** The database's UTC day, from which the ranges of an export are counted. */
  today: string;
}

/** The wallet's movements with the balance after each; the address says which page. */
export function Transactions(props: TransactionsProps) {
  const { workspaceId, balance, statement, isNewest, filter, today } = props;
  const { lines, olderThan } = statement;
  // Usage that isn't posted yet belongs to the usage alone.
  const hasUnposted = isNewest && (filter === null || filter === "usage");
  const hasReceipts = lines.some(({ topUpId }) => topUpId !== null);
  const decimals = columnDecimals(lines, hasUnposted ? balance : null);
  return (
    <Section
      flush
      title="Transactions"
      description="Every change to your credit. Usage is summed by day; days and times are UTC."
      actions={
        <>
          <SegmentedLinks label="Kind of transactions" links={filterLinks(filter)} />
          <ExportMenu filter={filter} today={today} />
        </>
      }
      footer={
        isNewest && !olderThan ? undefined : (
          <nav aria-label="Pages of transactions" className="flex flex-1 justify-between gap-2">
            {isNewest ? <span /> : <PageLink href={addressOf(filter, null)} label="Newest" />}
            {olderThan ? <PageLink href={addressOf(filter, olderThan)} label="Older" /> : null}
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
          {hasReceipts ? <Th hiddenLabel="Receipt" /> : null}
        </TableHead>
        <TableBody>
          {isNewest ? (
            <UnpostedRow
              workspaceId={workspaceId}
              initial={balance}
              listedNanos={statement.walletNanos?.toString() ?? balance.journalNanos}
              decimals={decimals}
              isShown={hasUnposted}
              hasReceipts={hasReceipts}
            />
          ) : null}
          {lines.map((line) => (
            <LineRow key={line.id} line={line} decimals={decimals} hasReceipts={hasReceipts} />
          ))}
          {lines.length === 0 ? <EmptyRow isNewest={isNewest} filter={filter} /> : null}
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

function PageLink({ href, label }: { href: Route; label: string }) {
  return (
    <ButtonLink size="sm" href={href}>
      {label}
    </ButtonLink>
  );
}

interface LineRowProps {
  line: StatementLine;
  decimals: ColumnDecimals;
  /** Whether some line of the page has a receipt, so that there is a column for them. */
  hasReceipts: boolean;
}

function LineRow({ line, decimals, hasReceipts }: LineRowProps) {
  const { usage, amountNanos } = line;
  const isCredit = amountNanos > 0n;
  return (
    <Tr>
      <Td cell="title">
        <CellText title={line.description} detail={detailOf(line)} />
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
      {hasReceipts ? (
        <Td cell="actions">{line.topUpId ? <ReceiptLink topUpId={line.topUpId} /> : null}</Td>
      ) : null}
    </Tr>
  );
}

const emptyTexts: Record<StatementFilter | "all", string> = {
  all: "Nothing yet. Top-ups and usage appear here as they happen.",
  usage: "No usage yet. It appears here as requests are charged.",
  payments: "No payments yet. Top-ups and refunds appear here.",
  credits: "No credits yet. Welcome credit and codes appear here.",
};

function addressOf(filter: StatementFilter | null, before: string | null): Route {
  const params = new URLSearchParams();
  if (filter) params.set("kind", filter);
  if (before) params.set("before", before);
  return (params.size > 0 ? `/billing?${params}` : "/billing") as Route;
}

function filterLinks(filter: StatementFilter | null): SegmentedLink[] {
  const choices = StatementFilter.options.map((kind) => ({
    href: addressOf(kind, null),
    label: statementFilters[kind].label,
    current: filter === kind,
  }));
  return [{ href: addressOf(null, null), label: "All", current: filter === null }, ...choices];
}

/** A second word where the description doesn't say what kind of movement it is. */
function detailOf({ usage, kind, description }: StatementLine): string | undefined {
  if (usage) return hoursText(usage.hours);
  const label = kindLabels[kind];
  return description.toLowerCase().includes(label.toLowerCase()) ? undefined : label;
}

function hoursText(hours: number): string {
  return hours === 1 ? "1 hour with requests" : `${hours} hours with requests`;
}

function EmptyRow(props: { isNewest: boolean; filter: StatementFilter | null }) {
  return (
    <tr>
      <td colSpan={4} data-cell="wide" className="px-3.5 py-10 text-center text-fg-2">
        {props.isNewest ? emptyTexts[props.filter ?? "all"] : "There is nothing older."}
      </td>
    </tr>
  );
}
