import { PageHeaderSkeleton, Skeleton } from "@/components/skeleton";

export function OperationsSkeleton() {
  return (
    <>
      <PageHeaderSkeleton />
      <div aria-hidden className="grid gap-5">
        <Skeleton className="h-28 rounded-lg" />
        <div className="grid gap-5 md:grid-cols-2">
          <Skeleton className="h-44 rounded-lg" />
          <Skeleton className="h-44 rounded-lg" />
          <Skeleton className="h-44 rounded-lg" />
          <Skeleton className="h-44 rounded-lg" />
        </div>
        <Skeleton className="h-40 rounded-lg" />
        <Skeleton className="h-40 rounded-lg" />
      </div>
    </>
  );
}
