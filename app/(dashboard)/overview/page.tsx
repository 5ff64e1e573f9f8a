import type { Metadata } from "next";
import { AutoRefresh } from "@/app/(dashboard)/auto-refresh";
import { Alerts } from "@/app/(dashboard)/overview/alerts";
import { CardBoundary } from "@/app/(dashboard)/overview/card-boundary";
import { GetStarted } from "@/app/(dashboard)/overview/get-started";
import { LatestRequests } from "@/app/(dashboard)/overview/latest-requests";
import {
  OverviewSkeleton,
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
import { type Drawn, partSoon, soon } from "@/app/soon";
import { PageHeader } from "@/components/page-header";
import { StatGrid } from "@/components/stat-card";
import { requirePageScope } from "@/lib/auth/session";

export const metadata: Metadata = { title: "Overview" };

/** What matters at a glance. Each part is read and fails by itself. */
export default function OverviewPage() {
  return soon(OverviewContent(), <OverviewSkeleton />);
}

async function OverviewContent() {
  const scope = await requirePageScope("overview.read");
  const wide = "max-lg:col-span-2";
  const alerts = Alerts({ scope });
  const steps = GetStarted({ scope });
  const cards = await Promise.all([
    figure("Balance", BalanceCard({ scope, className: wide }), wide),
    figure("Spent this month", MonthCard({ scope })),
    figure("Requests today", TodayCard({ scope })),
    figure("Errors, 24 h", ErrorRateCard({ scope })),
    figure("Requests this hour", HourlyRateCard({ scope })),
    partSoon(SpendChart({ scope }), <SpendSkeleton />),
    partSoon(LatestRequests({ scope }), <RequestsSkeleton />),
    // Nothing stands in for these, because most readers have none. So the whole waits for them: what comes later
    // above the cards would push them down under the reader's eyes.
    Promise.allSettled([alerts, steps]),
  ]);
  const [balance, month, today, errors, hour, spend, requests] = cards;
  return (
    <>
      <PageHeader {...pageHeads.overview} />
      <AutoRefresh />
      <div className="grid gap-4">
        <CardBoundary title="Your notices didn't load" isFramed>
          {await partSoon(alerts, null)}
        </CardBoundary>
        <CardBoundary title="The first steps didn't load" isFramed>
          {await partSoon(steps, null)}
        </CardBoundary>
        <StatGrid className="lg:grid-cols-5">
          {balance}
          {month}
          {today}
          {errors}
          {hour}
        </StatGrid>
        <div className="grid gap-4 lg:grid-cols-[2fr_3fr]">
          <CardBoundary title="The spend didn't load" isFramed>
            {spend}
          </CardBoundary>
          <CardBoundary title="The latest requests didn't load" isFramed>
            {requests}
          </CardBoundary>
        </div>
      </div>
    </>
  );
}

/** A figure in its boundary: where it fails, its label and shape stay. */
async function figure(label: string, card: Promise<Drawn>, className = "") {
  return (
    <CardBoundary stat={label} className={className}>
      {await partSoon(card, <StatSkeleton label={label} className={className} />)}
    </CardBoundary>
  );
}
