import { PageHeaderSkeleton, Skeleton, TableSkeleton } from "@/components/skeleton";

export default function OverviewLoading() {
  return (
    <div role="status">
      <span className="sr-only">Loading…</span>
      <PageHeaderSkeleton />
      <div className="grid gap-4">
        <Skeleton className="h-24 rounded-lg" />
        <Skeleton className="h-58 rounded-lg" />
        <TableSkeleton rows={5} columns={5} />
      </div>
    </div>
  );
}
