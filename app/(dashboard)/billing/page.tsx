import type { Metadata } from "next";
import { BalanceFigures } from "@/app/(dashboard)/billing/balance-figures";
import { Payments } from "@/app/(dashboard)/billing/payments";
import { Plans } from "@/app/(dashboard)/billing/plans";
import { readBalance } from "@/app/(dashboard)/billing/read-balance";
import { TopUpButton } from "@/app/(dashboard)/billing/top-up-button";
import { TopUpNotice } from "@/app/(dashboard)/billing/top-up-notice";
import { Transactions } from "@/app/(dashboard)/billing/transactions";
import { Callout } from "@/components/callout";
import { PageHeader } from "@/components/page-header";
import { getDb } from "@/db/client";
import { requirePageScope } from "@/lib/auth/session";
import { findPaymentProvider } from "@/lib/billing/provider";
import { findTopUp, listPlans, listTopUps, type TopUpView } from "@/lib/billing/queries";
import { canTopUp } from "@/lib/billing/schema";
import { listStatement, parseStatementCursor } from "@/lib/billing/statement";
import { brand } from "@/lib/brand";
import { hourMs } from "@/lib/time";

export const metadata: Metadata = { title: "Billing" };

const linesPerPage = 15;
const topUpsShown = 5;

export default async function BillingPage({ searchParams }: PageProps<"/billing">) {
  const scope = await requirePageScope();
  const params = await searchParams;
  const olderThan = parseStatementCursor(params.before);
  const db = getDb();
  const [balance, statement, topUps, plans, returnedTo] = await Promise.all([
    readBalance(scope.workspaceId),
    listStatement(db, scope, { olderThan, limit: linesPerPage }),
    listTopUps(db, scope, topUpsShown),
    listPlans(db, scope),
    typeof params.top_up === "string" ? findTopUp(db, scope, params.top_up) : null,
  ]);
  const isConfigured = findPaymentProvider() !== null;
  const mayPay = canTopUp(scope.role);
  const notice = returnedTo ?? topUps.find(isUnderWay);
  return (
    <>
      <PageHeader
        title="Billing"
        description="Prepaid: each request is charged to your credit as it finishes."
        actions={isConfigured && mayPay ? <TopUpButton /> : null}
      />
      <div className="grid gap-5">
        {notice ? <TopUpNotice topUp={notice} /> : null}
        {isConfigured ? null : <NotConfigured />}
        {isConfigured && !mayPay ? (
          <Callout>Owners, admins and billing members can top up. Ask one of them.</Callout>
        ) : null}
        <BalanceFigures workspaceId={scope.workspaceId} initial={balance} />
        <Transactions
          workspaceId={scope.workspaceId}
          balance={balance}
          statement={statement}
          isNewest={olderThan === null}
        />
        {topUps.length > 0 ? <Payments topUps={topUps} /> : null}
        <Plans plans={plans} supportEmail={brand.supportEmail} />
      </div>
    </>
  );
}

/** One that was just left open; after an hour nobody waits for it any more. */
function isUnderWay(topUp: TopUpView): boolean {
  return topUp.status === "pending" && Date.now() - topUp.createdAt.getTime() < hourMs;
}

function NotConfigured() {
  return (
    <Callout tone="amber" title="Payments aren't configured">
      Contact support at{" "}
      <a href={`mailto:${brand.supportEmail}`} className="font-medium underline">
        {brand.supportEmail}
      </a>{" "}
      to add credit.
    </Callout>
  );
}
