import { describe, expect, it } from "vitest";
import { bucketName, bucketTick, planBuckets, rangeName } from "@/lib/usage/buckets";
import { formatDay, type UsageQuery } from "@/lib/usage/schema";

const now = new Date("2026-11-21T14:25:00.000Z");
const shown = { metric: "cost", group: "none" } as const;

function plan(query: Pick<UsageQuery, "range"> & { from?: string; to?: string }, at = now) {
  const planned = planBuckets({ ...shown, ...query } as UsageQuery, at);
  if (!planned) throw new Error("no plan");
  return planned;
}

describe("planBuckets", () => {
  it("cuts 24 hours into 24 hours, the one that runs last and marked", () => {
    const { step, buckets, previousFrom, previousUntil } = plan({ range: "24h" });
    expect(step).toBe("hour");
    expect(buckets.map((bucket) => bucket.start.toISOString().slice(5, 13))).toEqual([
      ...Array.from({ length: 9 }, (_, i) => `11-20T${15 + i}`),
      ...Array.from({ length: 15 }, (_, i) => `11-21T${String(i).padStart(2, "0")}`),
    ]);
    expect(buckets.filter((bucket) => bucket.isPartial)).toEqual([buckets.at(-1)]);
    expect(previousFrom.toISOString()).toBe("2026-11-19T15:00:00.000Z");
    expect(previousUntil.toISOString()).toBe("2026-11-20T15:00:00.000Z");
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
    const { previousFrom, previousUntil } = plan({ range: "7d" });
    expect(previousFrom.toISOString()).toBe("2026-11-08T00:00:00.000Z");
    expect(previousUntil.toISOString()).toBe("2026-11-14T15:00:00.000Z");
  });

  it("compares a month with the month before, up to its end at most", () => {
    const march = plan({ range: "month" }, new Date("2026-03-30T10:00:00Z"));
    expect(march.previousFrom.toISOString()).toBe("2026-02-01T00:00:00.000Z");
    expect(march.previousUntil.toISOString()).toBe("2026-03-01T00:00:00.000Z");
  });

  it("keeps a whole custom range whole and compares it with as many days before", () => {
    const { buckets, previousFrom, previousUntil, until } = plan({
      range: "custom",
      from: "2026-11-01",
      to: "2026-11-10",
    });
    expect(buckets).toHaveLength(10);
    expect(buckets.some((bucket) => bucket.isPartial)).toBe(false);
    expect(until.toISOString()).toBe("2026-11-11T00:00:00.000Z");
    expect(previousFrom.toISOString()).toBe("2026-10-22T00:00:00.000Z");
    expect(previousUntil.toISOString()).toBe("2026-11-01T00:00:00.000Z");
  });

  it("ends a custom range today, and has no plan for one that starts tomorrow", () => {
    const { buckets, until } = plan({ range: "custom", from: "2026-11-20", to: "2026-12-31" });
    expect(buckets).toHaveLength(2);
    expect(until.toISOString()).toBe("2026-11-22T00:00:00.000Z");
    const later = { ...shown, range: "custom", from: "2026-11-22", to: "2026-11-23" } as const;
    expect(planBuckets(later, now)).toBeNull();
  });

  it("counts 29 February in a leap year", () => {
    const { buckets } = plan({ range: "custom", from: "2024-02-01", to: "2024-02-29" });
    expect(buckets).toHaveLength(29);
  });
});

describe("names", () => {
  it("names buckets and ranges in UTC", () => {
    expect(bucketTick(now, "hour")).toBe("14:25");
    expect(bucketTick(now, "day")).toBe("21 Nov");
    expect(bucketName(new Date("2026-11-20T23:00:00Z"), "hour")).toBe("20 Nov, 23:00–00:00");
    expect(bucketName(now, "day")).toBe("21 Nov 2026");
    const day = (text: string) => new Date(`${text}T00:00:00Z`);
    expect(rangeName(day("2026-10-23"), day("2026-11-22"), "day")).toBe("23 Oct – 21 Nov 2026");
    expect(rangeName(day("2025-12-31"), day("2026-01-02"), "day")).toBe("31 Dec 2025 – 1 Jan 2026");
    expect(rangeName(day("2026-11-21"), day("2026-11-22"), "day")).toBe("21 Nov 2026");
  });
});
