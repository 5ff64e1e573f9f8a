import { dayYearText, timeText } from "@/lib/day-text";

/** `21 Nov 2026` for a day such as `2026-11-21`. */
export function dayText(day: string): string {
  return dayYearText(new Date(`${day}T00:00:00Z`));
}

/** `21 Nov 2026, 14:03`, in UTC. */
export function minuteText(at: Date): string {
  return `${dayYearText(at)}, ${timeText(at)}`;
}
