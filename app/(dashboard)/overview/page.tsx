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
import { pageHeads } from "@/app/(dashboard)/page-heads";
import { PageHeader } from "@/components/page-header";
import { StatGrid } from "@/components/stat-card";
import { requirePageScope } from "@/lib/auth/session";
import type { Scope } from "@/lib/scope";

export const metadata: Metadata = { title: "Overview" };

const balanceSpan = "max-lg:col-span-2";

/** What matters at a glance. Each part is read and fails by itself. */
export default async function OverviewPage() {
  const scope = await requirePageScope("overview.read");
  return (
    <>
      <PageHeader {...pageHeads.overview} />
      <AutoRefresh />
      {/*
        Nothing stands in for the first two, because most readers have none. So the whole waits for them: what
        comes later above the cards would push them down under the reader's eyes.
      */}
      <Suspense fallback={<CardsSkeleton />}>
        <div className="grid gap-4">
          <CardBoundary title="Your notices didn't load" isFramed>
            <Alerts scope={scope} />
          </CardBoundary>
          <CardBoundary title="The first steps didn't load" isFramed>
            <GetStarted scope={scope} />
          </CardBoundary>
          <Cards scope={scope} />
        </div>
      </Suspense>
    </>
  );
}

function Cards({ scope }: { scope: Scope }) {
  return (
    <>
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
    </>
  );
}

/** All the cards before they are read, in the same shape. */
function CardsSkeleton() {
  return (
    <div className="grid gap-4">
      <StatGrid className="lg:grid-cols-5">
        <StatSkeleton label="Balance" className={balanceSpan} />
        {["Spent this month", "Requests today", "Errors, 24 h", "Requests this hour"].map(
          (label) => (
            <StatSkeleton key={label} label={label} />
          ),
        )}
      </StatGrid>
      <div className="grid gap-4 lg:grid-cols-[2fr_3fr]">
        <SpendSkeleton />
        <RequestsSkeleton />
      </div>
    </div>
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
