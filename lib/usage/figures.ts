import { countText } from "@/lib/count-text";
import { formatUsd, formatUsdExact, nanosPerUsd, nanosToDecimal } from "@/lib/money";
import type { CountedMetric, UsageTotals } from "@/lib/usage/schema";

/**
 * A sum of usage for a headline: every digit below a dollar, where single requests cost less than a
 * cent, and four decimals from there on.
 */
export function usageCostText(nanos: bigint): string {
  return nanos < nanosPerUsd ? formatUsdExact(nanos) : formatUsd(nanos, { precise: true });
}

/** `91.3 M`: three digits that matter, for figures too long for a headline; exact below 100,000. */
export function shortCountText(count: bigint): string {
  if (count < 100_000n) return countText(count);
  const units = [
    [1_000_000_000_000n, "T"],
    [1_000_000_000n, "B"],
    [1_000_000n, "M"],
    [1_000n, "k"],
  ] as const;
  const [size, unit] = units.find(([least]) => count >= least) ?? [1n, ""];
  const value = Number(count) / Number(size);
  return `${value.toFixed(value >= 100 ? 0 : 1)} ${unit}`;
}

/** Share of errors in percent, `0.42 %`; a few among many never read as none. */
export function errorRateText(errors: bigint, requests: bigint): string {
  if (requests === 0n) return "–";
  if (errors === 0n) return "0 %";
  const percent = (Number(errors) / Number(requests)) * 100;
  if (percent < 0.01) return "<0.01 %";
  return `${percent >= 10 ? percent.toFixed(1) : percent.toFixed(2)} %`;
}

export interface Change {
  direction: "up" | "down" | "same";
  /** `8.2 %`, or `12 ×` where per cent would be a silly number. */
  text: string;
}

/** How a figure moved against the period before; null where there was nothing to compare with. */
export function changeSince(current: bigint, previous: bigint): Change | null {
  if (previous === 0n) return null;
  const ratio = Number(current) / Number(previous);
  const percent = Math.abs(ratio - 1) * 100;
  if (percent < 0.05) return { direction: "same", text: "0 %" };
  const direction = ratio > 1 ? "up" : "down";
  if (ratio >= 11) return { direction, text: `${ratio.toFixed(0)} ×` };
  return { direction, text: `${percent >= 100 ? percent.toFixed(0) : percent.toFixed(1)} %` };
}

/** The figure of a metric out of totals: nano-dollars or a count. */
export function metricOf(totals: UsageTotals, metric: CountedMetric): bigint {
  switch (metric) {
    case "cost":
      return BigInt(totals.costNanos);
    case "requests":
      return BigInt(totals.requests);
    case "tokens":
      return BigInt(totals.inputTokens) + BigInt(totals.outputTokens);
    case "errors":
      return BigInt(totals.errors);
  }
}

/** Decimals that the finest of some amounts needs to be exact; at least the two of cents. */
export function decimalsNeeded(amountsNanos: readonly bigint[]): number {
  const decimals = amountsNanos.map((nanos) => nanosToDecimal(nanos).split(".")[1]?.length ?? 0);
  return Math.max(2, ...decimals);
}

/** An exact amount with its decimals filled up to `decimals`, so that a column's points line up. */
export function columnUsdText(nanos: bigint, decimals: number): string {
  const [whole = "0", fraction = ""] = formatUsdExact(nanos).split(".");
  return `${whole}.${fraction.padEnd(decimals, "0")}`;
}

/** A value of the axis, whose steps are `step` apart: nano-dollars or counts. */
export function axisText(value: number, step: number, metric: CountedMetric): string {
  if (metric !== "cost") return shortAxisCount(value);
  if (value === 0) return "$0";
  const decimals = Math.min(9, Math.max(0, decimalsOf(step / Number(nanosPerUsd))));
  return `$${(value / Number(nanosPerUsd)).toFixed(decimals === 1 ? 2 : decimals)}`;
}

function shortAxisCount(value: number): string {
  if (value < 10_000) return countText(value);
  const [size, unit] =
    value >= 1e9 ? ([1e9, "B"] as const) : value >= 1e6 ? ([1e6, "M"] as const) : [1e3, "k"];
  return `${Number((value / Number(size)).toFixed(2))} ${unit}`;
}

function decimalsOf(step: number): number {
  for (let decimals = 0; decimals < 9; decimals++) {
    if (Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) < 1e-6) return decimals;
  }
  return 9;
}
