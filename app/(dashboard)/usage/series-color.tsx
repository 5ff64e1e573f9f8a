import type { UsageSeries } from "@/lib/usage/schema";

/** The colour of a series by its place, largest first; the rest is always grey. */
export function seriesColor(series: Pick<UsageSeries, "isOther">, index: number): string {
  return series.isOther ? "var(--s-other)" : `var(--s${(index % 6) + 1})`;
}

export function SeriesSwatch({ color }: { color: string }) {
  return (
    <span
      aria-hidden
      className="size-2.25 shrink-0 rounded-[2px] forced-color-adjust-none"
      style={{ background: color }}
    />
  );
}
