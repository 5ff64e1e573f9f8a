import { PageHeaderSkeleton, Skeleton, TableSkeleton } from "@/components/skeleton";

export default function BillingLoading() {
  return (
    <>
      <PageHeaderSkeleton />
      <div className="grid gap-5">
        <Skeleton className="h-23 rounded-lg" />
        <TableSkeleton rows={6} columns={4} />
      </div>
    </>
  );
}
