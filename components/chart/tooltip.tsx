import { clsx } from "clsx";
import type { ChartBucket, ChartData } from "@/components/chart/chart-data";
import { DashSwatch, Swatch } from "@/components/chart/swatch";

export interface ChartTooltipProps {
  data: ChartData;
  bucket: ChartBucket;
  /** Where the bucket stands, in per cent of the plot's width. */
  middle: number;
}

/**
 * Every figure of a bucket. On a wide screen it keeps to the side where there is room; on a phone it
 * stands above the plot, where no finger is in the way.
 */
export function ChartTooltip({ data, bucket, middle }: ChartTooltipProps) {
  const isRight = middle > 50;
  const rows = data.series.flatMap((series, index) => {
    const mark = bucket.marks[index];
    return mark && (data.kind === "lines" || mark.amount > 0) ? [{ series, mark }] : [];
  });
  return (
    <div
      aria-hidden
      className={clsx(
        "pointer-events-none absolute z-10 min-w-48 rounded-md border border-line-strong bg-raised px-3 py-2.5",
        "text-xs shadow-float max-md:right-0! max-md:bottom-full max-md:-left-10! max-md:mb-2 md:top-0",
      )}
      style={
        isRight ? { right: `calc(${100 - middle}% + 12px)` } : { left: `calc(${middle}% + 12px)` }
      }
    >
      <div className="flex items-baseline justify-between gap-6 font-medium">
        <span className="whitespace-nowrap">{bucket.name}</span>
        {bucket.totalText ? (
          <span className="font-mono tabular-nums">{bucket.totalText}</span>
        ) : null}
      </div>
      {bucket.isPartial ? <div className="text-fg-3">not over yet</div> : null}
      <ul className="mt-1.5 grid grid-cols-[minmax(0,1fr)] gap-0.5 empty:hidden">
        {/* Bars are read from the top down. */}
        {(data.kind === "bars" ? rows.reverse() : rows).map(({ series, mark }) => (
          <li key={series.id} className="flex items-center gap-1.75 text-fg-2">
            <Swatch color={series.color} />
            <span className="max-w-44 min-w-0 truncate">{series.label}</span>
            <span className="ml-auto shrink-0 pl-4 font-mono whitespace-nowrap tabular-nums">
              {mark.text}
            </span>
          </li>
        ))}
      </ul>
      {bucket.before ? (
        <div className="mt-1.5 flex items-center gap-1.75 border-t border-line pt-1.5 text-fg-3">
          <DashSwatch />
          <span className="whitespace-nowrap">{bucket.before.name}</span>
          <span className="ml-auto shrink-0 pl-4 font-mono whitespace-nowrap tabular-nums">
            {bucket.before.text}
          </span>
        </div>
      ) : null}
    </div>
  );
}
