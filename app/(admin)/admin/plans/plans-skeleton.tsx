import { PageHeaderSkeleton, TableSkeleton } from "@/components/skeleton";

export function PlansSkeleton() {
  return (
    <>
      <PageHeaderSkeleton />
      <TableSkeleton rows={3} columns={8} />
    </>
  );
}
