import { PageHeaderSkeleton, Skeleton, TableSkeleton } from "@/components/skeleton";

export function CreditsSkeleton() {
  return (
    <>
      <PageHeaderSkeleton />
      <div aria-hidden className="grid gap-5">
        <Skeleton className="h-32 rounded-lg" />
        <TableSkeleton rows={4} columns={5} />
        <TableSkeleton rows={4} columns={5} />
      </div>
    </>
  );
}
