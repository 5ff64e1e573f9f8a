import { X } from "lucide-react";
import type { Route } from "next";
import { filterNames } from "@/app/(dashboard)/usage/names";
import { activeFilters, type PageQuery, type PageState } from "@/app/(dashboard)/usage/page-query";
import { Button } from "@/components/button";
import { NearLink } from "@/components/near-link";
import { statusName, type UsageFilter } from "@/lib/usage/schema";

export interface FiltersProps {
  page: PageQuery;
  /** Of the key filtered by: null where it isn't the workspace's, undefined until that is known. */
  keyName: string | null | undefined;
  change: (change: Partial<PageState>) => void;
}

export const noFilters = { key: "", model: "", endpoint: "", status: "" } as const;

/** What leaves requests out, each to be taken away. */
export function Filters({ page, keyName, change }: FiltersProps) {
  const filters = activeFilters(page);
  if (filters.length === 0) return null;
  return (
    <div className="-mt-1 mb-4 flex min-w-0 flex-wrap items-center gap-2 text-sm text-fg-2">
      <span className="shrink-0">Only</span>
      <ul aria-label="Filters" className="contents">
        {filters.map(([name, value]) => (
          <li
            key={name}
            className="flex h-7 max-w-full min-w-0 items-center gap-1.5 rounded-md border border-line-strong bg-raised pl-2.5"
          >
            <span className="shrink-0 text-fg-3">{filterNames[name]}</span>
            <FilterValue name={name} value={value} keyName={keyName} />
            <button
              type="button"
              aria-label={`Remove the filter by ${filterNames[name].toLowerCase()}`}
              onClick={() => change({ [name]: "" })}
              className="grid size-6.5 shrink-0 place-items-center rounded-md text-fg-3 hover:bg-hover hover:text-fg"
            >
              <X aria-hidden className="size-3.5" />
            </button>
          </li>
        ))}
      </ul>
      {filters.length > 1 ? (
        <Button size="sm" variant="ghost" onClick={() => change(noFilters)}>
          Clear all
        </Button>
      ) : null}
    </div>
  );
}

function FilterValue(props: {
  name: UsageFilter;
  value: string;
  keyName: string | null | undefined;
}) {
  const { name, value, keyName } = props;
  const className = "min-w-0 truncate font-medium text-fg";
  if (name === "status") return <span className={className}>{statusName(value)}</span>;
  if (name !== "key") {
    return (
      <span className={className} title={value}>
        {value}
      </span>
    );
  }
  if (keyName === null) {
    return <span className={className}>…{value.slice(-4)}, which isn’t one of yours</span>;
  }
  return (
    <NearLink
      href={`/keys/${value}` as Route}
      title={keyName}
      className={`${className} rounded-sm underline-offset-3 hover:underline`}
    >
      {keyName ?? `…${value.slice(-4)}`}
    </NearLink>
  );
}
