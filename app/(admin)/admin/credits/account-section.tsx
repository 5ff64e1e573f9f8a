import { SearchX } from "lucide-react";
import type { Route } from "next";
import { AccountSearch } from "@/app/(admin)/admin/credits/account-search";
import { CreditForms } from "@/app/(admin)/admin/credits/credit-forms";
import { DialogButton } from "@/app/(admin)/admin/form/dialog-button";
import { ButtonLink } from "@/components/button-link";
import { EmptyState } from "@/components/empty-state";
import { Money } from "@/components/money";
import { NearLink } from "@/components/near-link";
import { Section } from "@/components/section";
import { SettingRow, SettingRows } from "@/components/setting-row";
import type { CreditAccount } from "@/lib/billing/credit-queries";

/** Whom credit is given to or taken from: found first, so that no money goes to a name that was mistyped. */
export function AccountSection({
  term,
  accounts,
}: {
  term: string;
  accounts: readonly CreditAccount[];
}) {
  const [only, ...others] = accounts;
  return (
    <Section
      title="Credit for an account"
      description="Booked at once. The customer reads your reason."
      flush
      actions={<AccountSearch term={term} />}
    >
      {term === "" ? (
        <p className="px-4 py-6 text-center text-sm text-fg-2">
          Find the account by a member’s address, its exact name or its id.
        </p>
      ) : only === undefined ? (
        <EmptyState
          bare
          icon={<SearchX />}
          title="No account found"
          action={
            <ButtonLink href={`/admin/accounts?${new URLSearchParams({ q: term })}` as Route}>
              Search all accounts
            </ButtonLink>
          }
        >
          The address, the name or the id has to be exact here. Deleted accounts aren’t found.
        </EmptyState>
      ) : others.length > 0 ? (
        <Choices accounts={accounts} />
      ) : (
        <Account account={only} />
      )}
    </Section>
  );
}

function Choices({ accounts }: { accounts: readonly CreditAccount[] }) {
  return (
    <ul className="divide-y divide-line">
      {accounts.map(({ workspaceId, name, owners, balanceNanos }) => (
        <li
          key={workspaceId}
          className="flex items-baseline justify-between gap-4 px-4 py-3 text-sm"
        >
          <span className="min-w-0">
            <NearLink
              href={`/admin/credits?account=${workspaceId}` as Route}
              className="rounded-sm font-medium wrap-anywhere underline-offset-2 hover:underline"
            >
              {name}
            </NearLink>
            <span className="block text-xs wrap-anywhere text-fg-3">{owners.join(", ")}</span>
            <span className="block font-mono text-xs wrap-anywhere text-fg-3">{workspaceId}</span>
          </span>
          <Money nanos={balanceNanos.toString()} />
        </li>
      ))}
    </ul>
  );
}

function Account({ account }: { account: CreditAccount }) {
  const { workspaceId, name, owners, balanceNanos, heldNanos } = account;
  return (
    <>
      <SettingRows>
        <SettingRow
          label="Account"
          action={
            <span className="flex gap-2">
              <DialogButton dialog="adjust" size="sm">
                Adjust
              </DialogButton>
              <DialogButton dialog="grant" size="sm" variant="primary" data-focus-fallback>
                Grant credit
              </DialogButton>
            </span>
          }
        >
          <NearLink
            href={`/admin/accounts/${workspaceId}` as Route}
            className="rounded-sm font-medium wrap-anywhere underline-offset-2 hover:underline"
          >
            {name}
          </NearLink>
          <span className="block text-xs wrap-anywhere text-fg-3">{owners.join(", ")}</span>
          <span className="block font-mono text-xs wrap-anywhere text-fg-3">{workspaceId}</span>
        </SettingRow>
        <SettingRow label="In the balance">
          <Money nanos={balanceNanos.toString()} />
        </SettingRow>
        <SettingRow label="Set aside" hint="For running requests">
          <Money nanos={heldNanos.toString()} />
        </SettingRow>
      </SettingRows>
      <CreditForms workspaceId={workspaceId} name={name} />
    </>
  );
}
