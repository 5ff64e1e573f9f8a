import { pageHeads } from "@/app/(dashboard)/page-heads";
import { PageHeader } from "@/components/page-header";
import { Skeleton, TableSkeleton } from "@/components/skeleton";

/** The page's own shape: figures, settings, plans, transactions. */
export function BillingSkeleton() {
  return (
    <>
      <PageHeader {...pageHeads.billing} />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
        <Skeleton className="h-59 rounded-lg lg:h-23" />
        <SettingsSkeleton />
        <Skeleton className="h-120 rounded-lg md:h-58" />
        <TableSkeleton rows={6} columns={4} />
      </div>
    </>
  );
}

function SettingsSkeleton() {
  return (
    <div aria-hidden className="overflow-hidden rounded-lg border border-line">
      <div className="grid gap-2 border-b border-line px-4 py-4">
        <Skeleton className="h-4 w-36" />
        <Skeleton className="h-3 w-80 max-w-full" />
      </div>
      {["card", "auto", "alert", "code"].map((row) => (
        <div
          key={row}
          className="flex h-17 items-center gap-6 border-b border-line px-4 last:border-0"
        >
          <Skeleton className="h-3.5 w-32" />
          <Skeleton className="h-3.5 w-48 max-md:hidden" />
          <Skeleton className="ml-auto h-7 w-16" />
        </div>
      ))}
    </div>
  );
}
