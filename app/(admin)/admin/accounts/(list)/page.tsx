import { Building2 } from "lucide-react";
import type { Metadata } from "next";
import { AccountsSkeleton } from "@/app/(admin)/admin/accounts/(list)/accounts-skeleton";
import { AccountSearch } from "@/app/(admin)/admin/accounts/account-search";
import { AccountSelects } from "@/app/(admin)/admin/accounts/account-selects";
import { AccountTable } from "@/app/(admin)/admin/accounts/account-table";
import { accountsAddress, shownAccounts } from "@/app/(admin)/admin/accounts/accounts-address";
import { soon } from "@/app/soon";
import { ButtonLink } from "@/components/button-link";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import { SegmentedLinks } from "@/components/segmented-links";
import { getDb } from "@/db/client";
import { requirePageOperator } from "@/lib/auth/session";
import { AccountListParams } from "@/lib/operators/account-schema";
import { type AccountListQuery, accountStates } from "@/lib/operators/account-terms";
import { listAccounts, listPlanChoices } from "@/lib/operators/accounts";
import { searchTermOf } from "@/lib/search-term";

export const metadata: Metadata = { title: "Accounts" };

const stateLabels: Record<AccountListQuery["state"], string> = {
  all: "All",
  active: "Active",
  suspended: "Suspended",
};

export default function AccountsPage(props: PageProps<"/admin/accounts">) {
  return soon(AccountsContent(props), <AccountsSkeleton />);
}

async function AccountsContent({ searchParams }: PageProps<"/admin/accounts">) {
  await requirePageOperator();
  const { q, ...params } = await searchParams;
  const query = AccountListParams.parse({
    ...params,
    search: typeof q === "string" ? searchTermOf(q) : "",
  });
  const [page, plans] = await Promise.all([listAccounts(getDb(), query), listPlanChoices(getDb())]);
  const shown = shownAccounts(query);
  const isFiltered = query.search !== "" || query.plan !== "" || query.state !== "all";
  return (
    <>
      <PageHeader title="Accounts" description="Every customer’s workspace." />
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <AccountSearch search={query.search} shown={shown} />
        <SegmentedLinks
          label="Status"
          links={accountStates.map((state) => ({
            href: accountsAddress({ ...shown, state }),
            label: stateLabels[state],
            current: state === query.state,
          }))}
        />
        <AccountSelects shown={shown} plans={plans} />
      </div>
      {page.accounts.length > 0 ? (
        <AccountTable page={page} query={query} />
      ) : isFiltered ? (
        <EmptyState
          icon={<Building2 />}
          title="No account matches"
          action={<ButtonLink href={accountsAddress({})}>Clear filters</ButtonLink>}
        >
          Search by name, member’s address, account or key id, or a key’s last four.
        </EmptyState>
      ) : (
        <EmptyState icon={<Building2 />} title="No accounts here">
          Each sign-up opens one.
        </EmptyState>
      )}
    </>
  );
}
