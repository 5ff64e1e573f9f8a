import { PageHeaderSkeleton, TableSkeleton } from "@/components/skeleton";

export default function OperatorLogLoading() {
  return (
    <>
      <PageHeaderSkeleton />
      <TableSkeleton rows={10} columns={4} />
    </>
  );
}
