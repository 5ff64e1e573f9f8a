import { pageHeads } from "@/app/(dashboard)/page-heads";
import { PageHeader } from "@/components/page-header";
import { Skeleton } from "@/components/skeleton";

const rows = Array.from({ length: 14 }, (_, row) => `row-${row}`);
const selects = ["time", "status", "key", "model", "endpoint"];

/** The page before its requests are there, in the same places. */
export function LogsSkeleton() {
  return (
    <>
      <PageHeader {...pageHeads.logs} />
      <div aria-hidden className="mb-3 flex flex-wrap gap-2">
        {selects.map((name) => (
          <Skeleton key={name} className="h-8 w-36 max-md:w-[calc(50%-0.25rem)]" />
        ))}
      </div>
      <div role="status" className="overflow-hidden rounded-lg border border-line">
        <span className="sr-only">Loading…</span>
        <div className="h-8.5 border-b border-line bg-panel" />
        {rows.map((row) => (
          <div
            key={row}
            className="flex h-10 items-center gap-6 border-b border-line px-3.5 last:border-0 max-md:h-40"
          >
            <Skeleton className="h-3 w-28" />
            <Skeleton className="h-3 w-10" />
            <Skeleton className="h-3 flex-1" />
            <Skeleton className="h-3 w-24 max-md:hidden" />
            <Skeleton className="h-3 w-24 max-md:hidden" />
            <Skeleton className="h-3 w-16 max-md:hidden" />
          </div>
        ))}
      </div>
    </>
  );
}
