import { PageHeaderSkeleton, Skeleton, TableSkeleton } from "@/components/skeleton";

export function AccountsSkeleton() {
  return (
    <>
      <PageHeaderSkeleton />
      <div className="mb-3 flex flex-wrap gap-2">
        <Skeleton className="h-8 w-100 max-md:w-full" />
        <Skeleton className="h-8 w-56" />
        <Skeleton className="h-8 w-80 max-w-full" />
      </div>
      <TableSkeleton rows={10} columns={7} />
    </>
  );
}
