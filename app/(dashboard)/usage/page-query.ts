import { z } from "zod";
import {
  type ParsedUsageQuery,
  parseUsageQuery,
  statusClasses,
  type UsageFilter,
  UsageKey,
  type UsageQuery,
  usageFilters,
  usageGroups,
  usageMetrics,
  usageRanges,
  usageSeriesMax,
} from "@/lib/usage/schema";
import { isZone } from "@/lib/usage/zone";

export const percentiles = ["p50", "p95"] as const;
export type Percentile = (typeof percentiles)[number];

const LoggedName = z
  .string()
  .max(200)
  .regex(/^\P{Cc}*$/u);

/** Every word of the address by itself: one that can't be leaves the others standing. */
const PageParams = z.object({
  range: z.enum(usageRanges).catch("30d"),
  metric: z.enum(usageMetrics).catch("cost"),
  group: z.enum(usageGroups).catch("model"),
  /** Kept as they are, so that a day that can't be is shown and mended. */
  from: z.string().max(40).catch(""),
  to: z.string().max(40).catch(""),
  /** The zone that was chosen, or empty for the reader's own. */
  tz: z.string().refine(isZone).catch(""),
  /** The filters; empty for all. */
  key: UsageKey.catch(""),
  model: LoggedName.catch(""),
  endpoint: LoggedName.catch(""),
  status: z.enum(["", ...statusClasses]).catch(""),
  percentile: z.enum(percentiles).catch("p95"),
  compare: z.enum(["on", "off"]).catch("on"),
  view: z.enum(["chart", "table"]).catch("chart"),
  /** Series taken out of the chart. */
  hide: z
    .array(z.string().max(200))
    .max(usageSeriesMax + 1)
    .catch([]),
});

/** What the page's address says; everything on the page follows from it. */
export type PageState = z.infer<typeof PageParams>;

export interface PageQuery extends PageState {
  /** The zone that counts: the chosen one, else the reader's. */
  zone: string;
  parsed: ParsedUsageQuery;
}

const defaults: PageState = PageParams.parse({});

/** Reads the address. Unknown words fall back to the defaults; dates that can't be are kept and named. */
export function readPageQuery(params: URLSearchParams, readerZone: string): PageQuery {
  const given = Object.fromEntries(
    Object.keys(defaults).map((name) => [
      name,
      name === "hide" ? [...new Set(params.getAll(name))] : params.getAll(name).at(-1),
    ]),
  );
  const state = PageParams.parse(given);
  const zone = state.tz || readerZone;
  const { range, metric, group, from, to } = state;
  const days: Record<string, string> = range === "custom" ? { from, to } : {};
  const filters = Object.fromEntries(activeFilters(state));
  const parsed = parseUsageQuery({ range, metric, group, tz: zone, ...days, ...filters });
  return { ...state, zone, parsed };
}

/** The filters that leave something out, by name. */
export function activeFilters(state: PageState): Array<[UsageFilter, string]> {
  return usageFilters.flatMap(
    (name): Array<[UsageFilter, string]> => (state[name] === "" ? [] : [[name, state[name]]]),
  );
}

/** The address that asks for it, without what is the default anyway. */
export function pageAddress(page: PageState): string {
  const params = new URLSearchParams();
  for (const name of Object.keys(defaults) as Array<keyof PageState>) {
    const isDay = name === "from" || name === "to";
    if (name === "hide") {
      for (const key of page.hide) params.append(name, key);
    } else if (isDay ? page.range === "custom" : page[name] !== defaults[name]) {
      params.set(name, page[name]);
    }
  }
  const text = params.toString();
  return text === "" ? "/usage" : `/usage?${text}`;
}

function queryText(query: UsageQuery): string {
  return new URLSearchParams(
    Object.entries(query).filter(([, value]) => value !== undefined),
  ).toString();
}

/** The address of the figures. */
export function usageAddress(query: UsageQuery): string {
  return `/api/usage?${queryText(query)}`;
}

/** The address of their latencies. */
export function latencyAddress(query: UsageQuery): string {
  return `/api/usage/latency?${queryText(query)}`;
}

/** The address of the same figures as a file. */
export function csvAddress(query: UsageQuery): string {
  return `/api/usage/csv?${queryText(query)}`;
}

/** What the period is compared with: "the 30 days before". */
export function previousName(range: PageState["range"], days: number): string {
  if (range === "24h") return "the 24 hours before";
  if (range === "month") return "the month before";
  return days === 1 ? "the day before" : `the ${days} days before`;
}
