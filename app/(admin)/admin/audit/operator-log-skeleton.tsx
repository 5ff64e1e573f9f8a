import { PageHeaderSkeleton, TableSkeleton } from "@/components/skeleton";

export function OperatorLogSkeleton() {
  return (
    <>
      <PageHeaderSkeleton />
      <TableSkeleton rows={10} columns={4} />
    </>
  );
}
