"use client";

import { useSearchParams } from "next/navigation";
import { type ReactNode, useState } from "react";
import type { LiveFeedProps } from "@/app/(dashboard)/logs/live-feed";
import { cellPadding, RequestRow } from "@/app/(dashboard)/logs/log-row";
import { mergeRows } from "@/app/(dashboard)/logs/merge-rows";
import type { RequestPanelProps } from "@/app/(dashboard)/logs/request-panel";
import type { SearchOnProps } from "@/app/(dashboard)/logs/search-on";
import { changedAddress } from "@/app/(dashboard)/logs/use-log-address";
import { useOpenRequest } from "@/app/(dashboard)/logs/use-open-request";
import type { ToldZone } from "@/app/(dashboard)/reader-zone";
import { useReaderZone } from "@/app/(dashboard)/use-reader-zone";
import { ButtonLink } from "@/components/button-link";
import { lazyPart, useEver } from "@/components/lazy-part";
import { Table, TableBody, TableHead, Th } from "@/components/table";
import { decimalsNeeded } from "@/lib/usage/figures";
import type { LogPage, LogRow } from "@/lib/usage/log-page";

const RequestPanel = lazyPart<RequestPanelProps>(
  () => import("@/app/(dashboard)/logs/request-panel"),
);
const LiveFeed = lazyPart<LiveFeedProps>(() => import("@/app/(dashboard)/logs/live-feed"));
const SearchOn = lazyPart<SearchOnProps>(() => import("@/app/(dashboard)/logs/search-on"));

export interface LogViewProps {
  page: LogPage;
  readerZone: ToldZone;
  /** What is shown where there is no row. */
  empty: ReactNode;
  /** The newest page, to which requests may be added. */
  isNewest: boolean;
}

/** The requests of a page, those that arrive while it is looked at, and the one that is looked at closer. */
export function LogView({ page, readerZone, empty, isNewest }: LogViewProps) {
  const params = useSearchParams();
  const zone = useReaderZone(readerZone);
  const [rows, setRows] = useState<LogRow[]>(page.rows);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const [rest, setRest] = useState({ older: page.older, searchedTo: page.searchedTo });
  const [openId, open] = useOpenRequest();
  const isLive = isNewest && params.get("live") === "1";

  // What is asked for again while the page is looked at; a row that is opened doesn't change it.
  const selection = selectionText(params);

  function addNewest(newest: LogRow[]) {
    const known = new Set(rows.map(({ id }) => id));
    setFresh(new Set(newest.flatMap(({ id }) => (known.has(id) ? [] : [id]))));
    const merged = mergeRows(rows, newest);
    setRows(merged);
    // The oldest may have been left out.
    const last = merged.at(-1);
    if (last && last.id !== rows.at(-1)?.id) setRest({ older: last.mark, searchedTo: null });
  }
  function addOlder(found: LogPage) {
    setRows((shown) => [...shown, ...found.rows]);
    setRest({ older: found.older, searchedTo: found.searchedTo });
  }
  const hasPanel = useEver(openId !== null);
  return (
    <>
      {isLive ? <LiveFeed rows={rows} query={selection} onRows={addNewest} /> : null}
      {rows.length > 0 ? (
        <LogTable
          {...{ rows, zone, fresh, params, openId }}
          onOpen={open}
          newer={page.newer}
          older={rest.older}
          isSearching={rest.searchedTo !== null}
        />
      ) : rest.searchedTo === null ? (
        empty
      ) : null}
      {rest.searchedTo !== null && rest.older !== null ? (
        <SearchOn
          older={rest.older}
          searchedTo={rest.searchedTo}
          count={rows.length}
          zone={zone}
          onFound={addOlder}
        />
      ) : null}
      {hasPanel ? <RequestPanel id={openId} zone={zone} onClose={() => open(null)} /> : null}
    </>
  );
}

function selectionText(params: URLSearchParams): string {
  const selection = new URLSearchParams(params);
  for (const name of ["request", "live", "before", "after"]) selection.delete(name);
  return selection.toString();
}

interface LogTableProps {
  rows: LogRow[];
  zone: string;
  fresh: ReadonlySet<string>;
  params: URLSearchParams;
  openId: string | null;
  onOpen: (id: string) => void;
  newer: string | null;
  older: string | null;
  isSearching: boolean;
}

function LogTable(props: LogTableProps) {
  const { rows, zone, fresh, params, openId, onOpen, newer, older, isSearching } = props;
  const decimals = decimalsNeeded(rows.map(({ costNanos }) => BigInt(costNanos)));
  const place = { before: "", after: "", request: "" };
  const hasPages = newer !== null || (older !== null && !isSearching);
  return (
    <div data-log>
      <Table
        caption="Requests"
        footer={
          hasPages ? (
            <nav aria-label="Pages of requests" className="flex flex-1 justify-between gap-2">
              {newer ? (
                <ButtonLink size="sm" href={changedAddress(params, { ...place, after: newer })}>
                  Newer
                </ButtonLink>
              ) : (
                <span />
              )}
              {older && !isSearching ? (
                <ButtonLink
                  size="sm"
                  href={changedAddress(params, { ...place, live: "", before: older })}
                >
                  Older
                </ButtonLink>
              ) : null}
            </nav>
          ) : undefined
        }
      >
        <TableHead>
          <Th className={cellPadding}>Time</Th>
          <Th className={cellPadding}>Status</Th>
          <Th className={cellPadding}>Request</Th>
          <Th className={cellPadding}>Model</Th>
          <Th className={cellPadding}>Key</Th>
          <Th align="right" className={cellPadding}>
            Latency
          </Th>
          <Th align="right" className={cellPadding}>
            Tokens
          </Th>
          <Th align="right" className={cellPadding}>
            Cost
          </Th>
          <Th align="right" className={cellPadding}>
            Request id
          </Th>
        </TableHead>
        <TableBody>
          {rows.map((row) => (
            <RequestRow
              key={row.id}
              row={row}
              zone={zone}
              decimals={decimals}
              href={changedAddress(params, { request: row.id })}
              isOpen={row.id === openId}
              isNew={fresh.has(row.id)}
              onOpen={onOpen}
            />
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
