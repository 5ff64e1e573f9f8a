import { z } from "zod";
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

const Day = z.string({ error: "Choose a day." }).superRefine((text, context) => {
  if (text === "") {
    context.addIssue({ code: "custom", message: "Choose a day." });
  } else if (parseDay(text) === null) {
    context.addIssue({
      code: "custom",
      message: "This isn't a day in the calendar. Write it as 2026-01-31.",
    });
  } else if (text < earliestDay) {
    context.addIssue({ code: "custom", message: `Choose a day from ${earliestDay} on.` });
  }
});

export const UsageKey = z
  .string()
  .regex(/^key_[0-9a-hjkmnp-tv-z]{26}$/, { error: "This isn't a key's id." });

/** A model or route as it was logged. PostgreSQL takes no NUL, and no name of ours has controls. */
const LoggedName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, { error: "This isn't a name that could have been logged." });

const shown = {
  metric: z
    .enum(usageMetrics, { error: `Choose one of: ${usageMetrics.join(", ")}.` })
    .default("cost"),
  group: z
    .enum(usageGroups, { error: `Choose one of: ${usageGroups.join(", ")}.` })
    .default("model"),
  /** The zone whose days count; UTC where none is named. */
  tz: z.string().refine(isZone, { error: "This isn't a time zone." }).optional(),
  /** Requests of one key alone; another workspace's key has none here. The same for what follows. */
  key: UsageKey.optional(),
  model: LoggedName.optional(),
  endpoint: LoggedName.optional(),
  status: z.enum(statusClasses, { error: "Choose one of: 2, 4, 5." }).optional(),
};

const PresetUsageQuery = z.object({
  range: z.enum(["24h", "7d", "30d", "month"]),
  ...shown,
});

const CustomUsageQuery = z
  .object({ range: z.literal("custom"), from: Day, to: Day, ...shown })
  .superRefine(({ from, to }, context) => {
    const first = parseDay(from);
    const last = parseDay(to);
    if (!first || !last) return;
    const days = (last.getTime() - first.getTime()) / dayMs + 1;
    if (days < 1) {
      context.addIssue({
        code: "custom",
        path: ["to"],
        message: "The last day is before the first. Swap them or choose a later day.",
      });
    } else if (days > usageDaysMax) {
      context.addIssue({
        code: "custom",
        path: ["to"],
        message: `This is ${days} days. Choose at most ${usageDaysMax}.`,
      });
    }
  });

/**
 * What the usage page asks for: a range of days in a time zone (`from` and `to` are both included),
 * what is measured, what the figures are split by, and which requests count at all.
 */
export const UsageQuery = z.discriminatedUnion("range", [PresetUsageQuery, CustomUsageQuery], {
  error: `Choose one of: ${usageRanges.join(", ")}.`,
});
export type UsageQuery = z.output<typeof UsageQuery>;

/** The parts of a query that leave requests out. */
export const usageFilters = ["key", "model", "endpoint", "status"] as const;
export type UsageFilter = (typeof usageFilters)[number];

export type ParsedUsageQuery =
  | { ok: true; query: UsageQuery }
  | { ok: false; fields: Record<string, string> };

/** Reads the query of an address; what is absent is 30 days of cost by model. */
export function parseUsageQuery(params: Record<string, string>): ParsedUsageQuery {
  const parsed = UsageQuery.safeParse({ ...params, range: params.range ?? "30d" });
  if (parsed.success) return { ok: true, query: parsed.data };
  const fields: Record<string, string> = {};
  for (const issue of parsed.error.issues) fields[issue.path.join(".")] ??= issue.message;
  return { ok: false, fields };
}

/** A whole number of any size as text, because JSON numbers end at 2^53. */
const Whole = z.string().regex(/^\d+$/);

export const UsageTotals = z.object({
  costNanos: Whole,
  requests: Whole,
  inputTokens: Whole,
  outputTokens: Whole,
  /** Requests answered with 4xx or 5xx. */
  errors: Whole,
});
export type UsageTotals = z.infer<typeof UsageTotals>;

/** Milliseconds; by interpolation in the buckets of a histogram, so nearly right and no more. */
export const Latency = z.object({
  p50Ms: z.number(),
  p95Ms: z.number(),
});
export type Latency = z.infer<typeof Latency>;

export const UsageSeries = z.object({
  /** The key's id, the model's, the route, `2` `4` `5`; empty for all and for the rest. */
  id: z.string(),
  label: z.string(),
  /** True for the sum of what isn't named. */
  isOther: z.boolean(),
  /** How many groups it sums up: 1, but for "other". */
  groups: z.number().int(),
  totals: UsageTotals,
  /** Null without requests, and where something else is measured. */
  latency: Latency.nullable(),
});
export type UsageSeries = z.infer<typeof UsageSeries>;

export const UsageBucket = z.object({
  start: z.iso.datetime(),
  /** In the zone's own time: `21 Nov` or `14:00`, and `Sat 21 Nov 2026` or `21 Nov, 14:00–15:00`. */
  tick: z.string(),
  name: z.string(),
  /** The bucket that is still filling. */
  isPartial: z.boolean(),
  /** What each series counts, in their order: nano-dollars or counts; empty for latency. */
  values: z.array(Whole),
  /** For latency: that of each series, null where it had no request. */
  latencies: z.array(Latency.nullable()),
  /** All series together. */
  latency: Latency.nullable(),
  /** The same bucket of the period before, up to the same hour; null where it had none. */
  before: z.object({ name: z.string(), value: Whole, latency: Latency.nullable() }).nullable(),
});
export type UsageBucket = z.infer<typeof UsageBucket>;

/** What `GET /api/usage` answers. */
export const UsageAnswer = z.object({
  metric: z.enum(usageMetrics),
  group: z.enum(usageGroups),
  step: z.enum(["hour", "day"]),
  zone: z.string(),
  /** First instant covered. */
  from: z.iso.datetime(),
  /** First instant no longer covered. */
  until: z.iso.datetime(),
  /** The zone's days that the first and the last hour are in. */
  firstDay: z.iso.date(),
  lastDay: z.iso.date(),
  /** `23 Oct – 21 Nov 2026`. */
  name: z.string(),
  /** `00:30` where days can't start at midnight, because usage is kept by whole UTC hours. */
  dayStart: z.string().nullable(),
  /** False while the workspace has never sent a request. */
  hasUsage: z.boolean(),
  /** Of the key that alone counts; null where none is asked for, or it isn't one of the workspace's. */
  keyName: z.string().nullable(),
  buckets: z.array(UsageBucket),
  series: z.array(UsageSeries),
  totals: UsageTotals,
  latency: Latency.nullable(),
  /** The period before, up to the same hour where the period still runs. */
  previous: UsageTotals,
});
export type UsageAnswer = z.infer<typeof UsageAnswer>;

/** What `GET /api/usage/latency` answers. */
export const UsageLatencies = z.object({
  all: Latency.nullable(),
  series: z.array(UsageSeries.pick({ id: true, isOther: true, latency: true })),
});
export type UsageLatencies = z.infer<typeof UsageLatencies>;

/** What `GET /api/first-request` answers. */
export const FirstRequest = z.discriminatedUnion("state", [
  z.object({ state: z.literal("waiting") }),
  /** A request came and was refused; the tick waits for one that succeeds. */
  z.object({
    state: z.literal("refused"),
    status: z.number().int(),
    errorCode: z.string().nullable(),
  }),
  z.object({ state: z.literal("arrived") }),
]);
export type FirstRequest = z.infer<typeof FirstRequest>;
