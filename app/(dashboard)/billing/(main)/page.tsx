import type { Metadata } from "next";
import { BillingSkeleton } from "@/app/(dashboard)/billing/(main)/billing-skeleton";
import { AutoSection } from "@/app/(dashboard)/billing/auto-section";
import { BalanceFigures } from "@/app/(dashboard)/billing/balance-figures";
import { CardNotice, CardReturn } from "@/app/(dashboard)/billing/card-notice";
import { Payments } from "@/app/(dashboard)/billing/payments";
import { Plans } from "@/app/(dashboard)/billing/plans";
import { readBalance } from "@/app/(dashboard)/billing/read-balance";
import { TopUpButton } from "@/app/(dashboard)/billing/top-up-button";
import { TopUpNotice } from "@/app/(dashboard)/billing/top-up-notice";
import { Transactions } from "@/app/(dashboard)/billing/transactions";
import { pageHeads } from "@/app/(dashboard)/page-heads";
import { soon } from "@/app/soon";
import { Callout } from "@/components/callout";
import { PageHeader } from "@/components/page-header";
import { getDb } from "@/db/client";
import { requirePageScope } from "@/lib/auth/session";
import { StatementFilter, statementFilters } from "@/lib/billing/kinds";
import { getBillingProfile } from "@/lib/billing/profile";
import { findPaymentProvider } from "@/lib/billing/provider";
import { findTopUp, listPlans, listTopUps, type TopUpView } from "@/lib/billing/queries";
import { listStatement, parseStatementCursor } from "@/lib/billing/statement";
import { brand } from "@/lib/brand";
import { readLimitState } from "@/lib/budgets/state";
import { may } from "@/lib/permissions";
import type { Scope } from "@/lib/scope";
import { hourMs } from "@/lib/time";

export const metadata: Metadata = { title: "Billing" };

const linesPerPage = 15;
const topUpsShown = 5;

type Params = Awaited<PageProps<"/billing">["searchParams"]>;

/** What the address asks for; anything that makes no sense in it is left out of account. */
function readParams(params: Params) {
  const filter = StatementFilter.safeParse(params.kind);
  const card = CardReturn.safeParse(params.card);
  return {
    olderThan: parseStatementCursor(params.before),
    filter: filter.success ? filter.data : null,
    topUpId: typeof params.top_up === "string" ? params.top_up : null,
    card: card.success ? card.data : null,
  };
}

async function readPage(scope: Scope, asked: ReturnType<typeof readParams>) {
  const { workspaceId } = scope;
  const { olderThan, filter, topUpId } = asked;
  const db = getDb();
  const kinds = filter ? statementFilters[filter].kinds : null;
  const [balance, statement, topUps, plans, limits, profile, returnedTo] = await Promise.all([
    readBalance(workspaceId),
    listStatement(db, scope, { olderThan, limit: linesPerPage, kinds }),
    listTopUps(db, scope, topUpsShown),
    listPlans(db, scope),
    readLimitState(db, { workspaceId }),
    getBillingProfile(db, scope),
    topUpId ? findTopUp(db, scope, topUpId) : null,
  ]);
  const notice = returnedTo ?? topUps.find(isUnderWay);
  return { balance, statement, topUps, plans, limits, profile, notice };
}

export default function BillingPage(props: PageProps<"/billing">) {
  return soon(BillingContent(props), <BillingSkeleton />);
}

async function BillingContent({ searchParams }: PageProps<"/billing">) {
  const scope = await requirePageScope("billing.read");
  const { workspaceId, role } = scope;
  const asked = readParams(await searchParams);
  const page = await readPage(scope, asked);
  const isConfigured = findPaymentProvider() !== null;
  const maySpend = may(role, "billing.manage");
  const mayPay = isConfigured && maySpend;
  const hasCard = page.profile.card !== null;
  return (
    <>
      <PageHeader
        {...pageHeads.billing}
        actions={mayPay ? <TopUpButton hasCard={hasCard} /> : null}
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
        {page.notice ? <TopUpNotice topUp={page.notice} mayPay={mayPay} /> : null}
        {asked.card ? <CardNotice returned={asked.card} hasCard={hasCard} /> : null}
        {isConfigured ? null : <NotConfigured />}
        {maySpend ? null : (
          <Callout>
            You can see billing but not change it. Owners, admins and billing members can top up,
            change the plan and the payment settings: ask one of them.
          </Callout>
        )}
        <BalanceFigures workspaceId={workspaceId} initial={page.balance} mayPay={mayPay} />
        <AutoSection profile={page.profile} mayPay={maySpend} isConfigured={isConfigured} />
        <Plans
          plans={page.plans}
          state={page.limits}
          canChange={may(role, "plan.change")}
          supportEmail={brand.supportEmail}
        />
        <Transactions
          workspaceId={workspaceId}
          balance={page.balance}
          statement={page.statement}
          isNewest={asked.olderThan === null}
          filter={asked.filter}
          today={(page.limits?.now ?? new Date()).toISOString().slice(0, 10)}
        />
        {page.topUps.length > 0 ? <Payments topUps={page.topUps} mayPay={mayPay} /> : null}
      </div>
    </>
  );
}

/**
 * One that was just left open; after an hour nobody waits for it any more. An automatic one that needs
 * its cardholder is told of beside the card.
 */
function isUnderWay({ status, kind, createdAt }: TopUpView): boolean {
  const isOpen = status === "pending" || (status === "needs_action" && kind === "checkout");
  return isOpen && Date.now() - createdAt.getTime() < hourMs;
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
