import { clsx } from "clsx";
import type { ReactNode } from "react";
import type { ActedKey } from "@/app/(dashboard)/keys/acted-key";
import { KeyMenu, KeyName } from "@/app/(dashboard)/keys/key-acts";
import {
  ActivityCell,
  type FiguresSource,
  SpendCell,
} from "@/app/(dashboard)/keys/key-figure-cells";
import { KeyStatusText } from "@/app/(dashboard)/keys/key-status-text";
import {
  keysAddress,
  type ShownKeys,
  shownKeys,
  sortAddress,
} from "@/app/(dashboard)/keys/keys-address";
import { Badge } from "@/components/badge";
import { ButtonLink } from "@/components/button-link";
import { NearLink } from "@/components/near-link";
import { RelativeTime } from "@/components/relative-time";
import { exactTimeText, relativeTimeText } from "@/components/relative-time-text";
import { SortArrow } from "@/components/sort-arrow";
import { CellText, Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import { countText } from "@/lib/count-text";
import { dayYearText } from "@/lib/day-text";
import type { KeyPage, KeySummary } from "@/lib/keys/queries";
import { undoRevokeUntil } from "@/lib/keys/revoke-key";
import type { KeyListQuery } from "@/lib/keys/schema";
import { keyEndsAt, keyStatus } from "@/lib/keys/status";
import { defaultOrders, type KeySort, maskedSecret } from "@/lib/keys/terms";

export interface KeyTableProps {
  page: KeyPage;
  query: KeyListQuery;
  canManage: boolean;
  /** May come after the rows, which don't wait for it for long. */
  figures: FiguresSource;
}

export function KeyTable({ page, query, canManage, figures }: KeyTableProps) {
  const shown = shownKeys(query);
  return (
    <Table caption="API keys" footer={<Pager page={page} query={query} />}>
      <TableHead>
        <SortTh sort="name" shown={shown}>
          Name
        </SortTh>
        <Th className={cellPadding}>Key</Th>
        <Th className={cellPadding}>Scopes</Th>
        <Th className={cellPadding}>Status</Th>
        <Th className={clsx(cellPadding, wideOnly)}>14 days</Th>
        <Th align="right" className={cellPadding}>
          Spend / cap
        </Th>
        <SortTh sort="used" shown={shown}>
          Last used
        </SortTh>
        <SortTh sort="expires" shown={shown}>
          Expires
        </SortTh>
        {canManage ? <Th hiddenLabel="Actions" className="bg-panel md:sticky md:right-0" /> : null}
      </TableHead>
      <TableBody>
        {page.keys.map((key) => (
          <KeyRow
            key={key.id}
            apiKey={key}
            now={page.now}
            canManage={canManage}
            figures={figures}
          />
        ))}
      </TableBody>
    </Table>
  );
}

/** Where the table would be wider than its place, the bars go first: the key's page has them in full. */
const wideOnly = "md:max-[84rem]:hidden";

/** Columns that stand closer than elsewhere keep the whole table in sight. */
const cellPadding = "md:px-2 md:first:pl-3.5 min-[87rem]:px-2.5";

const orders = { asc: "ascending", desc: "descending" } as const;

function SortTh(props: { sort: KeySort; shown: ShownKeys; children: ReactNode }) {
  const { sort, shown } = props;
  const order = shown.sort === sort ? orders[shown.order ?? defaultOrders[sort]] : "none";
  return (
    <Th sort={order} className={cellPadding}>
      <NearLink
        href={sortAddress(shown, sort)}
        scroll={false}
        className={clsx(
          "-mx-1 inline-flex items-center gap-1 rounded-sm px-1 transition-colors hover:text-fg",
          order !== "none" && "text-fg",
        )}
      >
        {props.children}
        <SortArrow sort={order} />
      </NearLink>
    </Th>
  );
}

interface KeyRowProps extends Pick<KeyTableProps, "canManage" | "figures"> {
  apiKey: KeySummary;
  now: Date;
}

function KeyRow({ apiKey, now, canManage, figures }: KeyRowProps) {
  const { id, name, scopes, environment, createdAt } = apiKey;
  const status = keyStatus(apiKey, now);
  const isOver = status === "expired" || status === "revoked";
  const acted: ActedKey = {
    id,
    name,
    masked: maskedSecret(apiKey),
    last4: apiKey.last4,
    status,
    wasUsed: apiKey.lastUsedAt !== null,
    undoUntil: undoRevokeUntil(apiKey, now)?.toISOString() ?? null,
  };
  return (
    <Tr
      className={clsx(
        "group max-md:grid-cols-[auto_1fr] max-md:[&>td]:col-span-2",
        isOver && "text-fg-3",
      )}
    >
      <Td cell="title" className={clsx(cellPadding, "md:max-w-60 md:min-w-30 md:py-2")}>
        <CellText
          title={<KeyName id={id} name={name} />}
          detail={
            // On a phone the masked key follows the name, and says the environment too.
            <span title={exactTimeText(createdAt)} className="whitespace-nowrap max-md:hidden">
              {environment === "test" ? <span className="text-amber">test · </span> : null}
              created {relativeTimeText(createdAt, now)}
            </span>
          }
        />
      </Td>
      <Td mono className={clsx(cellPadding, "whitespace-nowrap max-md:col-span-1!")}>
        {acted.masked}
      </Td>
      <Td className={clsx(cellPadding, "max-md:col-span-1! max-md:justify-end!")}>
        <span className="flex flex-wrap gap-1 max-md:justify-end md:w-max md:max-w-30 md:py-1.5">
          {scopes.map((scope) => (
            <Badge key={scope}>{scope}</Badge>
          ))}
        </span>
      </Td>
      <Td label="Status" className={clsx(cellPadding, "whitespace-nowrap")}>
        <KeyStatusText apiKey={apiKey} acted={acted} now={now} canManage={canManage} />
      </Td>
      <Td label="14 days" className={clsx(cellPadding, wideOnly, "max-md:items-center!")}>
        <ActivityCell id={id} name={name} figures={figures} />
      </Td>
      <Td label="Spend / cap" align="right" className={cellPadding}>
        <SpendCell id={id} name={name} figures={figures} />
      </Td>
      <Td label="Last used" className={clsx(cellPadding, "whitespace-nowrap")}>
        <LastUse apiKey={apiKey} />
      </Td>
      <Td label="Expires" className={clsx(cellPadding, "whitespace-nowrap")}>
        <EndText at={keyEndsAt(apiKey)} />
      </Td>
      {canManage ? (
        // The menu stays in sight where the table is wider than the window.
        <Td
          cell="actions"
          className="md:sticky md:right-0 md:bg-bg md:px-2.5 md:group-hover:bg-panel"
        >
          <KeyMenu apiKey={acted} />
        </Td>
      ) : null}
    </Tr>
  );
}

function LastUse({ apiKey: { lastUsedAt, lastUsedAddress } }: { apiKey: KeySummary }) {
  if (!lastUsedAt) return <span className="text-fg-3">never</span>;
  return (
    <span className="block min-w-0 max-md:flex max-md:items-baseline max-md:gap-2">
      <RelativeTime at={lastUsedAt} />
      {lastUsedAddress ? (
        <span
          title={lastUsedAddress}
          className="block truncate font-mono text-xs text-fg-3 max-md:order-first md:max-w-28"
        >
          {lastUsedAddress}
        </span>
      ) : null}
    </span>
  );
}

function EndText({ at }: { at: Date | null }) {
  if (!at) return <span className="text-fg-3">never</span>;
  return (
    <time dateTime={at.toISOString()} title={exactTimeText(at)}>
      {dayYearText(at)}
    </time>
  );
}

/** How many there are, and the ways to the rows before and after these. */
function Pager({ page, query }: { page: KeyPage; query: KeyListQuery }) {
  const shown = shownKeys(query);
  const count = page.counts[query.status];
  const [first, last] = [page.keys.at(0), page.keys.at(-1)];
  return (
    <>
      <span className="tabular-nums">
        {countText(count)} {count === 1 ? "key" : "keys"}
      </span>
      <nav aria-label="Pages" className="ml-auto flex gap-2">
        {page.hasPrevious && first ? (
          <ButtonLink size="sm" href={keysAddress({ ...shown, before: first.id })}>
            Previous
          </ButtonLink>
        ) : null}
        {page.hasNext && last ? (
          <ButtonLink size="sm" href={keysAddress({ ...shown, after: last.id })}>
            Next
          </ButtonLink>
        ) : null}
      </nav>
    </>
  );
}
