import { clsx } from "clsx";
import type { Route } from "next";
import type { ReactNode } from "react";
import { accountsAddress, shownAccounts } from "@/app/(admin)/admin/accounts/accounts-address";
import { ButtonLink } from "@/components/button-link";
import { Money } from "@/components/money";
import { NearLink } from "@/components/near-link";
import { RelativeTime } from "@/components/relative-time";
import { SortArrow } from "@/components/sort-arrow";
import { StatusDot } from "@/components/status-dot";
import { CellText, Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import { countText } from "@/lib/count-text";
import type { AccountListQuery, AccountSort } from "@/lib/operators/account-terms";
import type { AccountPage, AccountSummary } from "@/lib/operators/accounts";

export interface AccountTableProps {
  page: AccountPage;
  query: AccountListQuery;
}

/** One page of accounts, each with what an operator looks for first. */
export function AccountTable({ page, query }: AccountTableProps) {
  return (
    <Table caption="Accounts" footer={<Pager page={page} query={query} />}>
      <TableHead>
        <Th>Account</Th>
        <Th>Plan</Th>
        <Th>Status</Th>
        <SortTh sort="balance" query={query}>
          Balance
        </SortTh>
        <SortTh sort="spend" query={query}>
          30 days
        </SortTh>
        <SortTh sort="seen" query={query}>
          Last seen
        </SortTh>
        <SortTh sort="created" query={query}>
          Created
        </SortTh>
      </TableHead>
      <TableBody>
        {page.accounts.map((account) => (
          <AccountRow key={account.id} account={account} />
        ))}
      </TableBody>
    </Table>
  );
}

const rightAligned: readonly AccountSort[] = ["balance", "spend"];

function SortTh(props: { sort: AccountSort; query: AccountListQuery; children: ReactNode }) {
  const { sort, query } = props;
  const isCurrent = query.sort === sort;
  const isRight = rightAligned.includes(sort);
  const order = isCurrent ? (query.order === "asc" ? "ascending" : "descending") : "none";
  const next = isCurrent && query.order === "desc" ? "asc" : "desc";
  return (
    <Th sort={order} align={isRight ? "right" : "left"}>
      <NearLink
        href={accountsAddress({ ...shownAccounts(query), sort, order: next })}
        scroll={false}
        className={clsx(
          "-mx-1 inline-flex items-center gap-1 rounded-sm px-1 transition-colors hover:text-fg",
          // Beside the figures' edge stands the name, also while the arrow isn't seen.
          isRight && "flex-row-reverse",
          isCurrent && "text-fg",
        )}
      >
        {props.children}
        <SortArrow sort={order} />
      </NearLink>
    </Th>
  );
}

function AccountRow({ account }: { account: AccountSummary }) {
  const { id, name, ownerEmail, memberCount, isSuspended, lastSeenAt } = account;
  const others = memberCount > 1 ? ` and ${countText(memberCount - 1)} more` : "";
  return (
    <Tr>
      <Td cell="title" className="md:max-w-72 md:py-2">
        <CellText
          title={
            <NearLink
              href={`/admin/accounts/${id}` as Route}
              className="rounded-sm underline-offset-2 hover:underline"
            >
              {name}
            </NearLink>
          }
          detail={ownerEmail ? `${ownerEmail}${others}` : "nobody is in it"}
        />
      </Td>
      <Td label="Plan" className="whitespace-nowrap">
        {account.planName}
      </Td>
      <Td label="Status" className="whitespace-nowrap">
        {isSuspended ? (
          <StatusDot tone="red">suspended</StatusDot>
        ) : (
          <StatusDot tone="green">active</StatusDot>
        )}
      </Td>
      <Td label="Balance" align="right">
        <Money nanos={account.balanceNanos.toString()} />
      </Td>
      <Td label="30 days" align="right">
        <Money nanos={account.spendNanos.toString()} />
      </Td>
      <Td label="Last seen" className="whitespace-nowrap">
        {lastSeenAt ? <RelativeTime at={lastSeenAt} /> : <span className="text-fg-3">never</span>}
      </Td>
      <Td label="Created" className="whitespace-nowrap">
        <RelativeTime at={account.createdAt} />
      </Td>
    </Tr>
  );
}

function Pager({ page, query }: AccountTableProps) {
  const shown = shownAccounts(query);
  const [first, last] = [page.accounts.at(0), page.accounts.at(-1)];
  return (
    <>
      <span>Spend of the last 30 days, as of a minute ago.</span>
      <nav aria-label="Pages" className="ml-auto flex gap-2">
        {page.hasPrevious && first ? (
          <ButtonLink size="sm" href={accountsAddress({ ...shown, before: first.id })}>
            Previous
          </ButtonLink>
        ) : null}
        {page.hasNext && last ? (
          <ButtonLink size="sm" href={accountsAddress({ ...shown, after: last.id })}>
            Next
          </ButtonLink>
        ) : null}
      </nav>
    </>
  );
}
