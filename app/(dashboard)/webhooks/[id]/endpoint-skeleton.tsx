import { BackToWebhooks } from "@/app/(dashboard)/webhooks/[id]/back-to-webhooks";
import { DeliveriesSkeleton } from "@/app/(dashboard)/webhooks/[id]/deliveries-skeleton";
import { PageHeaderSkeleton, Skeleton } from "@/components/skeleton";

/** The page's own shape, so that nothing jumps when it arrives. */
export function EndpointSkeleton() {
  return (
    <>
      <BackToWebhooks />
      <div className="flex flex-wrap items-start justify-between gap-3">
        <PageHeaderSkeleton />
        <div aria-hidden className="mb-5 flex gap-2">
          <Skeleton className="h-8 w-34" />
          <Skeleton className="size-8" />
        </div>
      </div>
      <div className="grid gap-4">
        <div
          aria-hidden
          className="grid gap-px overflow-hidden rounded-lg border border-line bg-line md:grid-cols-3"
        >
          {["success", "attempt", "created"].map((fact) => (
            <div key={fact} className="grid gap-2 bg-bg px-4 py-3.5">
              <Skeleton className="h-3 w-16" />
              <Skeleton className="h-4 w-36" />
              <Skeleton className="h-3 w-24" />
            </div>
          ))}
        </div>
        <Skeleton className="h-56 rounded-lg" />
        <DeliveriesSkeleton />
      </div>
    </>
  );
}
