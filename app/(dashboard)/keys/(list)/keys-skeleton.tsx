import { pageHeads } from "@/app/(dashboard)/page-heads";
import { PageHeader } from "@/components/page-header";
import { Skeleton, TableSkeleton } from "@/components/skeleton";

export function KeysSkeleton() {
  return (
    <>
      <PageHeader {...pageHeads.keys} />
      <div className="mb-3 flex flex-wrap gap-2">
        <Skeleton className="h-8 w-70 max-md:w-full" />
        <Skeleton className="h-8 w-118 max-w-full" />
        <Skeleton className="h-8 w-72 max-md:hidden min-[87rem]:ml-auto" />
      </div>
      <TableSkeleton rows={6} columns={8} />
    </>
  );
}
