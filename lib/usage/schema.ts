import {
  either,
  fields,
  flag,
  listOf,
  nullable,
  number,
  oneOf,
  type Shaped,
  text,
  textLike,
  whole,
} from "@/lib/shape";
import { dayMs } from "@/lib/time";
import { isZone } from "@/lib/usage/zone";

export const usageRanges = ["24h", "7d", "30d", "month", "custom"] as const;
/** What can be counted and added up. */
export const countedMetrics = ["cost", "requests", "tokens", "errors"] as const;
export const usageMetrics = [...countedMetrics, "latency"] as const;
export const usageGroups = ["none", "key", "model", "endpoint", "status"] as const;
export const statusClasses = ["2", "4", "5"] as const;

export type UsageRange = (typeof usageRanges)[number];
export type CountedMetric = (typeof countedMetrics)[number];
export type UsageMetric = (typeof usageMetrics)[number];
export type UsageGroup = (typeof usageGroups)[number];

const statusNames: Record<string, string> = {
  "2": "2xx success",
  "4": "4xx refused",
  "5": "5xx failed",
};

/** What a class of statuses is called, by its first digit. */
export function statusName(statusClass: string): string {
  return statusNames[statusClass] ?? `${statusClass}xx`;
}

/** The longest custom range: a leap year. */
export const usageDaysMax = 366;

/** A custom range of so few days is drawn by the hour. */
export const hourlyDaysMax = 3;

/** Series drawn by name; what is left is summed up as "other". */
export const usageSeriesMax = 6;

const earliestDay = "2000-01-01";

/** Midnight UTC of a day that the calendar has, else null: `2026-02-30` is no day. */
export function parseDay(text: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const day = new Date(`${text}T00:00:00.000Z`);
  // Engines differ on whether a 30 February is invalid or runs over into March.
  if (Number.isNaN(day.getTime()) || formatDay(day) !== text) return null;
  return day;
}

/** The UTC day of an instant, `2026-11-21`. */
export function formatDay(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** What is wrong with a day that was typed; null when nothing is. */
function findDayProblem(day: string | undefined): string | null {
  if (day === undefined || day === "") return "Choose a day.";
  if (parseDay(day) === null) {
    return "This isn't a day in the calendar. Write it as 2026-01-31.";
  }
  return day < earliestDay ? `Choose a day from ${earliestDay} on.` : null;
}

export const UsageKey = textLike(/^key_[0-9a-hjkmnp-tv-z]{26}$/);

const loggedName = /^\P{Cc}{1,200}$/u;

/** A model or route as it was logged. PostgreSQL takes no NUL, and no name of ours has controls. */
export function isLoggedName(name: string): boolean {
  return name.length <= 200 && loggedName.test(name);
}

interface ShownUsage {
  metric: UsageMetric;
  group: UsageGroup;
  /** The zone whose days count; UTC where none is named. */
  tz?: string | undefined;
  /** Requests of one key alone; another workspace's key has none here. The same for what follows. */
  key?: string | undefined;
  model?: string | undefined;
  endpoint?: string | undefined;
  status?: (typeof statusClasses)[number] | undefined;
}

/**
 * What the usage page asks for: a range of days in a time zone (`from` and `to` are both included),
 * what is measured, what the figures are split by, and which requests count at all.
 */
export type UsageQuery =
  | (ShownUsage & { range: Exclude<UsageRange, "custom"> })
  | (ShownUsage & { range: "custom"; from: string; to: string });

/** The parts of a query that leave requests out. */
export const usageFilters = ["key", "model", "endpoint", "status"] as const;
export type UsageFilter = (typeof usageFilters)[number];

export type ParsedUsageQuery =
  | { ok: true; query: UsageQuery }
  | { ok: false; fields: Record<string, string> };

/** The word of a list that `given` is; the first problem of each field goes into `problems`. */
function choose<Word extends string>(
  words: readonly Word[],
  given: string,
  field: string,
  problems: Record<string, string>,
): Word | undefined {
  const word = words.find((candidate) => candidate === given);
  if (word === undefined) problems[field] = `Choose one of: ${words.join(", ")}.`;
  return word;
}

/** What is wrong with the words that leave requests out, and with the zone. */
function findFilterProblems(params: Record<string, string>): Record<string, string> {
  const problems: Record<string, string> = {};
  const { tz, key } = params;
  if (tz !== undefined && !isZone(tz)) problems.tz = "This isn't a time zone.";
  if (key !== undefined && !UsageKey.is(key)) problems.key = "This isn't a key's id.";
  for (const name of ["model", "endpoint"]) {
    const value = params[name];
    if (value === undefined || isLoggedName(value)) continue;
    problems[name] = "This isn't a name that could have been logged.";
  }
  return problems;
}

/** What is wrong with the days of a custom range. */
function findRangeProblems(from: string | undefined, to: string | undefined) {
  const problems: Record<string, string> = {};
  const fromProblem = findDayProblem(from);
  const toProblem = findDayProblem(to);
  if (fromProblem) problems.from = fromProblem;
  if (toProblem) problems.to = toProblem;
  const first = parseDay(from ?? "");
  const last = parseDay(to ?? "");
  if (!first || !last) return problems;
  const days = (last.getTime() - first.getTime()) / dayMs + 1;
  if (days < 1) {
    problems.to ??= "The last day is before the first. Swap them or choose a later day.";
  } else if (days > usageDaysMax) {
    problems.to ??= `This is ${days} days. Choose at most ${usageDaysMax}.`;
  }
  return problems;
}

/**
 * Reads the query of an address; what is absent is 30 days of cost by model. Written out and not left to a
 * library, because the page reads its own address with it in the browser.
 */
export function parseUsageQuery(params: Record<string, string>): ParsedUsageQuery {
  const problems = findFilterProblems(params);
  const range = choose(usageRanges, params.range ?? "30d", "range", problems);
  const metric = choose(usageMetrics, params.metric ?? "cost", "metric", problems);
  const group = choose(usageGroups, params.group ?? "model", "group", problems);
  const status =
    params.status === undefined
      ? undefined
      : choose(statusClasses, params.status, "status", problems);
  const { from, to, tz, key, model, endpoint } = params;
  if (range === "custom") Object.assign(problems, findRangeProblems(from, to));
  if (!range || !metric || !group || Object.keys(problems).length > 0) {
    return { ok: false, fields: problems };
  }
  const filters = { tz, key, model, endpoint, status };
  const given = Object.fromEntries(
    Object.entries(filters).filter(([, value]) => value !== undefined),
  ) satisfies Partial<typeof filters>;
  const shown: ShownUsage = { metric, group, ...given };
  if (range !== "custom") return { ok: true, query: { range, ...shown } };
  return { ok: true, query: { range, from: from ?? "", to: to ?? "", ...shown } };
}

export const UsageTotals = fields({
  costNanos: whole,
  requests: whole,
  inputTokens: whole,
  outputTokens: whole,
  /** Requests answered with 4xx or 5xx. */
  errors: whole,
});
export type UsageTotals = Shaped<typeof UsageTotals>;

/** Milliseconds; by interpolation in the buckets of a histogram, so nearly right and no more. */
export const Latency = fields({
  p50Ms: number,
  p95Ms: number,
});
export type Latency = Shaped<typeof Latency>;

export const UsageSeries = fields({
  /** The key's id, the model's, the route, `2` `4` `5`; empty for all and for the rest. */
  id: text,
  label: text,
  /** True for the sum of what isn't named. */
  isOther: flag,
  /** How many groups it sums up: 1, but for "other". */
  groups: number,
  totals: UsageTotals,
  /** Null without requests, and where something else is measured. */
  latency: nullable(Latency),
});
export type UsageSeries = Shaped<typeof UsageSeries>;

export const UsageBucket = fields({
  start: text,
  /** In the zone's own time: `21 Nov` or `14:00`, and `Sat 21 Nov 2026` or `21 Nov, 14:00–15:00`. */
  tick: text,
  name: text,
  /** The bucket that is still filling. */
  isPartial: flag,
  /** What each series counts, in their order: nano-dollars or counts; empty for latency. */
  values: listOf(whole),
  /** For latency: that of each series, null where it had no request. */
  latencies: listOf(nullable(Latency)),
  /** All series together. */
  latency: nullable(Latency),
  /** The same bucket of the period before, up to the same hour; null where it had none. */
  before: nullable(fields({ name: text, value: whole, latency: nullable(Latency) })),
});
export type UsageBucket = Shaped<typeof UsageBucket>;

/** What `GET /api/usage` answers. */
export const UsageAnswer = fields({
  metric: oneOf(usageMetrics),
  group: oneOf(usageGroups),
  step: oneOf(["hour", "day"]),
  zone: text,
  /** First instant covered. */
  from: text,
  /** First instant no longer covered. */
  until: text,
  /** The zone's days that the first and the last hour are in. */
  firstDay: text,
  lastDay: text,
  /** `23 Oct – 21 Nov 2026`. */
  name: text,
  /** `00:30` where days can't start at midnight, because usage is kept by whole UTC hours. */
  dayStart: nullable(text),
  /** False while the workspace has never sent a request. */
  hasUsage: flag,
  /** Of the key that alone counts; null where none is asked for, or it isn't one of the workspace's. */
  keyName: nullable(text),
  buckets: listOf(UsageBucket),
  series: listOf(UsageSeries),
  totals: UsageTotals,
  latency: nullable(Latency),
  /** The period before, up to the same hour where the period still runs. */
  previous: UsageTotals,
});
export type UsageAnswer = Shaped<typeof UsageAnswer>;

/** What `GET /api/usage/latency` answers. */
export const UsageLatencies = fields({
  all: nullable(Latency),
  series: listOf(fields({ id: text, isOther: flag, latency: nullable(Latency) })),
});
export type UsageLatencies = Shaped<typeof UsageLatencies>;

/** What `GET /api/first-request` answers. */
export const FirstRequest = either(
  fields({ state: oneOf(["waiting", "arrived"]) }),
  /** A request came and was refused; the tick waits for one that succeeds. */
  fields({ state: oneOf(["refused"]), status: number, errorCode: nullable(text) }),
);
export type FirstRequest = Shaped<typeof FirstRequest>;
