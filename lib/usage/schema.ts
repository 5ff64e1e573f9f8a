import { z } from "zod";
import { dayMs } from "@/lib/time";

export const usageRanges = ["24h", "7d", "30d", "month", "custom"] as const;
export const usageMetrics = ["cost", "requests", "tokens", "errors"] as const;
export const usageGroups = ["none", "key", "model", "endpoint", "status"] as const;

export type UsageRange = (typeof usageRanges)[number];
export type UsageMetric = (typeof usageMetrics)[number];
export type UsageGroup = (typeof usageGroups)[number];

/** The longest custom range: a leap year. */
export const usageDaysMax = 366;

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

const shown = {
  metric: z
    .enum(usageMetrics, { error: `Choose one of: ${usageMetrics.join(", ")}.` })
    .default("cost"),
  group: z
    .enum(usageGroups, { error: `Choose one of: ${usageGroups.join(", ")}.` })
    .default("model"),
  /** One key's requests alone; another workspace's key has none here. */
  key: UsageKey.optional(),
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
 * What the usage page asks for: a range of UTC days (`from` and `to` are both included), what is
 * measured, and what the bars are split by.
 */
export const UsageQuery = z.discriminatedUnion("range", [PresetUsageQuery, CustomUsageQuery], {
  error: `Choose one of: ${usageRanges.join(", ")}.`,
});
export type UsageQuery = z.infer<typeof UsageQuery>;

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

export const UsageSeries = z.object({
  /** The key's id, the model's, the route, `2` `4` `5`; empty for all and for the rest. */
  id: z.string(),
  label: z.string(),
  /** True for the sum of what isn't named. */
  isOther: z.boolean(),
  totals: UsageTotals,
});
export type UsageSeries = z.infer<typeof UsageSeries>;

export const UsageBucket = z.object({
  start: z.iso.datetime(),
  /** The bucket that is still filling. */
  isPartial: z.boolean(),
  /** The metric of each series, in their order: nano-dollars or counts. */
  values: z.array(Whole),
});
export type UsageBucket = z.infer<typeof UsageBucket>;

/** What `GET /api/usage` answers. */
export const UsageAnswer = z.object({
  step: z.enum(["hour", "day"]),
  /** First instant covered. */
  from: z.iso.datetime(),
  /** First instant no longer covered. */
  until: z.iso.datetime(),
  /** False while the workspace has never sent a request. */
  hasUsage: z.boolean(),
  buckets: z.array(UsageBucket),
  series: z.array(UsageSeries),
  totals: UsageTotals,
  /** The period before, up to the same hour where the period still runs. */
  previous: UsageTotals,
});
export type UsageAnswer = z.infer<typeof UsageAnswer>;

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
