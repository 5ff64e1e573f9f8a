import { describe, expect, it } from "vitest";
import { chartModel, chartSeries } from "@/app/(dashboard)/usage/chart-model";
import type { UsageAnswer } from "@/lib/usage/schema";

const totals = {
  costNanos: "0",
  requests: "0",
  inputTokens: "0",
  outputTokens: "0",
  errors: "0",
};

type Shape = Partial<Pick<UsageAnswer, "metric" | "group">>;

function answer(values: string[][], shape: Shape = {}): UsageAnswer {
  const latency = { p50Ms: 40, p95Ms: 900 };
  return {
    metric: "requests",
    group: "model",
    ...shape,
    step: "day",
    zone: "UTC",
    from: "2026-11-20T00:00:00.000Z",
    until: "2026-11-22T00:00:00.000Z",
    firstDay: "2026-11-20",
    lastDay: "2026-11-21",
    name: "20 Nov – 21 Nov 2026",
    dayStart: null,
    hasUsage: true,
    keyName: null,
    buckets: values.map((bucket, day) => ({
      start: `2026-11-${20 + day}T00:00:00.000Z`,
      tick: `${20 + day} Nov`,
      name: `${20 + day} Nov 2026`,
      isPartial: day === values.length - 1,
      values: bucket,
      latencies: [latency, null],
      latency,
      before: { name: "then", value: "8", latency: { p50Ms: 1, p95Ms: 2_000 } },
    })),
    series: [
      { id: "a", label: "a", isOther: false, groups: 1, totals, latency },
      { id: "", label: "other", isOther: true, groups: 3, totals, latency: null },
    ],
    totals,
    latency,
    previous: totals,
  };
}

const all = { percentile: "p95", hidden: [], compare: false } as const;

describe("chartModel", () => {
  it("stacks what is shown below the top of the axis, and tells exact totals", () => {
    const model = chartModel(
      answer([
        ["3", "1"],
        ["0", "0"],
      ]),
      all,
    );
    expect(model.kind).toBe("bars");
    expect(model.series.map(({ id, label }) => [id, label])).toEqual([
      ["a", "a"],
      ["~other", "other (3)"],
    ]);
    const [first, second] = model.buckets;
    expect(first?.marks).toEqual([
      { amount: 3, text: "3" },
      { amount: 1, text: "1" },
    ]);
    expect(first?.totalText).toBe("4");
    expect(second).toMatchObject({ totalText: "0", isPartial: true, before: null });
    expect(model.ticks.map((tick) => tick.text)).toEqual(["0", "1", "2", "3", "4"]);
  });

  it("leaves out hidden series, fits the axis to the rest, and compares a part with nothing", () => {
    const model = chartModel(answer([["30000000000", "1"]], { metric: "cost" }), {
      ...all,
      hidden: ["a"],
      compare: true,
    });
    expect(model.series.map(({ id }) => id)).toEqual(["~other"]);
    expect(model.buckets[0]).toMatchObject({ totalText: "$0.000000001", before: null });
    expect(model.ticks.at(-1)?.amount).toBe(1);
  });

  it("makes room for the period before where it is drawn", () => {
    const model = chartModel(answer([["3", "1"]]), { ...all, compare: true });
    expect(model.buckets[0]?.before).toEqual({ amount: 8, text: "8", name: "then" });
    expect(model.ticks.at(-1)?.amount).toBe(8);
  });

  it("has an axis and no series where there is nothing", () => {
    const model = chartModel(answer([["0", "0"]], { metric: "cost" }), all);
    expect(model.series).toEqual([]);
    const texts = model.ticks.map((tick) => tick.text);
    expect(texts.length).toBeGreaterThan(1);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it("draws both percentiles of all requests, and one of each group's, with gaps where there is none", () => {
    const whole = chartModel(answer([[]], { metric: "latency", group: "none" }), all);
    expect(whole.series.map(({ id }) => id)).toEqual(["p95", "p50"]);
    expect(whole.buckets[0]?.marks.map((mark) => mark?.text)).toEqual(["900 ms", "40 ms"]);
    expect(whole.buckets[0]?.totalText).toBeNull();

    const split = answer([[]], { metric: "latency" });
    expect(chartSeries(split).map(({ id }) => id)).toEqual(["a"]);
    const medians = chartModel(split, { ...all, percentile: "p50", compare: true });
    expect(medians.buckets[0]?.marks).toEqual([{ amount: 40, text: "40 ms" }]);
    expect(medians.buckets[0]?.before).toMatchObject({ amount: 1, name: "then, p50" });
  });
});
