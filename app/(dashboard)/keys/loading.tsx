import { PageHeaderSkeleton, Skeleton, TableSkeleton } from "@/components/skeleton";

export default function KeysLoading() {
  return (
    <>
      <PageHeaderSkeleton />
      <div className="mb-3 flex gap-2">
        <Skeleton className="h-8 w-70 max-w-full" />
        <Skeleton className="h-8 w-72 max-md:hidden" />
      </div>
      <TableSkeleton rows={6} columns={6} />
    </>
  );
}
