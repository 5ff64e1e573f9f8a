import type { Metadata, Route } from "next";
import { EditPlan } from "@/app/(admin)/admin/plans/edit-plan";
import { PlansSkeleton } from "@/app/(admin)/admin/plans/plans-skeleton";
import { soon } from "@/app/soon";
import { NearLink } from "@/components/near-link";
import { PageHeader } from "@/components/page-header";
import { CellText, Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import { getDb } from "@/db/client";
import { requirePageOperator } from "@/lib/auth/session";
import { countText } from "@/lib/count-text";
import { listPlanEntries, type PlanEntry } from "@/lib/workspaces/plan-edit";

export const metadata: Metadata = { title: "Plans" };

export default function PlansPage() {
  return soon(PlansContent(), <PlansSkeleton />);
}

async function PlansContent() {
  await requirePageOperator();
  const plans = await listPlanEntries(getDb());
  return (
    <>
      <PageHeader
        title="Plans"
        description="Request limits by plan. An account’s own limits override its plan."
      />
      <Table caption="Plans" footer="Limits of requests. Models cost the same on every plan.">
        <TableHead>
          <Th>Plan</Th>
          <Th align="right">An hour</Th>
          <Th align="right">A day</Th>
          <Th align="right">A month</Th>
          <Th align="right">In total</Th>
          <Th align="right">Open streams</Th>
          <Th align="right">Accounts</Th>
          <Th hiddenLabel="Actions" />
        </TableHead>
        <TableBody>
          {plans.map((plan) => (
            <PlanRow key={plan.id} plan={plan} />
          ))}
        </TableBody>
      </Table>
    </>
  );
}

function PlanRow({ plan }: { plan: PlanEntry }) {
  const { id, name, selfService, accounts, overridden } = plan;
  const limits = {
    requestsPerHour: plan.requestsPerHour,
    requestsPerDay: plan.requestsPerDay,
    requestsPerMonth: plan.requestsPerMonth,
    requestsTotal: plan.requestsTotal,
  };
  const draft = (limit: number | null) => (limit === null ? "" : String(limit));
  return (
    <Tr>
      <Td cell="title" className="py-2 md:max-w-56">
        <CellText
          title={name}
          detail={selfService ? "customers may switch to it" : "by agreement"}
        />
      </Td>
      <LimitCell label="An hour" limit={limits.requestsPerHour} />
      <LimitCell label="A day" limit={limits.requestsPerDay} />
      <LimitCell label="A month" limit={limits.requestsPerMonth} />
      <LimitCell label="In total" limit={limits.requestsTotal} />
      <LimitCell label="Open streams" limit={plan.concurrentStreams} />
      <Td label="Accounts" align="right">
        <span className="block">
          <NearLink
            href={`/admin/accounts?plan=${id}` as Route}
            className="rounded-sm underline-offset-2 hover:underline"
            aria-label={`${countText(accounts)} ${accounts === 1 ? "account" : "accounts"} on ${name}`}
          >
            {countText(accounts)}
          </NearLink>
          {overridden > 0 ? (
            <span className="block text-xs text-fg-3">
              {countText(overridden)} with {overridden === 1 ? "its" : "their"} own limits
            </span>
          ) : null}
        </span>
      </Td>
      <Td cell="actions">
        <EditPlan
          plan={{
            ...{ id, name, selfService },
            limits: {
              requestsPerHour: draft(limits.requestsPerHour),
              requestsPerDay: draft(limits.requestsPerDay),
              requestsPerMonth: draft(limits.requestsPerMonth),
              requestsTotal: draft(limits.requestsTotal),
              concurrentStreams: draft(plan.concurrentStreams),
            },
            accounts: `${countText(accounts)} ${accounts === 1 ? "account" : "accounts"}`,
          }}
        />
      </Td>
    </Tr>
  );
}

function LimitCell({ label, limit }: { label: string; limit: number | null }) {
  return (
    <Td label={label} align="right" className="whitespace-nowrap">
      {limit === null ? <span className="text-fg-3">no limit</span> : countText(limit)}
    </Td>
  );
}
