import {
  RequestsSkeleton,
  SpendSkeleton,
  StatSkeleton,
} from "@/app/(dashboard)/overview/skeletons";
import { pageHeads } from "@/app/(dashboard)/page-heads";
import { PageHeader } from "@/components/page-header";
import { StatGrid } from "@/components/stat-card";

export default function OverviewLoading() {
  return (
    <>
      <PageHeader {...pageHeads.overview} />
      <div role="status">
        <span className="sr-only">Loading…</span>
        <div className="grid gap-4">
          <StatGrid className="lg:grid-cols-5">
            <StatSkeleton label="Balance" className="max-lg:col-span-2" />
            <StatSkeleton label="Spent this month" />
            <StatSkeleton label="Requests today" />
            <StatSkeleton label="Errors, 24 h" />
            <StatSkeleton label="Requests this hour" />
          </StatGrid>
          <div className="grid gap-4 lg:grid-cols-[2fr_3fr]">
            <SpendSkeleton />
            <RequestsSkeleton />
          </div>
        </div>
      </div>
    </>
  );
}
