import { PageHeaderSkeleton, Skeleton } from "@/components/skeleton";

export function UpstreamSkeleton() {
  return (
    <>
      <PageHeaderSkeleton />
      <div aria-hidden className="grid gap-5">
        <Skeleton className="h-48 rounded-lg" />
        <Skeleton className="h-48 rounded-lg" />
      </div>
    </>
  );
}
