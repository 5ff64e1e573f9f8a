import { addMs, dayMs, hourMs, startOfDay, startOfHour, startOfMonth } from "@/lib/time";
import type { UsageQuery } from "@/lib/usage/schema";
import { formatDay, parseDay } from "@/lib/usage/schema";

export interface UsagePlan {
  step: "hour" | "day";
  /** First instant covered. */
  from: Date;
  /** First instant no longer covered; at most the end of the bucket that runs now. */
  until: Date;
  previousFrom: Date;
  /** The period before ends at its own hour of day where this one still runs. */
  previousUntil: Date;
  buckets: PlannedBucket[];
}

export interface PlannedBucket {
  start: Date;
  isPartial: boolean;
}

type Period = Pick<UsagePlan, "step" | "from" | "until"> & { previousFrom: Date };

function findPeriod(query: UsageQuery, now: Date): Period | null {
  const tomorrow = addMs(startOfDay(now), dayMs);
  switch (query.range) {
    case "24h": {
      const until = addMs(startOfHour(now), hourMs);
      const from = addMs(until, -dayMs);
      return { step: "hour", from, until, previousFrom: addMs(from, -dayMs) };
    }
    case "7d":
    case "30d": {
      const lengthMs = (query.range === "7d" ? 7 : 30) * dayMs;
      const from = addMs(tomorrow, -lengthMs);
      return { step: "day", from, until: tomorrow, previousFrom: addMs(from, -lengthMs) };
    }
    case "month": {
      const from = startOfMonth(now);
      return {
        step: "day",
        from,
        until: tomorrow,
        previousFrom: startOfMonth(addMs(from, -dayMs)),
      };
    }
    case "custom": {
      const from = parseDay(query.from);
      const last = parseDay(query.to);
      if (!from || !last || from >= tomorrow) return null;
      const end = addMs(last, dayMs);
      const previousFrom = new Date(2 * from.getTime() - end.getTime());
      return { step: "day", from, until: end < tomorrow ? end : tomorrow, previousFrom };
    }
  }
}

/**
 * Cuts a range into UTC hours (24 h) or UTC days (all else), each of them there whether or not it
 * saw traffic, the one that runs marked. Null where the range lies wholly in the future.
 *
 * A period that still runs is compared with the same part of the one before, to the hour, because
 * half a day against a whole one would always look like a fall.
 */
export function planBuckets(query: UsageQuery, now: Date): UsagePlan | null {
  const period = findPeriod(query, now);
  if (!period) return null;
  const { step, from, until, previousFrom } = period;
  const stepMs = step === "hour" ? hourMs : dayMs;

  const buckets: PlannedBucket[] = [];
  for (let at = from.getTime(); at < until.getTime(); at += stepMs) {
    const start = new Date(at);
    buckets.push({ start, isPartial: start <= now && now.getTime() < at + stepMs });
  }

  const nextHour = addMs(startOfHour(now), hourMs);
  const coveredUntil = until < nextHour ? until : nextHour;
  const elapsedMs = coveredUntil.getTime() - from.getTime();
  const sameSpan = addMs(previousFrom, elapsedMs);
  return {
    step,
    from,
    until,
    previousFrom,
    // February is over before a 30 March has a counterpart in it.
    previousUntil: sameSpan < from ? sameSpan : from,
    buckets,
  };
}

const dayFormat = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  timeZone: "UTC",
});
const dayYearFormat = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});

/** `14:00` for an hour, `21 Nov` for a day: the axis. */
export function bucketTick(start: Date, step: UsagePlan["step"]): string {
  return step === "hour" ? start.toISOString().slice(11, 16) : dayFormat.format(start);
}

/** `21 Nov, 14:00–15:00` for an hour, `21 Nov 2026` for a day: tooltip and table. */
export function bucketName(start: Date, step: UsagePlan["step"]): string {
  if (step === "day") return dayYearFormat.format(start);
  const end = addMs(start, hourMs).toISOString().slice(11, 16);
  return `${dayFormat.format(start)}, ${start.toISOString().slice(11, 16)}–${end}`;
}

/** `23 Oct – 21 Nov 2026` for whole days, with the hours where the range is cut at hours. */
export function rangeName(from: Date, until: Date, step: UsagePlan["step"]): string {
  if (step === "hour") {
    const clock = (at: Date) => `${dayFormat.format(at)}, ${at.toISOString().slice(11, 16)}`;
    return `${clock(from)} – ${clock(until)}`;
  }
  const last = addMs(until, -dayMs);
  if (formatDay(from) === formatDay(last)) return dayYearFormat.format(from);
  const isSameYear = from.getUTCFullYear() === last.getUTCFullYear();
  return `${(isSameYear ? dayFormat : dayYearFormat).format(from)} – ${dayYearFormat.format(last)}`;
}
