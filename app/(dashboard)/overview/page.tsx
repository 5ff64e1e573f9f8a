import type { Metadata } from "next";
import { type ReactNode, Suspense } from "react";
import { Alerts } from "@/app/(dashboard)/overview/alerts";
import { AutoRefresh } from "@/app/(dashboard)/overview/auto-refresh";
import { CardBoundary } from "@/app/(dashboard)/overview/card-boundary";
import { GetStarted } from "@/app/(dashboard)/overview/get-started";
import { LatestRequests } from "@/app/(dashboard)/overview/latest-requests";
import {
  RequestsSkeleton,
  SpendSkeleton,
  StatSkeleton,
} from "@/app/(dashboard)/overview/skeletons";
import { SpendChart } from "@/app/(dashboard)/overview/spend-chart";
import {
  BalanceCard,
  ErrorRateCard,
  HourlyRateCard,
  MonthCard,
  TodayCard,
} from "@/app/(dashboard)/overview/stat-cards";
import { PageHeader } from "@/components/page-header";
import { StatGrid } from "@/components/stat-card";
import { requirePageScope } from "@/lib/auth/session";

export const metadata: Metadata = { title: "Overview" };

const balanceSpan = "max-lg:col-span-2";

/** What matters at a glance. Each part is read and fails by itself. */
export default async function OverviewPage() {
  const scope = await requirePageScope();
  return (
    <>
      <PageHeader title="Overview" description="Your workspace at a glance. Days are UTC." />
      <AutoRefresh />
      <div className="grid gap-4">
        {/* Nothing stands in for these two: for most readers there is nothing to show. */}
        <CardBoundary title="Your notices didn't load" isFramed>
          <Suspense>
            <Alerts scope={scope} />
          </Suspense>
        </CardBoundary>
        <CardBoundary title="The first steps didn't load" isFramed>
          <Suspense>
            <GetStarted scope={scope} />
          </Suspense>
        </CardBoundary>
        <StatGrid className="lg:grid-cols-5">
          <Stat label="Balance" className={balanceSpan}>
            <BalanceCard scope={scope} className={balanceSpan} />
          </Stat>
          <Stat label="Spent this month">
            <MonthCard scope={scope} />
          </Stat>
          <Stat label="Requests today">
            <TodayCard scope={scope} />
          </Stat>
          <Stat label="Errors, 24 h">
            <ErrorRateCard scope={scope} />
          </Stat>
          <Stat label="Requests this hour">
            <HourlyRateCard scope={scope} />
          </Stat>
        </StatGrid>
        <div className="grid gap-4 lg:grid-cols-[2fr_3fr]">
          <CardBoundary title="The spend didn't load" isFramed>
            <Suspense fallback={<SpendSkeleton />}>
              <SpendChart scope={scope} />
            </Suspense>
          </CardBoundary>
          <CardBoundary title="The latest requests didn't load" isFramed>
            <Suspense fallback={<RequestsSkeleton />}>
              <LatestRequests scope={scope} />
            </Suspense>
          </CardBoundary>
        </div>
      </div>
    </>
  );
}

interface StatProps {
  label: string;
  className?: string;
  children: ReactNode;
}

function Stat({ label, className, children }: StatProps) {
  const waiting = <StatSkeleton label={label} {...(className ? { className } : {})} />;
  return (
    <CardBoundary stat={label} {...(className ? { className } : {})}>
      <Suspense fallback={waiting}>{children}</Suspense>
    </CardBoundary>
  );
}
