import type { Latency } from "@/lib/usage/schema";

/** Upper ends of the roll-ups' buckets in milliseconds; a last bucket takes what is slower. */
export const latencyBoundsMs = [
  10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000,
] as const;

export const latencyBucketsCount = latencyBoundsMs.length + 1;

/**
 * The latency that a share of the requests kept below, by linear interpolation in the bucket where it
 * falls, as Prometheus' `histogram_quantile` does it. Of what is slower than the last bound only that is
 * known: then it is that bound. Null without requests.
 */
export function latencyQuantileMs(counts: readonly number[], share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = share * total;
  let below = 0;
  for (const [index, upperMs] of latencyBoundsMs.entries()) {
    const count = counts[index] ?? 0;
    const lowerMs = latencyBoundsMs[index - 1] ?? 0;
    if (count > 0 && below + count >= rank) {
      return lowerMs + ((upperMs - lowerMs) * (rank - below)) / count;
    }
    below += count;
  }
  return latencyBoundsMs.at(-1) ?? null;
}

export function latencyOf(counts: readonly number[]): Latency | null {
  const p50Ms = latencyQuantileMs(counts, 0.5);
  const p95Ms = latencyQuantileMs(counts, 0.95);
  return p50Ms === null || p95Ms === null ? null : { p50Ms, p95Ms };
}

/** Histograms of several groups together. */
export function addCounts(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: latencyBucketsCount }, (_, i) => (a[i] ?? 0) + (b[i] ?? 0));
}

/** `8.4 ms`, `240 ms`, `1.84 s`; `>30 s` where the histogram knows no more. */
export function latencyText(ms: number): string {
  const lastMs = latencyBoundsMs.at(-1) ?? 0;
  if (ms >= lastMs) return `>${lastMs / 1_000} s`;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  return `${(ms / 1_000).toFixed(ms < 9_995 ? 2 : 1)} s`;
}
