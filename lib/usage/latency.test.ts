import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addCounts,
  latencyBoundsMs,
  latencyBucketsCount,
  latencyOf,
  latencyQuantileMs,
  latencyText,
} from "@/lib/usage/latency";

function histogram(latenciesMs: readonly number[]): number[] {
  const counts = Array.from({ length: latencyBucketsCount }, () => 0);
  for (const ms of latenciesMs) {
    const found = latencyBoundsMs.findIndex((bound) => ms <= bound);
    const place = found === -1 ? latencyBucketsCount - 1 : found;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}

describe("latency", () => {
  it("is unknown without requests", () => {
    expect(latencyOf([])).toBeNull();
    expect(latencyOf(histogram([]))).toBeNull();
  });

  it("interpolates in the bucket where the request stands", () => {
    // 100 requests between 100 and 250 ms: the 50th is taken for the middle.
    expect(latencyQuantileMs(histogram(Array.from({ length: 100 }, () => 200)), 0.5)).toBe(175);
    expect(latencyQuantileMs([90, 0, 0, 10], 0.95)).toBe(75);
  });

  it("knows only that it is more where it is slower than the last bound", () => {
    const { p50Ms, p95Ms } = latencyOf(histogram([40_000, 50_000])) ?? {};
    expect([p50Ms, p95Ms]).toEqual([30_000, 30_000]);
    expect(latencyText(30_000)).toBe(">30 s");
  });

  it("falls into the bucket of the true value, and never below a smaller share's", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 29_999 }), { minLength: 1 }), (values) => {
        const sorted = [...values].sort((a, b) => a - b);
        const counts = histogram(values);
        for (const share of [0.5, 0.95]) {
          const estimate = latencyQuantileMs(counts, share) ?? Number.NaN;
          const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
          const upper = latencyBoundsMs.findIndex((bound) => exact <= bound);
          expect(estimate).toBeLessThanOrEqual(latencyBoundsMs[upper] ?? Number.NaN);
          expect(estimate).toBeGreaterThanOrEqual(latencyBoundsMs[upper - 1] ?? 0);
        }
        const { p50Ms, p95Ms } = latencyOf(counts) ?? { p50Ms: 1, p95Ms: 0 };
        expect(p95Ms).toBeGreaterThanOrEqual(p50Ms);
      }),
    );
  });

  it("adds histograms as if their requests had been counted together", () => {
    const [a, b] = [
      [5, 80, 40_000],
      [80, 900],
    ];
    expect(addCounts(histogram(a ?? []), histogram(b ?? []))).toEqual(
      histogram([...(a ?? []), ...(b ?? [])]),
    );
  });

  it("reads shortly", () => {
    expect([8.44, 24, 999.6, 1_840, 12_345].map(latencyText)).toEqual([
      "8.4 ms",
      "24 ms",
      "1.00 s",
      "1.84 s",
      "12.3 s",
    ]);
  });
});
