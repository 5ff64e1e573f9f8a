import { formatDay } from "@/lib/keys/expiry";

const timeFormat = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
});

const dayTimeFormat = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
});

const dayYearFormat = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});

/** An instant near enough to name by its time: `14:00 UTC`, on another day `22 Nov, 14:00 UTC`. */
export function untilText(at: Date, now: Date): string {
  const isToday = formatDay(at) === formatDay(now);
  return `${(isToday ? timeFormat : dayTimeFormat).format(at)} UTC`;
}

/** The UTC day of an instant: `21 Nov 2026`. */
export function dayText(at: Date): string {
  return dayYearFormat.format(at);
}

const units = [
  [604_800, "week"],
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
  [1, "second"],
] as const;

/** A length of time in its largest whole unit: `15 minutes`, `24 hours`, `7 days`. */
export function durationText(seconds: number): string {
  // Overlaps are spoken of in hours up to a day, and in days up to a week.
  if (seconds === 86_400) return "24 hours";
  if (seconds === 604_800) return "7 days";
  const [size, unit] = units.find(([length]) => seconds % length === 0) ?? [1, "second"];
  const count = seconds / size;
  return `${count.toLocaleString("en")} ${unit}${count === 1 ? "" : "s"}`;
}
