import { addMs, dayMs, startOfDay } from "@/lib/time";

/** The UTC day of an instant, `2026-11-21`. */
export function formatDay(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** Midnight UTC of a day that the calendar has, else null: `2026-02-30` is no day. */
export function parseDay(text: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const day = new Date(`${text}T00:00:00.000Z`);
  // Engines differ on whether a 30 February is invalid or runs over into March.
  if (Number.isNaN(day.getTime()) || formatDay(day) !== text) return null;
  return day;
}

/** The days that may be chosen: from tomorrow to a year from today, in UTC. */
export function expiryDayRange(now: Date): { first: string; last: string } {
  const today = startOfDay(now);
  return { first: formatDay(addMs(today, dayMs)), last: formatDay(addMs(today, 365 * dayMs)) };
}

/** Three hundred and sixty-five days, and a day's leave for a leap year and for clocks. */
const longestMs = 366 * dayMs;

type Expiry =
  | { kind: "days"; days: number }
  | { kind: "day"; day: string }
  | { kind: "at"; at: Date }
  | { kind: "never" };

export type ResolvedExpiry = { ok: true; expiresAt: Date | null } | { ok: false; message: string };

/**
 * The instant at which a key ends, or the reason why the choice can't stand. A chosen day is the last
 * one on which the key works, and the one that lists show: it ends a millisecond before the next. `now`
 * is the database's clock where it counts, the browser's in a form.
 */
export function resolveExpiry(expiry: Expiry, now: Date): ResolvedExpiry {
  switch (expiry.kind) {
    case "never":
      return { ok: true, expiresAt: null };
    case "days":
      if (!Number.isInteger(expiry.days) || expiry.days < 1 || expiry.days > 365) {
        return { ok: false, message: "Choose between 1 and 365 days." };
      }
      return { ok: true, expiresAt: addMs(now, expiry.days * dayMs) };
    case "at": {
      const leftMs = expiry.at.getTime() - now.getTime();
      if (!(leftMs > 0)) return { ok: false, message: "Choose a time after now." };
      if (leftMs > longestMs) return { ok: false, message: "Choose a time within a year." };
      return { ok: true, expiresAt: expiry.at };
    }
    case "day": {
      const day = parseDay(expiry.day);
      if (!day) return { ok: false, message: "This isn't a day in the calendar." };
      const { first, last } = expiryDayRange(now);
      if (expiry.day < first) return { ok: false, message: "Choose a day after today." };
      if (expiry.day > last) {
        return { ok: false, message: `Choose a day within a year, up to ${last}.` };
      }
      return { ok: true, expiresAt: addMs(day, dayMs - 1) };
    }
  }
}
