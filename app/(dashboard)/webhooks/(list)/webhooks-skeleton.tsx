import { PageHeaderSkeleton, Skeleton, TableSkeleton } from "@/components/skeleton";

export function WebhooksSkeleton() {
  return (
    <>
      <div className="flex flex-wrap items-start justify-between gap-x-6">
        <PageHeaderSkeleton />
        <div aria-hidden className="mb-5 flex gap-2">
          <Skeleton className="h-8 w-31" />
          <Skeleton className="h-8 w-31" />
        </div>
      </div>
      <TableSkeleton rows={3} columns={5} />
    </>
  );
}
