"use client";

import type { Route } from "next";
import type { MouseEvent } from "react";
import { LogTime } from "@/app/(dashboard)/logs/log-time";
import { Badge } from "@/components/badge";
import { CopyButton } from "@/components/copy-button";
import { NearLink } from "@/components/near-link";
import { Td, Tr } from "@/components/table";
import { countText } from "@/lib/count-text";
import { columnUsdText } from "@/lib/usage/figures";
import type { LogRow } from "@/lib/usage/log-page";

export interface LogRowProps {
  row: LogRow;
  zone: string;
  decimals: number;
  /** The address that opens it, for whoever opens it in another tab. */
  href: string;
  isOpen: boolean;
  /** It arrived while the page was open. */
  isNew: boolean;
  onOpen: (id: string) => void;
}

export const cellPadding = "md:px-2 md:first:pl-3.5 md:last:pr-3.5";
const cell = `md:h-10! ${cellPadding}`;

export function toneOf(status: number): "red" | "amber" | "green" | "neutral" {
  if (status >= 500) return "red";
  if (status >= 400) return status === 499 ? "neutral" : "amber";
  return "green";
}

/** What a press on a row may mean already: a link, a button, or text that is being selected. */
function isTaken(event: MouseEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("a, button")) return true;
  return window.getSelection()?.isCollapsed === false;
}

/** A request in one line; on a phone a card, which leaves its id to the drawer. */
export function RequestRow(props: LogRowProps) {
  const { row, zone, decimals, href, isOpen, isNew, onOpen } = props;
  const { id, at, method, path, model, status, keyId, keyName, hasKey, last4 } = row;
  const { latencyMs, inputTokens, outputTokens, costNanos, environment } = row;
  function press(event: MouseEvent<HTMLTableRowElement>) {
    if (isTaken(event)) return;
    // Focus comes back to where the drawer was opened from.
    event.currentTarget.querySelector<HTMLElement>("a[data-open]")?.focus({ preventScroll: true });
    onOpen(id);
  }
  function follow(event: MouseEvent) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    onOpen(id);
  }
  return (
    // The keyboard's way is the link in the row; the rest of it is a larger target for the mouse.
    <Tr
      onClick={press}
      data-request={id}
      data-new={isNew || undefined}
      className={`cursor-pointer data-new:animate-fade-in ${isOpen ? "bg-hover" : ""}`}
    >
      <Td label="Time" className={`${cell} whitespace-nowrap text-fg-2`}>
        <LogTime at={at} zone={zone} />
      </Td>
      <Td cell="actions" className={cell}>
        <Badge tone={toneOf(status)} className="tabular-nums">
          {status}
        </Badge>
      </Td>
      <Td cell="title" className={`${cell} max-md:order-first md:max-w-56`}>
        <a
          href={href}
          data-open
          onClick={follow}
          title={`${method} ${path}`}
          className="block truncate rounded-sm font-mono text-[0.78125rem] tracking-[-0.01em] text-fg hover:underline hover:underline-offset-3"
        >
          <span className="text-fg-3">{method}</span> {path}
        </a>
      </Td>
      <Td label="Model" mono title={model} className={`${cell} md:max-w-40 md:truncate`}>
        {model || <span className="text-fg-3">–</span>}
      </Td>
      <Td label="Key" className={`${cell} md:max-w-44`}>
        <span className="flex min-w-0 items-baseline gap-1.5">
          {hasKey ? (
            <NearLink
              href={`/keys/${keyId}` as Route}
              title={keyName}
              className="min-w-0 truncate rounded-sm underline-offset-3 hover:underline"
            >
              {keyName}
            </NearLink>
          ) : (
            <span className="min-w-0 truncate text-fg-2">{keyName}</span>
          )}
          {last4 ? <span className="shrink-0 font-mono text-xs text-fg-3">…{last4}</span> : null}
          {environment === "test" ? (
            <span className="shrink-0 text-xs text-amber">test</span>
          ) : null}
        </span>
      </Td>
      <Td label="Latency" align="right" className={`${cell} whitespace-nowrap`}>
        {countText(BigInt(latencyMs))} ms
      </Td>
      <Td label="Tokens" align="right" className={`${cell} whitespace-nowrap`}>
        <Tokens input={inputTokens} output={outputTokens} />
      </Td>
      <Td
        label="Cost"
        align="right"
        mono
        data-nanos={costNanos}
        className={costNanos === "0" ? `${cell} text-fg-3` : cell}
      >
        {columnUsdText(BigInt(costNanos), decimals)}
      </Td>
      <Td label="Request id" className={`${cell} whitespace-nowrap max-md:hidden!`}>
        <span className="flex items-center justify-end gap-0.5">
          <span title={id} className="font-mono text-xs text-fg-3">
            …{id.slice(-6)}
          </span>
          <CopyButton iconOnly size="sm" text={id} label={`Copy ${id}`} />
        </span>
      </Td>
    </Tr>
  );
}

function Tokens({ input, output }: { input: number; output: number }) {
  if (input === 0 && output === 0) return <span className="text-fg-3">–</span>;
  const [read, written] = [countText(BigInt(input)), countText(BigInt(output))];
  return (
    <span title={`${read} in, ${written} out`}>
      {read} <span className="text-fg-3">→</span> {written}
    </span>
  );
}
