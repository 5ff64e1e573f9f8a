import { countText } from "@/lib/count-text";
import { dayText, timeText } from "@/lib/day-text";
import { formatDay } from "@/lib/keys/expiry";

/** An instant near enough to name by its time: `14:00 UTC`, on another day `22 Nov, 14:00 UTC`. */
export function untilText(at: Date, now: Date): string {
  const isToday = formatDay(at) === formatDay(now);
  return `${isToday ? "" : `${dayText(at)}, `}${timeText(at)} UTC`;
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
  return `${countText(count)} ${unit}${count === 1 ? "" : "s"}`;
}
