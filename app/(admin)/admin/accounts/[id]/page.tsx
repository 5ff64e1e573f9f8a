import type { Metadata, Route } from "next";
import { notFound } from "next/navigation";
import { type ReactNode, Suspense } from "react";
import { AccountActs } from "@/app/(admin)/admin/accounts/[id]/account-acts";
import { accountScope } from "@/app/(admin)/admin/accounts/[id]/account-scope";
import { HistorySection } from "@/app/(admin)/admin/accounts/[id]/history-section";
import { KeysSection } from "@/app/(admin)/admin/accounts/[id]/keys-section";
import { LimitsSection } from "@/app/(admin)/admin/accounts/[id]/limits-section";
import { MoneyCards } from "@/app/(admin)/admin/accounts/[id]/money-cards";
import { PaymentsSection } from "@/app/(admin)/admin/accounts/[id]/payments-section";
import { PeopleSection } from "@/app/(admin)/admin/accounts/[id]/people-section";
import { UsageSection } from "@/app/(admin)/admin/accounts/[id]/usage-section";
import { BackLink } from "@/app/(admin)/admin/form/back-link";
import { DialogButton } from "@/app/(admin)/admin/form/dialog-button";
import { CardBoundary } from "@/app/(dashboard)/overview/card-boundary";
import { Callout } from "@/components/callout";
import { CopyButton } from "@/components/copy-button";
import { PageHeader } from "@/components/page-header";
import { RelativeTime } from "@/components/relative-time";
import { Skeleton } from "@/components/skeleton";
import { StatusDot } from "@/components/status-dot";
import { getDb } from "@/db/client";
import { requirePageOperator } from "@/lib/auth/session";
import { type AccountDetail, findAccount } from "@/lib/operators/account-detail";
import { listPlanChoices } from "@/lib/operators/accounts";

export const metadata: Metadata = { title: "Account" };

export default async function AccountPage({ params }: PageProps<"/admin/accounts/[id]">) {
  const operator = await requirePageOperator();
  const { id } = await params;
  const [account, plans] = await Promise.all([findAccount(getDb(), id), listPlanChoices(getDb())]);
  if (!account) notFound();
  const scope = accountScope(operator, account.id);
  return (
    <>
      <BackLink href={"/admin/accounts" as Route}>Accounts</BackLink>
      <PageHeader
        title={<span className="wrap-anywhere">{account.name}</span>}
        description={<Facts account={account} />}
        actions={
          account.deletedAt ? null : (
            <AccountActs
              account={{
                ...{ id: account.id, name: account.name, planId: account.plan.id, plans },
                isSuspended: account.suspendedAt !== null,
                ...{ ownLimits: account.ownLimits, planLimits: account.planLimits },
              }}
            />
          )
        }
      />
      <div className="grid gap-4">
        <Standing account={account} />
        <Part title="The money didn't load" height="h-24">
          <MoneyCards account={account} />
        </Part>
        <Part title="The usage didn't load" height="h-80">
          <UsageSection scope={scope} />
        </Part>
        <Part title="The limits didn't load" height="h-72">
          <LimitsSection account={account} />
        </Part>
        <Part title="The members didn't load" height="h-40">
          <PeopleSection scope={scope} />
        </Part>
        <Part title="The keys didn't load" height="h-60">
          <KeysSection scope={scope} />
        </Part>
        <Part title="The payments didn't load" height="h-40">
          <PaymentsSection scope={scope} />
        </Part>
        <Part title="The audit log didn't load" height="h-60">
          <HistorySection workspaceId={account.id} />
        </Part>
      </div>
    </>
  );
}

/** One part of the page: it comes when it is read, and fails alone. */
function Part(props: { title: string; height: string; children: ReactNode }) {
  return (
    <CardBoundary title={props.title} isFramed>
      <Suspense fallback={<Skeleton className={`${props.height} w-full rounded-lg`} />}>
        {props.children}
      </Suspense>
    </CardBoundary>
  );
}

function Facts({ account }: { account: AccountDetail }) {
  return (
    <span className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
      {account.deletedAt ? (
        <StatusDot tone="neutral">deleted</StatusDot>
      ) : account.suspendedAt ? (
        <StatusDot tone="red">suspended</StatusDot>
      ) : (
        <StatusDot tone="green">active</StatusDot>
      )}
      <span>{account.plan.name}</span>
      <span>
        created <RelativeTime at={account.createdAt} />
      </span>
      <span className="inline-flex min-w-0 items-center gap-1 font-mono text-xs">
        <span className="truncate">{account.id}</span>
        <CopyButton text={account.id} label="Copy the account’s id" iconOnly size="sm" />
      </span>
    </span>
  );
}

function Standing({ account }: { account: AccountDetail }) {
  if (account.deletedAt) {
    return (
      <Callout title="This account was deleted">
        The API no longer knows its keys. Its ledger and audit trail are kept.
      </Callout>
    );
  }
  if (!account.suspendedAt) return null;
  return (
    <Callout
      tone="red"
      role="note"
      title="Suspended"
      action={
        <DialogButton dialog="suspend" size="sm">
          Restore
        </DialogButton>
      }
    >
      <RelativeTime at={account.suspendedAt} />
      {account.suspendedReason ? `: ${account.suspendedReason}` : null}
    </Callout>
  );
}
