import { Skeleton } from "@/components/skeleton";

const rows = Array.from({ length: 6 }, (_, row) => `row-${row}`);

/** The deliveries before they are read, in the same places. */
export function DeliveriesSkeleton() {
  return (
    <div role="status" className="overflow-hidden rounded-lg border border-line">
      <span className="sr-only">Loading…</span>
      <div className="flex items-center justify-between border-b border-line px-4 py-3.5">
        <Skeleton className="h-5 w-24" />
        <Skeleton className="h-8 w-64 max-md:w-32" />
      </div>
      {rows.map((row) => (
        <div
          key={row}
          className="flex h-13 items-center gap-6 border-b border-line px-3.5 last:border-0"
        >
          <Skeleton className="h-3 flex-1 max-w-48" />
          <Skeleton className="h-3 w-20" />
          <Skeleton className="h-3 w-12 max-md:hidden" />
          <Skeleton className="h-3 w-16 max-md:hidden" />
          <Skeleton className="ml-auto h-3 w-20" />
        </div>
      ))}
    </div>
  );
}
