import { PageHeaderSkeleton, Skeleton } from "@/components/skeleton";

export default function SettingsLoading() {
  return (
    <div role="status">
      <span className="sr-only">Loading…</span>
      <PageHeaderSkeleton />
      <div className="grid gap-5">
        <Skeleton className="h-44 rounded-lg" />
        <Skeleton className="h-44 rounded-lg" />
        <Skeleton className="h-24 rounded-lg" />
        <Skeleton className="h-48 rounded-lg" />
      </div>
    </div>
  );
}
