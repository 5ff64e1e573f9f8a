import type { Route } from "next";
import type { KeyListQuery } from "@/lib/keys/schema";

/** The address of a list, without what is the default anyway. */
export function keysAddress(query: Partial<KeyListQuery>): Route {
  const params = new URLSearchParams();
  if (query.search) params.set("q", query.search);
  if (query.status && query.status !== "all") params.set("status", query.status);
  if (query.environment && query.environment !== "all") params.set("env", query.environment);
  if (query.after) params.set("after", query.after);
  if (query.before) params.set("before", query.before);
  const text = params.toString();
  return text === "" ? "/keys" : `/keys?${text}`;
}
