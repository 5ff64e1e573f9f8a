import { Skeleton } from "@/components/skeleton";

const rows = [0, 1, 2, 3, 4];

export function KeySafetySkeleton() {
  return (
    <div role="status" className="overflow-hidden rounded-lg border border-line">
      <span className="sr-only">Loading…</span>
      <div className="grid gap-2 border-b border-line px-4 py-3.5">
        <Skeleton className="h-4 w-24" />
        <Skeleton className="h-3 w-80 max-w-full" />
      </div>
      <div className="border-b border-line px-4 py-3">
        <Skeleton className="h-8 w-100 max-w-full" />
      </div>
      {rows.map((row) => (
        <div key={row} className="grid gap-2.5 border-b border-line px-4 py-4 last:border-0">
          <Skeleton className="h-4 w-56 max-w-full" />
          <Skeleton className="h-3.5 w-3/4" />
        </div>
      ))}
    </div>
  );
}
