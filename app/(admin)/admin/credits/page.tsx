import { Gift, Ticket } from "lucide-react";
import type { Metadata, Route } from "next";
import { AccountSection } from "@/app/(admin)/admin/credits/account-section";
import { CodeTable } from "@/app/(admin)/admin/credits/code-table";
import { CreateCode } from "@/app/(admin)/admin/credits/create-code";
import { CreditsSkeleton } from "@/app/(admin)/admin/credits/credits-skeleton";
import { LatestActs } from "@/app/(admin)/admin/credits/latest-acts";
import { DialogButton } from "@/app/(admin)/admin/form/dialog-button";
import { soon } from "@/app/soon";
import { ButtonLink } from "@/components/button-link";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import { Section } from "@/components/section";
import { getDb } from "@/db/client";
import { requirePageOperator } from "@/lib/auth/session";
import {
  codesAPage,
  findCreditAccounts,
  listCodes,
  listCreditActs,
} from "@/lib/billing/credit-queries";
import { countText } from "@/lib/count-text";

export const metadata: Metadata = { title: "Credits" };

const one = (value: string | string[] | undefined): string =>
  (Array.isArray(value) ? value[0] : value) ?? "";

export default function CreditsPage(props: PageProps<"/admin/credits">) {
  return soon(CreditsContent(props), <CreditsSkeleton />);
}

async function CreditsContent({ searchParams }: PageProps<"/admin/credits">) {
  await requirePageOperator();
  const params = await searchParams;
  const term = one(params.account).trim().slice(0, 200);
  const page = /^[1-9]\d{0,5}$/.test(one(params.page)) ? Number(one(params.page)) - 1 : 0;
  const db = getDb();
  const [accounts, { codes, total }, acts] = await Promise.all([
    findCreditAccounts(db, term),
    listCodes(db, page),
    listCreditActs(db),
  ]);
  return (
    <>
      <PageHeader
        title="Credits"
        description="Grant credit, correct a balance, and issue codes."
        actions={
          // Where an account is found, what it gets comes first.
          <DialogButton dialog="code" variant={accounts.length === 1 ? "secondary" : "primary"}>
            Create code
          </DialogButton>
        }
      />
      <div className="grid gap-5">
        <AccountSection term={term} accounts={accounts} />
        <Section
          title="Codes"
          flush
          footer={codes.length > 0 ? <CodePages page={page} total={total} /> : null}
        >
          {codes.length > 0 ? (
            <CodeTable codes={codes} />
          ) : total > 0 ? (
            <EmptyState
              bare
              icon={<Ticket />}
              title="No codes on this page"
              action={
                <ButtonLink href={"/admin/credits" as Route}>Go to the newest codes</ButtonLink>
              }
            >
              This address is past the last page of codes.
            </EmptyState>
          ) : (
            <EmptyState
              bare
              icon={<Ticket />}
              title="No codes yet"
              action={<DialogButton dialog="code">Create your first code</DialogButton>}
            >
              A code brings credit to whoever redeems it under Billing, as often as you allow and
              until the day that you choose.
            </EmptyState>
          )}
        </Section>
        <Section title="Latest grants and adjustments" flush>
          {acts.length > 0 ? (
            <LatestActs acts={acts} />
          ) : (
            <EmptyState bare icon={<Gift />} title="Nothing was granted yet">
              Grants and adjustments by operators appear here, with their reasons.
            </EmptyState>
          )}
        </Section>
      </div>
      <CreateCode />
    </>
  );
}

function CodePages({ page, total }: { page: number; total: number }) {
  const pages = Math.max(1, Math.ceil(total / codesAPage));
  const href = (index: number) => `/admin/credits?page=${index + 1}` as Route;
  return (
    <>
      <span className="tabular-nums">
        {countText(total)} {total === 1 ? "code" : "codes"}
      </span>
      {pages > 1 ? (
        <span className="ml-auto flex gap-2">
          {page > 0 ? (
            <ButtonLink size="sm" href={href(Math.min(page, pages) - 1)}>
              Newer
            </ButtonLink>
          ) : null}
          {page < pages - 1 ? (
            <ButtonLink size="sm" href={href(page + 1)}>
              Older
            </ButtonLink>
          ) : null}
        </span>
      ) : null}
    </>
  );
}
