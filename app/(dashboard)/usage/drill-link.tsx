import type { MouseEvent } from "react";
import { type PageQuery, type PageState, pageAddress } from "@/app/(dashboard)/usage/page-query";
import type { UsageGroup, UsageSeries } from "@/lib/usage/schema";

/** What a group is split by when it is looked at alone. */
const nextGroups = { key: "model", model: "key", endpoint: "model", status: "model" } as const;

function drillInto(group: UsageGroup, series: UsageSeries): Partial<PageState> | null {
  if (group === "none" || series.isOther || series.id === "") return null;
  return { [group]: series.id, group: nextGroups[group], hide: [] };
}

export interface DrillLinkProps {
  page: PageQuery;
  /** What the figures are split by, which is the page's group as soon as they have come. */
  group: UsageGroup;
  series: UsageSeries;
  name: string;
  change: (change: Partial<PageState>) => void;
}

/** The name of a group as a link to it alone; a real address, for a new tab as well. */
export function DrillLink({ page, group, series, name, change }: DrillLinkProps) {
  const changes = drillInto(group, series);
  if (!changes) return <>{name}</>;
  function follow(event: MouseEvent) {
    if (!changes || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    change(changes);
  }
  return (
    <a
      href={pageAddress({ ...page, ...changes })}
      title={`Only ${name}`}
      onClick={follow}
      className="rounded-sm underline-offset-3 hover:underline"
    >
      {name}
    </a>
  );
}
