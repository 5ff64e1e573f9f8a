import type { ActGroup } from "@/lib/audit/act-groups";
import type { LogRange } from "@/lib/audit/log-terms";

/** What the address of the operators' log says; empty is no filter. */
export interface OperatorLogQuery {
  /** An operator's user id. */
  operator: string;
  /** The id of the account that the acts concern. */
  account: string;
  group: ActGroup | "";
  range: LogRange;
  /** UTC days of a custom range, both included; an empty one leaves that side open. */
  from: string;
  to: string;
  /** The mark of a page: acts older than this one. */
  before: string;
}

const names = ["operator", "account", "group", "range", "from", "to", "before"] as const;

/** Whether the query leaves acts out. */
export function hasOperatorFilters({ operator, account, group, range }: OperatorLogQuery): boolean {
  return operator !== "" || account !== "" || group !== "" || range !== "all";
}

/** The query part of an address, without what is the default anyway. */
export function operatorLogQueryText(query: Partial<OperatorLogQuery>): string {
  const params = new URLSearchParams();
  for (const name of names) {
    if ((name === "from" || name === "to") && query.range !== "custom") continue;
    const value = query[name] ?? "";
    if (value !== "" && !(name === "range" && value === "all")) params.set(name, value);
  }
  return params.toString();
}
