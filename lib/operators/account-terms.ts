export const accountSorts = ["created", "balance", "spend", "seen"] as const;
export type AccountSort = (typeof accountSorts)[number];

export const accountStates = ["all", "active", "suspended"] as const;
export type AccountState = (typeof accountStates)[number];

/** What the address of the list says; empty is no filter. */
export interface AccountListQuery {
  search: string;
  sort: AccountSort;
  order: "asc" | "desc";
  /** A plan's id. */
  plan: string;
  state: AccountState;
  /** The workspace that the page before ends with. */
  after: string;
  /** The workspace that the page after begins with. */
  before: string;
}
