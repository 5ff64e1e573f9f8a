import {
  isLoggedName,
  type ParsedUsageQuery,
  parseUsageQuery,
  statusClasses,
  type UsageFilter,
  type UsageGroup,
  UsageKey,
  type UsageMetric,
  type UsageQuery,
  type UsageRange,
  usageFilters,
  usageGroups,
  usageMetrics,
  usageRanges,
  usageSeriesMax,
} from "@/lib/usage/schema";
import { isZone } from "@/lib/usage/zone";

export const percentiles = ["p50", "p95"] as const;
export type Percentile = (typeof percentiles)[number];

/** What the page's address says; everything on the page follows from it. */
export interface PageState {
  range: UsageRange;
  metric: UsageMetric;
  group: UsageGroup;
  /** Kept as they are, so that a day that can't be is shown and mended. */
  from: string;
  to: string;
  /** The zone that was chosen, or empty for the reader's own. */
  tz: string;
  /** The filters; empty for all. */
  key: string;
  model: string;
  endpoint: string;
  status: "" | (typeof statusClasses)[number];
  percentile: Percentile;
  compare: "on" | "off";
  view: "chart" | "table";
  /** Series taken out of the chart. */
  hide: string[];
}

function word<Word extends string>(
  words: readonly Word[],
  given: string | undefined,
  fallback: Word,
): Word {
  return words.find((candidate) => candidate === given) ?? fallback;
}

function valid(given: string | undefined, isValid: (value: string) => boolean): string {
  return given !== undefined && isValid(given) ? given : "";
}

const isShort = (value: string) => value.length <= 40;

/** Every word of the address by itself: one that can't be leaves the others standing. */
function readPageState(given: Record<string, string | undefined>, hide: string[]): PageState {
  const isHideable = hide.length <= usageSeriesMax + 1 && hide.every((id) => id.length <= 200);
  return {
    range: word(usageRanges, given.range, "30d"),
    metric: word(usageMetrics, given.metric, "cost"),
    group: word(usageGroups, given.group, "model"),
    from: valid(given.from, isShort),
    to: valid(given.to, isShort),
    tz: valid(given.tz, isZone),
    key: valid(given.key, UsageKey.is),
    model: valid(given.model, isLoggedName),
    endpoint: valid(given.endpoint, isLoggedName),
    status: word(["", ...statusClasses], given.status, ""),
    percentile: word(percentiles, given.percentile, "p95"),
    compare: word(["on", "off"], given.compare, "on"),
    view: word(["chart", "table"], given.view, "chart"),
    hide: isHideable ? hide : [],
  };
}

export interface PageQuery extends PageState {
  /** The zone that counts: the chosen one, else the reader's. */
  zone: string;
  parsed: ParsedUsageQuery;
}

const defaults = readPageState({}, []);

/** Reads the address. Unknown words fall back to the defaults; dates that can't be are kept and named. */
export function readPageQuery(params: URLSearchParams, readerZone: string): PageQuery {
  const given = Object.fromEntries(
    Object.keys(defaults).map((name) => [name, params.getAll(name).at(-1)]),
  );
  const state = readPageState(given, [...new Set(params.getAll("hide"))]);
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
