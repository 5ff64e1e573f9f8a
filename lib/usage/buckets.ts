import { dayText, dayYearText, weekdayText } from "@/lib/day-text";
import { addMs, dayMs, hourMs, startOfHour } from "@/lib/time";
import type { UsageQuery } from "@/lib/usage/schema";
import { formatDay, hourlyDaysMax, parseDay } from "@/lib/usage/schema";
import { addDays, firstHourOfDay, offsetText, utc, wallClock } from "@/lib/usage/zone";

export interface UsagePlan {
  step: "hour" | "day";
  zone: string;
  /** First instant covered. */
  from: Date;
  /** First instant no longer covered; at most the end of the bucket that runs now. */
  until: Date;
  buckets: PlannedBucket[];
  /**
   * What the buckets are compared with, by their place; null where there is no counterpart. Where a
   * bucket still runs its counterpart ends as many hours after its start as have begun here.
   */
  previous: (PlannedSpan | null)[];
}

/** An instant and the first that no longer belongs; both whole UTC hours. */
export interface PlannedSpan {
  start: Date;
  end: Date;
}

export interface PlannedBucket extends PlannedSpan {
  isPartial: boolean;
}

/** Days of the calendar, both included. */
interface Days {
  first: string;
  last: string;
}

/** How many days later another day is. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / dayMs);
}

const rangeDays = { "24h": 1, "7d": 7, "30d": 30 } as const;

/** The days asked for, and those to compare with; what lies ahead is left off later. */
function findDays(query: UsageQuery, today: string): { current: Days; previous: Days } {
  if (query.range === "month") {
    const first = `${today.slice(0, 7)}-01`;
    const last = addDays(first, -1);
    return {
      current: { first, last: today },
      previous: { first: `${last.slice(0, 7)}-01`, last },
    };
  }
  // What lies ahead has nothing to compare.
  const last = query.range === "custom" && query.to < today ? query.to : today;
  const first = query.range === "custom" ? query.from : addDays(today, 1 - rangeDays[query.range]);
  const length = daysBetween(first, last) + 1;
  return {
    current: { first, last },
    previous: { first: addDays(first, -length), last: addDays(first, -1) },
  };
}

/** Each day from first to last that has hours in the zone, as far as its first hour has begun. */
function spansOfDays(zone: string, { first, last }: Days, now: Date): PlannedSpan[] {
  const spans: PlannedSpan[] = [];
  let start = firstHourOfDay(zone, first);
  for (let day = first; day <= last && start <= now; day = addDays(day, 1)) {
    const end = firstHourOfDay(zone, addDays(day, 1));
    // A zone that crossed the date line left a day out.
    if (start < end) spans.push({ start, end });
    start = end;
  }
  return spans;
}

function spansOfHours(from: Date, until: Date): PlannedSpan[] {
  const spans: PlannedSpan[] = [];
  for (let start = from; start < until; start = addMs(start, hourMs)) {
    spans.push({ start, end: addMs(start, hourMs) });
  }
  return spans;
}

/** The day that is running: the calendar's, but for the minutes that a zone's first hour comes late. */
function currentDay(zone: string, now: Date): string {
  return wallClock(zone, startOfHour(now)).day;
}

/**
 * Cuts a range into the hours (24 h, and custom ranges of a few days) or days of a time zone, each
 * there whether or not it saw traffic, the one that runs marked. Boundaries are whole UTC hours, as the
 * roll-ups are; `firstHourOfDay` says what that means where a zone isn't whole hours from UTC. Null
 * where the range lies wholly in the future.
 *
 * A bucket that still runs is compared with the same part of its counterpart, because half a day
 * against a whole one would always look like a fall.
 */
export function planBuckets(query: UsageQuery, now: Date): UsagePlan | null {
  const zone = query.tz ?? utc;
  const nextHour = addMs(startOfHour(now), hourMs);
  let step: UsagePlan["step"] = "day";
  let spans: PlannedSpan[];
  let before: PlannedSpan[];
  if (query.range === "24h") {
    step = "hour";
    spans = spansOfHours(addMs(nextHour, -dayMs), nextHour);
    before = spansOfHours(addMs(nextHour, -2 * dayMs), addMs(nextHour, -dayMs));
  } else {
    if (query.range === "custom" && !(parseDay(query.from) && parseDay(query.to))) return null;
    const { current, previous } = findDays(query, currentDay(zone, now));
    spans = spansOfDays(zone, current, now);
    before = spansOfDays(zone, previous, now);
    if (query.range === "custom" && daysBetween(query.from, query.to) < hourlyDaysMax) {
      step = "hour";
      spans = hoursOf(spans, nextHour);
      before = hoursOf(before, nextHour);
    }
  }
  const [first] = spans;
  const last = spans.at(-1);
  if (!first || !last) return null;
  const buckets = spans.map((span) => ({
    ...span,
    isPartial: span.start <= now && now < span.end,
  }));
  return {
    step,
    zone,
    from: first.start,
    until: last.end,
    buckets,
    previous: buckets.map((bucket, place) => counterpart(bucket, before[place], nextHour)),
  };
}

function hoursOf(days: readonly PlannedSpan[], nextHour: Date): PlannedSpan[] {
  const [first] = days;
  const last = days.at(-1);
  if (!first || !last) return [];
  return spansOfHours(first.start, last.end < nextHour ? last.end : nextHour);
}

function counterpart(
  bucket: PlannedBucket,
  span: PlannedSpan | undefined,
  nextHour: Date,
): PlannedSpan | null {
  if (!span) return null;
  if (!bucket.isPartial) return span;
  const begun = addMs(span.start, nextHour.getTime() - bucket.start.getTime());
  return { start: span.start, end: begun < span.end ? begun : span.end };
}

/** `00:30` where the zone's days can't start at midnight, by the first day of a plan; else null. */
export function dayStartText(plan: Pick<UsagePlan, "step" | "zone" | "from">): string | null {
  if (plan.step === "hour") return null;
  const { offsetMs, time } = wallClock(plan.zone, plan.from);
  return offsetMs % hourMs === 0 ? null : time;
}

/** The zone's day of an instant, as an instant that reads the same in UTC. */
function dayOf(at: Date, zone: string): Date {
  return new Date(`${wallClock(zone, at).day}T00:00:00.000Z`);
}

/** `14:00` for an hour, `21 Nov` for a day and for the hour that starts it: the axis. */
export function bucketTick(start: Date, step: UsagePlan["step"], zone = utc): string {
  const { time } = wallClock(zone, start);
  return step === "hour" && time !== "00:00" ? time : dayText(dayOf(start, zone));
}

/**
 * `21 Nov, 14:00–15:00` for an hour, `Sat 21 Nov 2026` for a day: tooltip and table. `withOffset`, as in
 * `25 Oct, 02:00 UTC+2`, tells apart the two hours that read the same when clocks are put back.
 */
export function bucketName(
  start: Date,
  step: UsagePlan["step"],
  zone = utc,
  withOffset = false,
): string {
  const day = dayOf(start, zone);
  if (step === "day") return `${weekdayText(day)} ${dayYearText(day)}`;
  const { time, offsetMs } = wallClock(zone, start);
  const name = `${dayText(day)}, ${time}`;
  if (withOffset) return `${name} ${offsetText(offsetMs)}`;
  return `${name}–${wallClock(zone, addMs(start, hourMs)).time}`;
}

/** `23 Oct – 21 Nov 2026` for whole days, with the hours where the range is cut at hours. */
export function rangeName(
  from: Date,
  until: Date,
  step: UsagePlan["step"],
  zone: string = utc,
): string {
  const first = dayOf(from, zone);
  // The last hour's day: where days start late, the end itself lies past midnight.
  const last = dayOf(addMs(until, -hourMs), zone);
  const isSameDay = formatDay(first) === formatDay(last);
  if (step === "hour") {
    const end = wallClock(zone, until);
    const isMidnight = wallClock(zone, from).time === "00:00" && end.time === "00:00";
    if (!isMidnight) {
      const start = `${dayText(first)}, ${wallClock(zone, from).time}`;
      return isSameDay
        ? `${start}–${end.time}`
        : `${start} – ${dayText(dayOf(until, zone))}, ${end.time}`;
    }
  }
  if (isSameDay) return dayYearText(first);
  const isSameYear = first.getUTCFullYear() === last.getUTCFullYear();
  return `${isSameYear ? dayText(first) : dayYearText(first)} – ${dayYearText(last)}`;
}
