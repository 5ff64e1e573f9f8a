import type { ActGroup } from "@/lib/audit/act-groups";

export const logRanges = ["all", "24h", "7d", "30d", "90d", "custom"] as const;
export type LogRange = (typeof logRanges)[number];

/** What the log's address says; empty is no filter. */
export interface AuditLogQuery {
  /** A user's or a key's id, `keys` for every key, `system`, `support`. */
  actor: string;
  group: ActGroup | "";
  /** The id of what it was done to. */
  target: string;
  range: LogRange;
  /** UTC days of a custom range, both included; an empty one leaves that side open. */
  from: string;
  to: string;
  /** The mark of a page: acts older than this one. */
  before: string;
}

export const queryNames = ["actor", "group", "target", "range", "from", "to", "before"] as const;

/** Whether the query leaves acts out. */
export function hasFilters({ actor, group, target, range }: AuditLogQuery): boolean {
  return actor !== "" || group !== "" || target !== "" || range !== "all";
}

/** The query part of an address, without what is the default anyway. */
export function auditLogQueryText(query: Partial<AuditLogQuery>): string {
  const params = new URLSearchParams();
  for (const name of queryNames) {
    if ((name === "from" || name === "to") && query.range !== "custom") continue;
    const value = query[name] ?? "";
    if (value !== "" && !(name === "range" && value === "all")) params.set(name, value);
  }
  return params.toString();
}
