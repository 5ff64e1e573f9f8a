import { describe, expect, it } from "vitest";
import { parseMoment, planReport, UsageReportQuery } from "@/lib/usage/report";

const now = new Date("2026-11-21T09:42:07.500Z");

function plan(query: Record<string, string>) {
  const planned = planReport(UsageReportQuery.parse(query), now);
  if ("path" in planned) return planned;
  const { from, until, starts } = planned;
  return [from.toISOString(), until.toISOString(), starts.length];
}

describe("a moment", () => {
  it.each([
    ["2026-01-31", "2026-01-31T00:00:00.000Z"],
    ["2028-02-29", "2028-02-29T00:00:00.000Z"],
    ["2026-01-31T09:30:00Z", "2026-01-31T09:30:00.000Z"],
    ["2026-01-31T09:30Z", "2026-01-31T09:30:00.000Z"],
    ["2026-01-31T09:30:00.250+02:00", "2026-01-31T07:30:00.250Z"],
  ])("%s is read as %s", (text, iso) => {
    expect(parseMoment(text)?.at.toISOString()).toBe(iso);
  });

  it.each([
    "2026-02-30",
    "2026-02-30T00:00:00Z",
    "2027-02-29",
    "2026-13-01",
    "2026-1-1",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z",
    "2026-01-01T00:00:00",
    "2026-01-01 00:00:00Z",
    "2026-01-01T00:00:00+2:00",
    "+275760-09-13T00:00:00Z",
    "-000001-01-01T00:00:00Z",
    "1795253400",
    "now",
    "",
    "2026-01-01\u0000",
  ])("%j is none", (text) => {
    expect(parseMoment(text)).toBeNull();
  });
});

describe("a report's range", () => {
  it("is 30 days with today when nothing is asked for, and a day with this hour by the hour", () => {
    expect(plan({})).toEqual(["2026-10-23T00:00:00.000Z", "2026-11-22T00:00:00.000Z", 30]);
    expect(plan({ interval: "hour" })).toEqual([
      "2026-11-20T10:00:00.000Z",
      "2026-11-21T10:00:00.000Z",
      24,
    ]);
  });

  it("has its last day whole, and a single day is a range", () => {
    const day = { from: "2026-11-20", to: "2026-11-20" };
    expect(plan(day)).toEqual(["2026-11-20T00:00:00.000Z", "2026-11-21T00:00:00.000Z", 1]);
    expect(plan({ ...day, interval: "hour" })).toEqual([
      "2026-11-20T00:00:00.000Z",
      "2026-11-21T00:00:00.000Z",
      24,
    ]);
  });

  it("is widened to whole intervals, and ends that are whole already stay", () => {
    const instants = { from: "2026-11-20T10:30:00Z", to: "2026-11-20T12:00:00Z" };
    expect(plan({ ...instants, interval: "hour" })).toEqual([
      "2026-11-20T10:00:00.000Z",
      "2026-11-20T12:00:00.000Z",
      2,
    ]);
    expect(plan(instants)).toEqual(["2026-11-20T00:00:00.000Z", "2026-11-21T00:00:00.000Z", 1]);
  });

  it("ends with the interval that runs now, whatever is asked for", () => {
    expect(plan({ from: "2026-11-21", to: "2026-12-31" })).toEqual([
      "2026-11-21T00:00:00.000Z",
      "2026-11-22T00:00:00.000Z",
      1,
    ]);
  });

  it("E43 can't be backwards, empty, in the future or longer than 366 days", () => {
    expect(plan({ from: "2026-11-20", to: "2026-11-19" })).toMatchObject({ path: "from" });
    const instant = "2026-11-20T10:30:00Z";
    expect(plan({ from: instant, to: instant })).toMatchObject({ path: "from" });
    expect(plan({ from: "2026-11-20T10:50:00Z", to: instant })).toMatchObject({ path: "from" });
    expect(plan({ from: "2026-11-22" })).toMatchObject({ path: "from" });
    expect(plan({ from: "2025-10-18", to: "2026-11-21" })).toEqual({
      path: "from",
      message: "the range is 400 days long; it can be at most 366",
    });
    expect(plan({ from: "2025-11-21", to: "2026-11-21" })).toMatchObject([
      "2025-11-21T00:00:00.000Z",
      "2026-11-22T00:00:00.000Z",
      366,
    ]);
    expect(plan({ from: "2025-11-20", to: "2026-11-21" })).toMatchObject({ path: "from" });
  });
});
