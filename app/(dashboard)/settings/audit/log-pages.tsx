import { ScrollText } from "lucide-react";
import type { Route } from "next";
import type { ReactNode } from "react";
import { ButtonLink } from "@/components/button-link";
import { EmptyState } from "@/components/empty-state";

export interface LogPagesProps {
  /** Null on the first page. */
  newest: Route | null;
  /** Null on the last one. */
  older: Route | null;
}

/** Through a log, towards what is older. */
export function LogPages({ newest, older }: LogPagesProps) {
  return (
    <nav
      aria-label="Pages of the audit log"
      className="flex flex-1 items-center justify-between gap-2"
    >
      {newest ? (
        <ButtonLink size="sm" href={newest}>
          Newest
        </ButtonLink>
      ) : (
        <span>Times are relative; open an entry for the exact one.</span>
      )}
      {older ? (
        <ButtonLink size="sm" href={older}>
          Older
        </ButtonLink>
      ) : null}
    </nav>
  );
}

export interface NoActsProps {
  /** The page lies behind the last act. */
  isBehind: boolean;
  /** The log without filters; null where there are none. */
  unfiltered: Route | null;
  /** What will stand here one day. */
  children: ReactNode;
}

/** A log, or a page of one, without acts. */
export function NoActs({ isBehind, unfiltered, children }: NoActsProps) {
  if (isBehind) return <EmptyState bare title="There is nothing older" />;
  if (unfiltered === null) {
    return (
      <EmptyState bare icon={<ScrollText />} title="Nothing yet">
        {children}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      bare
      icon={<ScrollText />}
      title="Nothing matches"
      action={<ButtonLink href={unfiltered}>Clear filters</ButtonLink>}
    >
      No entry fits these filters.
    </EmptyState>
  );
}
