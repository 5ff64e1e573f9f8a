import { clsx } from "clsx";
import { pageHeads } from "@/app/(dashboard)/page-heads";
import { LimitsSkeleton } from "@/app/(dashboard)/usage/limits-skeleton";
import { PageHeader } from "@/components/page-header";
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

/** The chart in its frame before its figures are known. */
export function UsageFigureSkeleton() {
  return (
    <div aria-hidden className="rounded-lg border border-line">
      <div className="flex flex-wrap justify-between gap-2 border-b border-line px-4 py-3">
        <Skeleton className="h-8 w-84 max-w-full" />
        <Skeleton className="h-8 w-76 max-w-full" />
      </div>
      <div className="px-4 pt-5 pb-3">
        <div className="flex h-66 items-end gap-2 pb-6 pl-12">
          {bars.map(({ id, height }) => (
            <Skeleton key={id} className={clsx("flex-1", height)} />
          ))}
        </div>
      </div>
      <div className="flex min-h-12 items-center border-t border-line px-4">
        <Skeleton className="h-4 w-64 max-w-full" />
      </div>
    </div>
  );
}

/** The page before its first figures, in the same shape. */
export function UsageSkeleton() {
  return (
    <>
      <PageHeader
        title={pageHeads.usage.title}
        description={
          <>
            <span className="block">{pageHeads.usage.description}</span>
            <Skeleton className="my-0.5 h-4 w-72 max-w-full" />
          </>
        }
        actions={
          <>
            <Skeleton className="h-8 w-44 max-md:w-full" />
            <Skeleton className="h-8 w-72 max-w-full" />
            <Skeleton className="h-8 w-28" />
          </>
        }
      />
      <div role="status" className="grid gap-4">
        <span className="sr-only">Loading…</span>
        <UsageCardsSkeleton />
        <UsageFigureSkeleton />
        <div className="rounded-lg border border-line p-4">
          <LimitsSkeleton />
        </div>
      </div>
    </>
  );
}
