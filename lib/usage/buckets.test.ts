import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addMs, dayMs, hourMs, startOfDay, startOfHour } from "@/lib/time";
import {
  bucketName,
  bucketTick,
  dayStartText,
  planBuckets,
  rangeName,
  type UsagePlan,
} from "@/lib/usage/buckets";
import { formatDay, type UsageQuery } from "@/lib/usage/schema";
import { addDays, wallClock } from "@/lib/usage/zone";

const now = new Date("2026-11-21T14:25:00.000Z");

type Ask = Pick<UsageQuery, "range" | "tz"> & { from?: string; to?: string };

function plan(query: Ask, at = now): UsagePlan {
  const planned = planBuckets({ metric: "cost", group: "none", ...query } as UsageQuery, at);
  if (!planned) throw new Error("no plan");
  return planned;
}

/** First and last instant of what the plan is compared with. */
function compared({ previous }: UsagePlan): [string | undefined, string | undefined] {
  const spans = previous.flatMap((span) => span ?? []);
  return [spans[0]?.start.toISOString(), spans.at(-1)?.end.toISOString()];
}

describe("planBuckets", () => {
  it("cuts 24 hours into 24 hours, the one that runs last and marked", () => {
    const planned = plan({ range: "24h" });
    expect(planned.step).toBe("hour");
    expect(planned.buckets.map((bucket) => bucket.start.toISOString().slice(5, 13))).toEqual([
      ...Array.from({ length: 9 }, (_, i) => `11-20T${15 + i}`),
      ...Array.from({ length: 15 }, (_, i) => `11-21T${String(i).padStart(2, "0")}`),
    ]);
    expect(planned.buckets.filter(({ isPartial }) => isPartial)).toEqual([planned.buckets.at(-1)]);
    expect(compared(planned)).toEqual(["2026-11-19T15:00:00.000Z", "2026-11-20T15:00:00.000Z"]);
  });

  it.each([
    ["7d", 7, "2026-11-15"],
    ["30d", 30, "2026-10-23"],
    ["month", 21, "2026-11-01"],
  ] as const)("cuts %s into %i UTC days from %s, today last and marked", (range, days, first) => {
    const { step, buckets } = plan({ range });
    expect(step).toBe("day");
    expect(buckets).toHaveLength(days);
    expect(buckets[0] && formatDay(buckets[0].start)).toBe(first);
    expect(buckets.map((bucket) => bucket.isPartial)).toEqual([
      ...Array.from({ length: days - 1 }, () => false),
      true,
    ]);
  });

  it("compares a period that still runs with the same part of the one before", () => {
    const planned = plan({ range: "7d" });
    expect(compared(planned)).toEqual(["2026-11-08T00:00:00.000Z", "2026-11-14T15:00:00.000Z"]);
  });

  it("compares a month with the month before, day by day and up to its end at most", () => {
    const march = plan({ range: "month" }, new Date("2026-03-30T10:00:00Z"));
    expect(compared(march)).toEqual(["2026-02-01T00:00:00.000Z", "2026-03-01T00:00:00.000Z"]);
    expect(march.previous.slice(27)).toEqual([march.previous[27], null, null]);
  });

  it("keeps a whole custom range whole and compares it with as many days before", () => {
    const planned = plan({ range: "custom", from: "2026-11-01", to: "2026-11-10" });
    expect(planned.buckets).toHaveLength(10);
    expect(planned.buckets.some((bucket) => bucket.isPartial)).toBe(false);
    expect(planned.until.toISOString()).toBe("2026-11-11T00:00:00.000Z");
    expect(compared(planned)).toEqual(["2026-10-22T00:00:00.000Z", "2026-11-01T00:00:00.000Z"]);
  });

  it("draws a custom range of up to three days by the hour, as far as the hours have begun", () => {
    const planned = plan({ range: "custom", from: "2026-11-19", to: "2026-11-21" });
    expect(planned.step).toBe("hour");
    expect(planned.buckets).toHaveLength(24 + 24 + 15);
    expect(planned.buckets.at(-1)?.isPartial).toBe(true);
    expect(compared(planned)).toEqual(["2026-11-16T00:00:00.000Z", "2026-11-18T15:00:00.000Z"]);
    expect(plan({ range: "custom", from: "2026-11-17", to: "2026-11-20" }).step).toBe("day");
  });

  it("ends a custom range today, and has no plan for one that starts tomorrow", () => {
    const { buckets, until } = plan({ range: "custom", from: "2026-11-20", to: "2026-12-31" });
    expect(buckets).toHaveLength(2);
    expect(until.toISOString()).toBe("2026-11-22T00:00:00.000Z");
    expect(compared(plan({ range: "custom", from: "2026-11-20", to: "2026-12-31" }))).toEqual([
      "2026-11-18T00:00:00.000Z",
      "2026-11-19T15:00:00.000Z",
    ]);
    const later = {
      metric: "cost",
      group: "none",
      range: "custom",
      from: "2026-11-22",
      to: "2026-11-23",
    } as const;
    expect(planBuckets(later, now)).toBeNull();
    // In the Pacific that day has begun already.
    expect(planBuckets({ ...later, tz: "Pacific/Kiritimati" }, now)).not.toBeNull();
  });

  it("counts 29 February in a leap year", () => {
    const { buckets } = plan({ range: "custom", from: "2024-02-01", to: "2024-02-29" });
    expect(buckets).toHaveLength(29);
  });

  it.each([
    ["Europe/Berlin", "2026-03-29", 23],
    ["Europe/Berlin", "2026-10-25", 25],
    ["America/New_York", "2026-03-08", 23],
    ["America/New_York", "2026-11-01", 25],
    ["America/Sao_Paulo", "2018-11-04", 23],
    ["Australia/Lord_Howe", "2026-04-05", 25],
    ["Australia/Lord_Howe", "2026-10-04", 23],
    ["Asia/Kolkata", "2026-03-29", 24],
  ])("gives %s on %s its %i hours", (tz, day, hours) => {
    const planned = plan({ range: "custom", tz, from: day, to: addDays(day, 9) });
    const [first] = planned.buckets;
    expect(first && (first.end.getTime() - first.start.getTime()) / hourMs).toBe(hours);
    const byHour = plan({ range: "custom", tz, from: day, to: day });
    expect(byHour.buckets).toHaveLength(hours);
  });

  it("leaves out the day that Samoa skipped", () => {
    const { buckets, zone } = plan({
      range: "custom",
      tz: "Pacific/Apia",
      from: "2011-12-28",
      to: "2012-01-01",
    });
    expect(buckets.map(({ start }) => wallClock(zone, start).day)).toEqual([
      "2011-12-28",
      "2011-12-29",
      "2011-12-31",
      "2012-01-01",
    ]);
  });

  it("says when a day starts where it can't be at midnight", () => {
    expect(dayStartText(plan({ range: "7d", tz: "Asia/Kolkata" }))).toBe("00:30");
    expect(dayStartText(plan({ range: "7d", tz: "Asia/Kathmandu" }))).toBe("00:45");
    expect(dayStartText(plan({ range: "7d", tz: "Europe/Berlin" }))).toBeNull();
    expect(dayStartText(plan({ range: "24h", tz: "Asia/Kolkata" }))).toBeNull();
  });
});

const zones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/St_Johns",
  "America/Sao_Paulo",
  "America/Santiago",
  "America/Havana",
  "America/Goose_Bay",
  "Africa/Cairo",
  "Asia/Beirut",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "Asia/Tehran",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Pacific/Chatham",
  "Pacific/Kiritimati",
  "Pacific/Marquesas",
];

const anyPlan = fc.record({
  tz: fc.constantFrom(...zones),
  range: fc.constantFrom("24h", "7d", "30d", "month", "custom"),
  at: fc.date({
    min: new Date("2003-02-01T00:00:00Z"),
    max: new Date("2031-01-01T00:00:00Z"),
    noInvalidDate: true,
  }),
  agoDays: fc.integer({ min: 0, max: 400 }),
  lengthDays: fc.integer({ min: 1, max: 60 }),
});

describe("in any zone, around any clock change", () => {
  it("every hour of the range is in one bucket and no other, and the one that runs is the last", () => {
    fc.assert(
      fc.property(anyPlan, ({ tz, range, at, agoDays, lengthDays }) => {
        const from = addDays(wallClock(tz, startOfHour(at)).day, -agoDays);
        const planned = plan({ tz, range, from, to: addDays(from, lengthDays - 1) }, at);
        const { buckets } = planned;
        expect(buckets[0]?.start).toEqual(planned.from);
        expect(buckets.at(-1)?.end).toEqual(planned.until);
        for (const [place, { start, end, isPartial }] of buckets.entries()) {
          expect(start.getTime() % hourMs).toBe(0);
          expect(start < end).toBe(true);
          if (place > 0) expect(start).toEqual(buckets[place - 1]?.end);
          expect(isPartial).toBe(start <= at && at < end);
          if (isPartial) expect(place).toBe(buckets.length - 1);
        }
        expect(planned.from <= at).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("a day's bucket holds the hours that begin on it, and its name is that day's", () => {
    fc.assert(
      fc.property(anyPlan, ({ tz, at, agoDays }) => {
        const from = addDays(wallClock(tz, startOfHour(at)).day, -agoDays);
        const { buckets, step } = plan(
          { tz, range: "custom", from, to: addDays(from, 12) },
          addMs(at, 20 * dayMs),
        );
        for (const { start, end } of buckets) {
          const { day } = wallClock(tz, start);
          expect(wallClock(tz, addMs(end, -hourMs)).day).toBe(day);
          expect(wallClock(tz, end).day > day).toBe(true);
          expect(bucketName(start, step, tz)).toContain(String(Number(day.slice(8))));
        }
      }),
      { numRuns: 200 },
    );
  });

  it("what it is compared with lies before it, overlaps nothing, and isn't longer than its day", () => {
    fc.assert(
      fc.property(anyPlan, ({ tz, range, at, agoDays, lengthDays }) => {
        const from = addDays(wallClock(tz, startOfHour(at)).day, -agoDays);
        const planned = plan({ tz, range, from, to: addDays(from, lengthDays - 1) }, at);
        expect(planned.previous).toHaveLength(planned.buckets.length);
        let reached = new Date(0);
        for (const span of planned.previous) {
          if (!span) continue;
          expect(span.start >= reached && span.start < span.end).toBe(true);
          expect(span.end <= planned.from).toBe(true);
          reached = span.end;
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("names", () => {
  it("names buckets and ranges in UTC", () => {
    expect(bucketTick(now, "hour")).toBe("14:25");
    expect(bucketTick(now, "day")).toBe("21 Nov");
    expect(bucketTick(startOfDay(now), "hour")).toBe("21 Nov");
    expect(bucketName(new Date("2026-11-20T23:00:00Z"), "hour")).toBe("20 Nov, 23:00–00:00");
    expect(bucketName(now, "day")).toBe("Sat 21 Nov 2026");
    const day = (text: string) => new Date(`${text}T00:00:00Z`);
    expect(rangeName(day("2026-10-23"), day("2026-11-22"), "day")).toBe("23 Oct – 21 Nov 2026");
    expect(rangeName(day("2025-12-31"), day("2026-01-02"), "day")).toBe("31 Dec 2025 – 1 Jan 2026");
    expect(rangeName(day("2026-11-21"), day("2026-11-22"), "day")).toBe("21 Nov 2026");
    const { from, until, step } = plan({ range: "7d", tz: "Asia/Kolkata" });
    expect(rangeName(from, until, step, "Asia/Kolkata")).toBe("15 Nov – 21 Nov 2026");
    expect(rangeName(day("2026-11-21"), day("2026-11-23"), "hour")).toBe("21 Nov – 22 Nov 2026");
    expect(rangeName(startOfDay(now), addMs(startOfDay(now), 15 * hourMs), "hour")).toBe(
      "21 Nov, 00:00–15:00",
    );
  });

  it("names them by the zone's own clock, and tells apart the hour that comes twice", () => {
    const first = new Date("2026-10-25T00:00:00Z");
    expect(bucketName(first, "hour", "Europe/Berlin", true)).toBe("25 Oct, 02:00 UTC+2");
    expect(bucketName(addMs(first, hourMs), "hour", "Europe/Berlin", true)).toBe(
      "25 Oct, 02:00 UTC+1",
    );
    expect(bucketTick(new Date("2026-11-20T23:00:00Z"), "day", "Europe/Berlin")).toBe("21 Nov");
    expect(bucketTick(new Date("2026-11-20T23:00:00Z"), "hour", "Asia/Kolkata")).toBe("04:30");
  });
});
