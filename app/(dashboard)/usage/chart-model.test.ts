import { describe, expect, it } from "vitest";
import { chartModel } from "@/app/(dashboard)/usage/chart-model";
import type { UsageAnswer } from "@/lib/usage/schema";

const totals = {
  costNanos: "0",
  requests: "0",
  inputTokens: "0",
  outputTokens: "0",
  errors: "0",
};

function answer(values: string[][]): UsageAnswer {
  return {
    step: "day",
    from: "2026-11-20T00:00:00.000Z",
    until: "2026-11-22T00:00:00.000Z",
    hasUsage: true,
    buckets: values.map((bucket, day) => ({
      start: `2026-11-${20 + day}T00:00:00.000Z`,
      isPartial: day === values.length - 1,
      values: bucket,
    })),
    series: [
      { id: "a", label: "a", isOther: false, totals },
      { id: "", label: "other", isOther: true, totals },
    ],
    totals,
    previous: totals,
  };
}

describe("chartModel", () => {
  it("stacks what is shown below the top of the axis, and tells exact totals", () => {
    const model = chartModel(
      answer([
        ["3", "1"],
        ["0", "0"],
      ]),
      "requests",
      new Set(),
    );
    const [first, second] = model.bars;
    expect(first?.segments.map(({ bottom, height }) => [bottom, height])).toEqual([
      [0, 75],
      [75, 25],
    ]);
    expect(first?.totalText).toBe("4");
    expect(second).toMatchObject({ segments: [], totalText: "0", isPartial: true });
    expect(model.ticks.map((tick) => tick.text)).toEqual(["0", "1", "2", "3", "4"]);
  });

  it("leaves out hidden series and fits the axis to the rest", () => {
    const model = chartModel(answer([["30000000000", "1"]]), "cost", new Set(["a"]));
    expect(model.bars[0]?.segments.map(({ label }) => label)).toEqual(["other"]);
    expect(model.bars[0]?.totalText).toBe("$0.000000001");
    expect(model.bars[0]?.segments[0]?.height).toBe(100);
  });

  it("has an axis and no bars where there is nothing", () => {
    const model = chartModel(answer([["0", "0"]]), "cost", new Set());
    expect(model.isEmpty).toBe(true);
    const texts = model.ticks.map((tick) => tick.text);
    expect(texts.length).toBeGreaterThan(1);
    expect(new Set(texts).size).toBe(texts.length);
  });
});
