import type { Route } from "next";
import type { AccountListQuery } from "@/lib/operators/account-terms";

/** The address of a list of accounts, without what is the default anyway. */
export function accountsAddress(query: Partial<AccountListQuery>): Route {
  const { search, sort, order, plan, state, after, before } = query;
  const params = new URLSearchParams();
  if (search) params.set("q", search);
  if (state && state !== "all") params.set("state", state);
  if (plan) params.set("plan", plan);
  if (sort && sort !== "created") params.set("sort", sort);
  if (order && order !== "desc") params.set("order", order);
  if (after) params.set("after", after);
  if (before) params.set("before", before);
  const text = params.toString();
  return (text === "" ? "/admin/accounts" : `/admin/accounts?${text}`) as Route;
}

/** What a list shows, without the place in it: a change of it starts over with the first page. */
export function shownAccounts(query: AccountListQuery): Partial<AccountListQuery> {
  const { search, sort, order, plan, state } = query;
  return { search, sort, order, plan, state };
}
