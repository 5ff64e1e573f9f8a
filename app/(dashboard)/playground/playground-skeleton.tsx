import { pageHeads } from "@/app/(dashboard)/page-heads";
import { PageHeader } from "@/components/page-header";
import { Skeleton } from "@/components/skeleton";

export function PlaygroundSkeleton() {
  return (
    <>
      <PageHeader {...pageHeads.playground} />
      <div role="status">
        <span className="sr-only">Loading…</span>
        <div className="grid items-start gap-4 lg:grid-cols-[17.5rem_minmax(0,1fr)]">
          <Skeleton className="h-64 rounded-lg lg:h-128" />
          <div className="grid gap-4">
            <Skeleton className="h-110 rounded-lg" />
            <Skeleton className="h-14 rounded-lg" />
          </div>
        </div>
      </div>
    </>
  );
}
