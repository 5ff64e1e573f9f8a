import { PageHeaderSkeleton, TableSkeleton } from "@/components/skeleton";

export default function UpstreamsLoading() {
  return (
    <>
      <PageHeaderSkeleton />
      <TableSkeleton rows={3} columns={6} />
    </>
  );
}
