import {
  type ParsedUsageQuery,
  parseUsageQuery,
  UsageKey,
  type UsageQuery,
  usageGroups,
  usageMetrics,
  usageRanges,
} from "@/lib/usage/schema";

/** What the page's address says; everything on the page follows from it. */
export interface PageQuery {
  range: (typeof usageRanges)[number];
  metric: (typeof usageMetrics)[number];
  group: (typeof usageGroups)[number];
  from: string;
  to: string;
  /** The key that alone counts, or empty for all. */
  key: string;
  view: "chart" | "table";
  parsed: ParsedUsageQuery;
}

function oneOf<T extends string>(choices: readonly T[], text: string | undefined, otherwise: T): T {
  return choices.find((choice) => choice === text) ?? otherwise;
}

/** Reads the address. Unknown words fall back to the defaults; dates that can't be are kept and named. */
export function readPageQuery(params: Record<string, string | undefined>): PageQuery {
  const range = oneOf(usageRanges, params.range, "30d");
  const metric = oneOf(usageMetrics, params.metric, "cost");
  const group = oneOf(usageGroups, params.group, "model");
  const from = params.from ?? "";
  const to = params.to ?? "";
  const key = UsageKey.safeParse(params.key).data ?? "";
  const days: Record<string, string> = range === "custom" ? { from, to } : {};
  const filter: Record<string, string> = key === "" ? {} : { key };
  return {
    range,
    metric,
    group,
    from,
    to,
    key,
    view: params.view === "table" ? "table" : "chart",
    parsed: parseUsageQuery({ range, metric, group, ...days, ...filter }),
  };
}

/** The address that asks for it, without what is the default anyway. */
export function pageAddress(page: Omit<PageQuery, "parsed">): string {
  const params = new URLSearchParams();
  if (page.range !== "30d") params.set("range", page.range);
  if (page.range === "custom") {
    params.set("from", page.from);
    params.set("to", page.to);
  }
  if (page.metric !== "cost") params.set("metric", page.metric);
  if (page.group !== "model") params.set("group", page.group);
  if (page.key !== "") params.set("key", page.key);
  if (page.view !== "chart") params.set("view", page.view);
  const text = params.toString();
  return text === "" ? "/usage" : `/usage?${text}`;
}

/** The address of the figures. */
export function usageAddress(query: UsageQuery): string {
  return `/api/usage?${new URLSearchParams(
    Object.entries(query).filter(([, value]) => value !== undefined),
  )}`;
}

/** What the period is compared with: "the 30 days before". */
export function previousName(range: PageQuery["range"], days: number): string {
  if (range === "24h") return "the 24 hours before";
  if (range === "month") return "the month before";
  return days === 1 ? "the day before" : `the ${days} days before`;
}
