import { describe, expect, it } from "vitest";
import { axisTicks, labelStride } from "@/components/chart/scale";

describe("axis", () => {
  it("ends at or above the largest value, in round steps from zero", () => {
    for (const max of [1, 3, 7, 99, 0.0371, 6.9e9, 123_456]) {
      const ticks = axisTicks(max, false);
      expect(ticks[0]).toBe(0);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(max);
      expect(ticks.length).toBeGreaterThanOrEqual(3);
      expect(ticks.length).toBeLessThanOrEqual(6);
    }
    expect(axisTicks(6.9e9, false)).toEqual([0, 2e9, 4e9, 6e9, 8e9]);
  });

  it("has whole steps for counts, and an axis where there is nothing", () => {
    expect(axisTicks(1, true)).toEqual([0, 1]);
    expect(axisTicks(3, true)).toEqual([0, 1, 2, 3]);
    expect(axisTicks(0, true)).toEqual([0, 1]);
  });

  it("labels no more buckets than there is room for", () => {
    for (const [count, most] of [
      [24, 6],
      [30, 6],
      [31, 4],
      [366, 8],
    ] as const) {
      expect(Math.ceil(count / labelStride(count, most, "day"))).toBeLessThanOrEqual(most);
    }
  });
});
