import { Skeleton } from "@/components/skeleton";

/** A part of the settings before it is read: sections in their frames. */
export function SettingsSkeleton() {
  return (
    <div role="status" className="grid gap-5">
      <span className="sr-only">Loading…</span>
      <Skeleton className="h-44 rounded-lg" />
      <Skeleton className="h-48 rounded-lg" />
      <Skeleton className="h-24 rounded-lg" />
    </div>
  );
}
