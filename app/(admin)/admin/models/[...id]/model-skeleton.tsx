import { PageHeaderSkeleton, Skeleton, TableSkeleton } from "@/components/skeleton";

export function ModelSkeleton() {
  return (
    <>
      <PageHeaderSkeleton />
      <div aria-hidden className="grid gap-5">
        <TableSkeleton rows={3} columns={4} />
        <Skeleton className="h-64 rounded-lg" />
      </div>
    </>
  );
}
