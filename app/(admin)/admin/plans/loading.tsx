import { PageHeaderSkeleton, TableSkeleton } from "@/components/skeleton";

export default function PlansLoading() {
  return (
    <>
      <PageHeaderSkeleton />
      <TableSkeleton rows={3} columns={8} />
    </>
  );
}
