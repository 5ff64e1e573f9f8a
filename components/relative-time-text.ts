import { exactTimeText as clockText, dayText, dayYearText } from "@/lib/day-text";
import { dayMs, hourMs, minuteMs, secondMs } from "@/lib/time";

/** `2 min ago`, `in 3 days`, and past 30 days the date itself: `2 Nov`, `2 Nov 2025`. */
export function relativeTimeText(at: Date, now: Date): string {
  const deltaMs = at.getTime() - now.getTime();
  const distanceMs = Math.abs(deltaMs);
  if (distanceMs < 10 * secondMs) return deltaMs > 0 ? "in a moment" : "just now";
  if (distanceMs > 30 * dayMs) {
    const isSameYear = at.getUTCFullYear() === now.getUTCFullYear();
    return isSameYear ? dayText(at) : dayYearText(at);
  }
  const amount = distanceText(distanceMs);
  return deltaMs > 0 ? `in ${amount}` : `${amount} ago`;
}

function distanceText(distanceMs: number): string {
  if (distanceMs < minuteMs) return `${Math.floor(distanceMs / secondMs)} s`;
  if (distanceMs < hourMs) return `${Math.floor(distanceMs / minuteMs)} min`;
  if (distanceMs < dayMs) return `${Math.floor(distanceMs / hourMs)} h`;
  const days = Math.floor(distanceMs / dayMs);
  return days === 1 ? "1 day" : `${days} days`;
}

/** The instant to the second, in UTC: `21 Nov 2026, 14:03:22 UTC`. */
export function exactTimeText(at: Date): string {
  return `${dayYearText(at)}, ${clockText(at)} UTC`;
}
