"use client";

import { accountsAddress } from "@/app/(admin)/admin/accounts/accounts-address";
import { LiveSearch } from "@/components/live-search";
import type { AccountListQuery } from "@/lib/operators/account-terms";

export interface AccountSearchProps {
  search: string;
  /** The list's address without the place in it. */
  shown: Partial<AccountListQuery>;
}

/** Narrows the accounts by what an operator has in hand. */
export function AccountSearch({ search, shown }: AccountSearchProps) {
  return (
    <LiveSearch
      label="Search accounts"
      placeholder="Name, member’s email, account or key id, last 4"
      search={search}
      addressOf={(term) => accountsAddress({ ...shown, search: term })}
      className="md:max-w-100 md:min-w-60 md:flex-1"
    />
  );
}
