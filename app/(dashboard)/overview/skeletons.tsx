import { pageHeads } from "@/app/(dashboard)/page-heads";
import { PageHeader } from "@/components/page-header";
import { Skeleton } from "@/components/skeleton";
import { StatCard, StatGrid } from "@/components/stat-card";

/*
 * What stands in for the cards: the same frames, heads and row heights, so that nothing moves when they
 * come.
 */

export function StatSkeleton({ label, className }: { label: string; className?: string }) {
  return (
    <StatCard
      label={label}
      value={<Skeleton className="my-1 h-5 w-20 max-w-full" />}
      detail={<Skeleton className="my-0.5 h-3 w-24 max-w-full" />}
      {...(className ? { className } : {})}
    />
  );
}

function CardHead({ isRuled = false }: { isRuled?: boolean }) {
  return (
    <div
      className={`flex items-center justify-between px-4 pt-3.5 ${isRuled ? "border-b border-line pb-3.5" : ""}`}
    >
      <Skeleton className="my-1 h-5 w-32" />
      <Skeleton className="h-7 w-20" />
    </div>
  );
}

export function SpendSkeleton() {
  return (
    <div className="rounded-lg border border-line">
      <CardHead />
      <div className="px-4 pt-9 pb-10">
        <Skeleton className="h-40 lg:h-46" />
      </div>
    </div>
  );
}

const rows = ["a", "b", "c", "d", "e"];

export function RequestsSkeleton() {
  return (
    <div className="overflow-hidden rounded-lg border border-line">
      <CardHead isRuled />
      <div className="h-8.5 border-b border-line bg-panel max-md:hidden" />
      {rows.map((row) => (
        <div
          key={row}
          className="flex h-10 items-center gap-6 border-b border-line px-3.5 last:border-0 max-md:h-37"
        >
          <Skeleton className="h-3 w-24" />
          <Skeleton className="h-3 flex-1" />
          <Skeleton className="h-3 w-16" />
        </div>
      ))}
    </div>
  );
}

/** The page before its cards are read, in the same shape. */
export function OverviewSkeleton() {
  return (
    <>
      <PageHeader {...pageHeads.overview} />
      <div role="status" className="grid gap-4">
        <span className="sr-only">Loading…</span>
        <StatGrid className="lg:grid-cols-5">
          <StatSkeleton label="Balance" className="max-lg:col-span-2" />
          <StatSkeleton label="Spent this month" />
          <StatSkeleton label="Requests today" />
          <StatSkeleton label="Errors, 24 h" />
          <StatSkeleton label="Requests this hour" />
        </StatGrid>
        <div className="grid gap-4 lg:grid-cols-[2fr_3fr]">
          <SpendSkeleton />
          <RequestsSkeleton />
        </div>
      </div>
    </>
  );
}
