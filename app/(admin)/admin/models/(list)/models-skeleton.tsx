import { PageHeaderSkeleton, Skeleton, TableSkeleton } from "@/components/skeleton";

export function ModelsSkeleton() {
  return (
    <>
      <PageHeaderSkeleton />
      <div aria-hidden className="mb-4 flex flex-wrap justify-between gap-3">
        <Skeleton className="h-8 w-72" />
        <Skeleton className="h-8 w-64" />
      </div>
      <TableSkeleton rows={6} columns={5} />
    </>
  );
}
