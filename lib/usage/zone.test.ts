import { describe, expect, it } from "vitest";
import { hourMs } from "@/lib/time";
import {
  addDays,
  currentName,
  firstHourOfDay,
  isZone,
  offsetText,
  wallClock,
  zonedIso,
  zoneMarks,
} from "@/lib/usage/zone";

describe("isZone", () => {
  it.each(["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "Asia/Calcutta"])(
    "knows %s",
    (zone) => expect(isZone(zone)).toBe(true),
  );

  it.each([
    "",
    "Mars/Olympus",
    "+05:30",
    "Europe/Berlin ",
    "Europe/Berlin\u0000",
    "__proto__",
    "../etc/passwd",
    "a".repeat(100),
  ])("refuses %j", (zone) => expect(isZone(zone)).toBe(false));
});

describe("firstHourOfDay", () => {
  it.each([
    ["UTC", "2026-11-21", "2026-11-21T00:00:00.000Z"],
    ["Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00.000Z"],
    ["Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00.000Z"],
    ["America/New_York", "2026-11-02", "2026-11-02T05:00:00.000Z"],
    // Midnight is 18:30 UTC: the first hour that begins on the day is half an hour later.
    ["Asia/Kolkata", "2026-11-21", "2026-11-20T19:00:00.000Z"],
    ["Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00.000Z"],
    ["Australia/Lord_Howe", "2026-04-06", "2026-04-05T14:00:00.000Z"],
    // There was no midnight: clocks went from 24:00 to 01:00.
    ["America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00.000Z"],
    ["Pacific/Kiritimati", "2026-11-22", "2026-11-21T10:00:00.000Z"],
    // The zone left this day out.
    ["Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00.000Z"],
    ["Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00.000Z"],
  ])("in %s, %s starts at %s", (zone, day, at) => {
    expect(firstHourOfDay(zone, day).toISOString()).toBe(at);
  });

  it("is the first of its hours in every zone there is, on every day of a year", () => {
    for (const zone of Intl.supportedValuesOf("timeZone")) {
      for (let day = "2026-01-01"; day <= "2026-12-31"; day = addDays(day, 13)) {
        const hour = firstHourOfDay(zone, day);
        expect(hour.getTime() % hourMs).toBe(0);
        expect(wallClock(zone, hour).day).toBe(day);
        expect(wallClock(zone, new Date(hour.getTime() - hourMs)).day < day).toBe(true);
      }
    }
  });
});

it("calls zones by the names of today, and leaves alone what has none", () => {
  expect(["Asia/Calcutta", "Europe/Kiev", "Europe/Berlin", "x"].map(currentName)).toEqual([
    "Asia/Kolkata",
    "Europe/Kyiv",
    "Europe/Berlin",
    "x",
  ]);
  const named = Intl.supportedValuesOf("timeZone").map(currentName);
  expect(new Set(named).size).toBe(named.length);
});

it("writes offsets and instants of a zone", () => {
  expect([0, 5.5, -3.5, 1, -9].map((hours) => offsetText(hours * hourMs))).toEqual([
    "UTC",
    "UTC+5:30",
    "UTC−3:30",
    "UTC+1",
    "UTC−9",
  ]);
  const at = new Date("2026-11-20T23:00:00Z");
  expect(zonedIso("Europe/Berlin", at)).toBe("2026-11-21T00:00:00+01:00");
  expect(zonedIso("UTC", at)).toBe("2026-11-20T23:00:00+00:00");
  expect(zonedIso("America/St_Johns", at)).toBe("2026-11-20T19:30:00-03:30");
});

describe("zoneMarks", () => {
  const now = new Date("2026-11-21T14:03:22Z");

  it("tells apart zones that agree now and not in summer", () => {
    const utcMarks = zoneMarks("UTC", now);
    const london = zoneMarks("Europe/London", now);
    expect(london[0]).toEqual(utcMarks[0]);
    expect(london).not.toEqual(utcMarks);
    expect(zoneMarks("Europe/Paris", now)).toEqual(zoneMarks("Europe/Berlin", now));
    expect(zoneMarks("Australia/Sydney", now)).not.toEqual(zoneMarks("Australia/Brisbane", now));
  });
});

it("UTC's clock needs no formatter and reads as the engine's", () => {
  for (const at of ["2026-11-21T00:00:00.000Z", "2026-02-28T23:59:59.999Z"]) {
    expect(wallClock("UTC", new Date(at))).toEqual(wallClock("Etc/UTC", new Date(at)));
  }
});
