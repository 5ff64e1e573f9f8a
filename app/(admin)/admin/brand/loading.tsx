import { PageHeaderSkeleton, Skeleton } from "@/components/skeleton";

export default function BrandLoading() {
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
