import type { Route } from "next";
import type { KeyListQuery } from "@/lib/keys/schema";
import { defaultOrders, type KeySort } from "@/lib/keys/terms";

/** What of a list stands in its address beside the place in it. */
export type ShownKeys = Pick<KeyListQuery, "search" | "status" | "environment" | "sort" | "order">;

/** The address of a list, without what is the default anyway. */
export function keysAddress(query: Partial<KeyListQuery>): Route {
  const { search, status, environment, sort = "created", order } = query;
  const params = new URLSearchParams();
  if (search) params.set("q", search);
  if (status && status !== "all") params.set("status", status);
  if (environment && environment !== "all") params.set("env", environment);
  if (sort !== "created") params.set("sort", sort);
  if (order && order !== defaultOrders[sort]) params.set("order", order);
  if (query.after) params.set("after", query.after);
  if (query.before) params.set("before", query.before);
  const text = params.toString();
  return text === "" ? "/keys" : `/keys?${text}`;
}

/** What a list shows, without the place in it: a change of it starts over with the first page. */
export function shownKeys({ search, status, environment, sort, order }: KeyListQuery): ShownKeys {
  return { search, status, environment, sort, order };
}

/** The address after a press on a column's head: its own order first, then the other way round. */
export function sortAddress(shown: ShownKeys, sort: KeySort): Route {
  const isCurrent = shown.sort === sort;
  const current = shown.order ?? defaultOrders[sort];
  const order = isCurrent ? (current === "asc" ? "desc" : "asc") : undefined;
  return keysAddress({ ...shown, sort, order });
}
