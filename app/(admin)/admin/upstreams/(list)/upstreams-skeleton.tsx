import { PageHeaderSkeleton, TableSkeleton } from "@/components/skeleton";

export function UpstreamsSkeleton() {
  return (
    <>
      <PageHeaderSkeleton />
      <TableSkeleton rows={3} columns={6} />
    </>
  );
}
