import { Skeleton } from "@/components/skeleton";

const rows = ["w-64", "w-48", "w-72", "w-56", "w-40", "w-64", "w-52", "w-60"];

export function AuditLogSkeleton() {
  return (
    <div role="status" className="overflow-hidden rounded-lg border border-line">
      <span className="sr-only">Loading…</span>
      <div className="grid gap-2 border-b border-line px-4 py-3.5">
        <Skeleton className="h-4 w-24" />
        <Skeleton className="h-3 w-96 max-w-full" />
      </div>
      <div className="flex flex-wrap gap-2 border-b border-line px-4 py-3">
        <Skeleton className="h-8 w-44" />
        <Skeleton className="h-8 w-44" />
        <Skeleton className="h-8 w-40" />
      </div>
      {rows.map((width) => (
        <div key={width} className="border-b border-line px-4 py-3.5 last:border-0">
          <Skeleton className={`h-3.5 max-w-full ${width}`} />
        </div>
      ))}
    </div>
  );
}
