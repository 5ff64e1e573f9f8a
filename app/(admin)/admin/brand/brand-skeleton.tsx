import { PageHeaderSkeleton, Skeleton } from "@/components/skeleton";

export function BrandSkeleton() {
  return (
    <>
      <PageHeaderSkeleton />
      <div className="grid gap-5">
        <Skeleton className="h-130" />
        <Skeleton className="h-40" />
      </div>
    </>
  );
}
