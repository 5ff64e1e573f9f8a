import { clsx } from "clsx";
import { Skeleton } from "@/components/skeleton";
import { StatCard, StatGrid } from "@/components/stat-card";

const barHeights = ["h-1/2", "h-7/12", "h-3/4", "h-2/3", "h-5/6", "h-1/4", "h-1/5", "h-3/5"];
const bars = [0, 1, 2].flatMap((week) =>
  barHeights.map((height, day) => ({ id: `${week}-${day}`, height })),
);

/** The cards before they have figures. */
export function UsageCardsSkeleton() {
  return (
    <StatGrid>
      {["Cost", "Requests", "Tokens in / out", "Errors"].map((label) => (
        <StatCard
          key={label}
          label={label}
          value={<Skeleton className="my-1 h-5 w-28 max-w-full" />}
          detail={<Skeleton className="my-0.5 h-3 w-36 max-w-full" />}
        />
      ))}
    </StatGrid>
  );
}

/** The bars before they are known. */
export function UsageChartSkeleton() {
  return (
    <div aria-hidden className="flex h-66 items-end gap-2 pb-6 pl-12">
      {bars.map(({ id, height }) => (
        <Skeleton key={id} className={clsx("flex-1", height)} />
      ))}
    </div>
  );
}

/** The page before its first figures, in the same shape. */
export function UsageSkeleton() {
  return (
    <div role="status">
      <span className="sr-only">Loading…</span>
      <div aria-hidden className="mb-5 flex flex-wrap items-start justify-between gap-3">
        <div className="grid gap-2">
          <Skeleton className="h-7 w-24" />
          <Skeleton className="h-4 w-72 max-w-full" />
        </div>
        <Skeleton className="h-8 w-72 max-w-full" />
      </div>
      <UsageCardsSkeleton />
      <div className="mt-4 rounded-lg border border-line">
        <div aria-hidden className="flex flex-wrap justify-between gap-2 border-b border-line p-3">
          <Skeleton className="h-8 w-72 max-w-full" />
          <Skeleton className="h-8 w-64 max-w-full" />
        </div>
        <div className="p-4">
          <UsageChartSkeleton />
        </div>
        <div aria-hidden className="border-t border-line p-4">
          <Skeleton className="h-4 w-64 max-w-full" />
        </div>
      </div>
    </div>
  );
}
