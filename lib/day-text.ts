/*
 * Days and times of UTC in words. By hand: the platform's formatters take up to 30 ms before the first one
 * answers, on the thread that a page comes alive on.
 */

const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

const two = (value: number) => String(value).padStart(2, "0");
const monthName = (at: Date) => months[at.getUTCMonth()] ?? "";

/** `21 Nov`. */
export function dayText(at: Date): string {
  return `${at.getUTCDate()} ${monthName(at).slice(0, 3)}`;
}

/** `21 Nov 2026`. */
export function dayYearText(at: Date): string {
  return `${dayText(at)} ${at.getUTCFullYear()}`;
}

/** `21 November 2026`. */
export function longDayText(at: Date): string {
  return `${at.getUTCDate()} ${monthName(at)} ${at.getUTCFullYear()}`;
}

/** `Sat`. */
export function weekdayText(at: Date): string {
  return weekdays[at.getUTCDay()] ?? "";
}

/** `14:03`. */
export function timeText(at: Date): string {
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
}

/** `14:03:22`. */
export function exactTimeText(at: Date): string {
  return `${timeText(at)}:${two(at.getUTCSeconds())}`;
}
