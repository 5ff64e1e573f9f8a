import { z } from "zod";
import { addMs, dayMs, hourMs } from "@/lib/time";
import { parseDay, usageDaysMax } from "@/lib/usage/schema";

export const reportIntervals = ["hour", "day"] as const;
export const reportGroups = ["key", "model", "endpoint", "status"] as const;

export type ReportInterval = (typeof reportIntervals)[number];
export type ReportGroup = (typeof reportGroups)[number];

/** An instant, or a whole UTC day. */
export interface Moment {
  at: Date;
  isDay: boolean;
}

/** The service is younger; so far back a date is a mistake. */
const earliest = new Date("2000-01-01T00:00:00.000Z");

const momentForm = "must be a day such as 2026-01-31 or an instant such as 2026-01-31T09:30:00Z";

const instantForm =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** Reads a day of the calendar or an instant with its offset (RFC 3339); null for anything else. */
export function parseMoment(text: string): Moment | null {
  const day = parseDay(text);
  if (day) return { at: day, isDay: true };
  const written = instantForm.exec(text)?.[1];
  // Date.parse lets 30 February run over into March.
  if (written === undefined || !parseDay(written)) return null;
  return { at: new Date(text), isDay: false };
}

const MomentText = z.string({ error: momentForm }).transform((text, context): Moment => {
  const moment = parseMoment(text);
  if (moment && moment.at >= earliest) return moment;
  const message = moment ? "must be in 2000 or later" : momentForm;
  context.issues.push({ code: "custom", message, input: text });
  return z.NEVER;
});

function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, { error: `must be one of ${values.join(", ")}` });
}

/** The query of a usage report, every value a string at first. */
export const UsageReportQuery = z.object({
  from: MomentText.optional().describe(
    "First instant covered, or a UTC day. 30 days before the end when absent; a day before it with `interval=hour`.",
  ),
  to: MomentText.optional().describe(
    "First instant no longer covered, or the last UTC day covered. Now when absent.",
  ),
  interval: oneOf(reportIntervals).default("day").describe("How long each interval is, in UTC."),
  group_by: oneOf(reportGroups).optional().describe("What each interval is split by."),
});
export type UsageReportQuery = z.infer<typeof UsageReportQuery>;

export interface ReportPlan {
  interval: ReportInterval;
  /** First instant covered: the start of its interval. */
  from: Date;
  /** First instant no longer covered; at most the end of the interval that runs now. */
  until: Date;
  /** The start of every interval, in order. */
  starts: Date[];
}

export interface ReportProblem {
  path: "from" | "to";
  message: string;
}

function floorTo(at: Date, stepMs: number): Date {
  return new Date(Math.floor(at.getTime() / stepMs) * stepMs);
}

/** Where a range ends that names its last day, or the instant after its last. */
function endOf(moment: Moment, stepMs: number): Date {
  if (moment.isDay) return addMs(moment.at, dayMs);
  const floor = floorTo(moment.at, stepMs);
  return floor < moment.at ? addMs(floor, stepMs) : floor;
}

/**
 * Cuts a report's range into whole UTC hours or days, widened to them where an end falls within one.
 * What lies in the future is left off. A range that can't be is told as a problem.
 */
export function planReport(
  query: Pick<UsageReportQuery, "from" | "to" | "interval">,
  now: Date,
): ReportPlan | ReportProblem {
  const stepMs = query.interval === "hour" ? hourMs : dayMs;
  const nowEnds = addMs(floorTo(now, stepMs), stepMs);
  const asked = query.to ? endOf(query.to, stepMs) : nowEnds;
  const until = asked < nowEnds ? asked : nowEnds;
  const from = query.from
    ? floorTo(query.from.at, stepMs)
    : addMs(until, query.interval === "hour" ? -dayMs : -30 * dayMs);
  if (from >= nowEnds) return { path: "from", message: "is in the future" };
  const isBackwards = query.from && query.to && !query.to.isDay && query.from.at >= query.to.at;
  if (isBackwards || from >= asked) return { path: "from", message: "must be before `to`" };
  const days = (asked.getTime() - from.getTime()) / dayMs;
  if (days > usageDaysMax) {
    return {
      path: query.from ? "from" : "to",
      message: `the range is ${Math.ceil(days)} days long; it can be at most ${usageDaysMax}`,
    };
  }
  const starts: Date[] = [];
  for (let at = from; at < until; at = addMs(at, stepMs)) starts.push(at);
  return { interval: query.interval, from, until, starts };
}
