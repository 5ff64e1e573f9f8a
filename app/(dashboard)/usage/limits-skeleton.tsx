import { Skeleton } from "@/components/skeleton";

export const limitsGridClass = "grid gap-x-10 gap-y-5 sm:grid-cols-2 lg:grid-cols-3";

/** Meters before they are read, in the same shape. */
export function LimitsSkeleton() {
  return (
    <div role="status" className={limitsGridClass}>
      <span className="sr-only">Loading…</span>
      {["hour", "day", "month"].map((name) => (
        <div key={name} aria-hidden className="grid gap-1.5">
          <div className="flex h-5 items-center justify-between">
            <Skeleton className="h-3.5 w-32" />
            <Skeleton className="h-3.5 w-20" />
          </div>
          <Skeleton className="h-0.75 w-full" />
          <Skeleton className="h-3 w-36" />
        </div>
      ))}
    </div>
  );
}
