import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ReportedUsage, UsageMeter } from "@/lib/gateway/upstreams/usage";

const bounds = { inputTokens: 1_000, outputTokens: 100 };
const meter = () => new UsageMeter(bounds, () => 20, false);

function told(...reports: ReportedUsage[]) {
  const taken = meter();
  taken.count(7);
  for (const report of reports) taken.report(report);
  const { inputTokens, outputTokens } = taken.complete();
  return { inputTokens, outputTokens, flags: taken.flags() };
}

describe("G16 what an upstream reports is untrusted", () => {
  it("whole numbers within what was set aside are taken as they are", () => {
    expect(told({ inputTokens: 11, outputTokens: 9, totalTokens: 20 })).toEqual({
      ...{ inputTokens: 11, outputTokens: 9, flags: [] },
    });
    expect(told({ inputTokens: 0, outputTokens: 0 })).toMatchObject({ outputTokens: 0, flags: [] });
  });

  it.each([-5, "12", 1.5, Number.NaN, {}, [], true, -1e308, Number.NEGATIVE_INFINITY])(
    "%j is no figure: what was counted stands in for it",
    (figure) => {
      expect(told({ inputTokens: figure, outputTokens: figure })).toEqual({
        inputTokens: 20,
        outputTokens: 7,
        flags: ["invalid", "missing"],
      });
    },
  );

  it("null is no word of it", () => {
    expect(told({ inputTokens: null, outputTokens: null })).toEqual({
      ...{ inputTokens: 20, outputTokens: 7, flags: ["missing"] },
    });
  });

  it("what a cache had to do with is never more than the input", () => {
    const taken = meter();
    taken.report({ inputTokens: 10, outputTokens: 1, cacheReadTokens: 8, cacheWriteTokens: 8 });
    expect(taken.complete()).toMatchObject({ cacheReadTokens: 8, cacheWriteTokens: 2 });
    taken.report({ cacheReadTokens: 1e308, cacheWriteTokens: -1 });
    expect(taken.complete()).toMatchObject({ cacheReadTokens: 10, cacheWriteTokens: 0 });
    expect(taken.flags()).toEqual(["clamped", "invalid"]);
  });

  it.each([1e308, 1e18, Number.POSITIVE_INFINITY, 101, 1001])(
    "F29 %d tokens are held to what was set aside",
    (figure) => {
      const taken = told({ inputTokens: figure, outputTokens: figure });
      expect(taken.outputTokens).toBe(100);
      expect(taken.inputTokens).toBe(Math.min(figure, 1_000));
      expect(taken.flags).toEqual(["clamped"]);
    },
  );

  it("a figure that goes down doesn't give anything back", () => {
    const taken = told({ inputTokens: 11, outputTokens: 50 }, { inputTokens: 11, outputTokens: 3 });
    expect(taken).toEqual({ inputTokens: 11, outputTokens: 50, flags: ["decreasing"] });
  });

  it("G17 a total that isn't the sum changes nothing but is noted", () => {
    const taken = told({ inputTokens: 11, outputTokens: 9, totalTokens: 99 });
    expect(taken).toEqual({ inputTokens: 11, outputTokens: 9, flags: ["total_mismatch"] });
  });

  it("without a report what was relayed is counted, and said to be", () => {
    expect(told()).toEqual({ inputTokens: 20, outputTokens: 7, flags: ["missing"] });
  });

  it("a broken answer is billed by the larger of what was counted and what was last told", () => {
    const early = meter();
    early.report({ inputTokens: 11, outputTokens: 1 });
    early.count(30);
    expect(early.delivered()).toMatchObject({ inputTokens: 11, outputTokens: 30 });
    const ahead = meter();
    ahead.count(3);
    ahead.report({ outputTokens: 40 });
    expect(ahead.delivered()).toMatchObject({ inputTokens: 20, outputTokens: 40 });
  });

  it("no sequence of reports is billed below zero, beyond the bounds, or as less than before", () => {
    const figure = fc.oneof(
      fc.integer(),
      fc.double(),
      fc.string(),
      fc.constant(null),
      fc.maxSafeNat(),
    );
    const report = fc.record(
      {
        ...{ inputTokens: figure, outputTokens: figure, totalTokens: figure },
        ...{ cacheReadTokens: figure, cacheWriteTokens: figure },
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(report, fc.nat(500))), (reports) => {
        const taken = meter();
        let last = taken.delivered();
        for (const [next, counted] of reports) {
          taken.report(next);
          taken.count(counted);
          const now = taken.delivered();
          const complete = taken.complete();
          for (const field of ["inputTokens", "outputTokens"] as const) {
            expect(Number.isSafeInteger(now[field])).toBe(true);
            expect(now[field]).toBeLessThanOrEqual(bounds[field]);
            expect(complete[field]).toBeGreaterThanOrEqual(0);
            expect(complete[field]).toBeLessThanOrEqual(bounds[field]);
          }
          expect(now.outputTokens).toBeGreaterThanOrEqual(last.outputTokens);
          expect(Math.min(now.cacheReadTokens, now.cacheWriteTokens)).toBeGreaterThanOrEqual(0);
          expect(now.cacheReadTokens + now.cacheWriteTokens).toBeLessThanOrEqual(now.inputTokens);
          last = now;
        }
      }),
    );
  });
});
