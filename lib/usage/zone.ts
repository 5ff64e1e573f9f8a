import { dayMs, hourMs, minuteMs } from "@/lib/time";

/*
 * Days and clocks of time zones, by the IANA database that the JavaScript engine carries. Only here:
 * the database is given instants, so that the two can't disagree about a zone's rules.
 */

export const utc = "UTC";

const zoneForm = /^[A-Za-z][A-Za-z0-9_+-]{0,31}(\/[A-Za-z0-9_+-]{1,32}){0,2}$/;

/** What the clock on the wall shows in a zone; `offsetMs` is how far it is ahead of UTC. */
interface WallClock {
  /** `2026-11-21`. */
  day: string;
  /** `14:05`. */
  time: string;
  offsetMs: number;
}

const clocks = new Map<string, Intl.DateTimeFormat>();
/** More zones than one process sees; beyond it somebody is trying them all. */
const clocksMax = 600;

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  if (clocks.size >= clocksMax) clocks.clear();
  clocks.set(zone, clock);
  return clock;
}

/** True for the name of a zone that has rules here, such as `Europe/Berlin` or `UTC`. */
export function isZone(text: string): boolean {
  if (text === utc) return true;
  if (!zoneForm.test(text)) return false;
  try {
    clockOf(text);
    return true;
  } catch {
    return false;
  }
}

/** Names that engines still give out for zones whose places are called otherwise by now. */
const formerNames: Record<string, string> = {
  "Africa/Asmera": "Africa/Asmara",
  "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
  "America/Catamarca": "America/Argentina/Catamarca",
  "America/Coral_Harbour": "America/Atikokan",
  "America/Cordoba": "America/Argentina/Cordoba",
  "America/Godthab": "America/Nuuk",
  "America/Indianapolis": "America/Indiana/Indianapolis",
  "America/Jujuy": "America/Argentina/Jujuy",
  "America/Louisville": "America/Kentucky/Louisville",
  "America/Mendoza": "America/Argentina/Mendoza",
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Rangoon": "Asia/Yangon",
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
  "Atlantic/Faeroe": "Atlantic/Faroe",
  "Europe/Kiev": "Europe/Kyiv",
  "Pacific/Enderbury": "Pacific/Kanton",
  "Pacific/Ponape": "Pacific/Pohnpei",
  "Pacific/Truk": "Pacific/Chuuk",
};

/** The name that people look for: `Asia/Kolkata` for `Asia/Calcutta`, where the engine knows it too. */
export function currentName(zone: string): string {
  const name = formerNames[zone];
  return name !== undefined && isZone(name) ? name : zone;
}

/** Reads the wall clock of a zone. Throws a RangeError for a zone that there isn't. */
export function wallClock(zone: string, at: Date): WallClock {
  if (zone === utc) {
    // Most readers' zone until they are known: it needs none of the engine's formatters, which start slowly.
    const iso = at.toISOString();
    return { day: iso.slice(0, 10), time: iso.slice(11, 16), offsetMs: 0 };
  }
  const parts: Record<string, string> = {};
  for (const { type, value } of clockOf(zone).formatToParts(at)) parts[type] = value;
  const { year = "", month = "", day = "", hour = "", minute = "", second = "" } = parts;
  const shown = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  return {
    day: `${year.padStart(4, "0")}-${month}-${day}`,
    time: `${hour}:${minute}`,
    offsetMs: shown - Math.floor(at.getTime() / 1_000) * 1_000,
  };
}

/** How far a zone is ahead of UTC at an instant, in milliseconds both. */
export interface ZoneMark {
  atMs: number;
  offsetMs: number;
}

/** A zone by what its clock shows now and in both halves of the year: other rules show other marks. */
export function zoneMarks(zone: string, now: Date): ZoneMark[] {
  const year = now.getUTCFullYear();
  return [now, new Date(Date.UTC(year, 0, 1)), new Date(Date.UTC(year, 6, 1))].map((at) => ({
    atMs: at.getTime(),
    offsetMs: wallClock(zone, at).offsetMs,
  }));
}

/** The day of the calendar that is `days` after another: `2026-02-28` and 1 is `2026-03-01`. */
export function addDays(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00.000Z`).getTime() + days * dayMs;
  return new Date(at).toISOString().slice(0, 10);
}

/**
 * The first whole UTC hour that begins on `day` in the zone. Usage is kept by UTC hours, and an hour
 * counts for the day on which it begins there. So a day starts at its midnight where the zone is whole
 * hours from UTC, and up to 59 minutes later elsewhere: at 00:30 in `Asia/Kolkata`, at 00:45 in
 * `Asia/Kathmandu`. A day that a zone left out, such as 30 December 2011 in `Pacific/Apia`, starts
 * where the next one does.
 */
export function firstHourOfDay(zone: string, day: string): Date {
  const midnight = Date.parse(`${day}T00:00:00.000Z`);
  const guess = midnight - wallClock(zone, new Date(midnight)).offsetMs;
  let hour = Math.ceil(guess / hourMs) * hourMs;
  // The offset at UTC's midnight may not be the one at the zone's: step to where the day turns.
  while (wallClock(zone, new Date(hour - hourMs)).day >= day) hour -= hourMs;
  while (wallClock(zone, new Date(hour)).day < day) hour += hourMs;
  return new Date(hour);
}

/** `UTC`, `UTC+1`, `UTC+5:30`, `UTC−3:30`. */
export function offsetText(offsetMs: number): string {
  const minutes = Math.round(Math.abs(offsetMs) / minuteMs);
  if (minutes === 0) return utc;
  const rest = minutes % 60;
  const sign = offsetMs < 0 ? "−" : "+";
  return `UTC${sign}${Math.floor(minutes / 60)}${rest ? `:${String(rest).padStart(2, "0")}` : ""}`;
}

/** An instant with its zone's clock and offset, as RFC 3339 writes it: `2026-11-21T00:00:00+01:00`. */
export function zonedIso(zone: string, at: Date): string {
  const { day, time, offsetMs } = wallClock(zone, at);
  const minutes = Math.round(Math.abs(offsetMs) / minuteMs);
  const two = (value: number) => String(value).padStart(2, "0");
  const offset = `${offsetMs < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return `${day}T${time}:00${offset}`;
}
