import type { Route } from "next";
import { type AuditLogQuery, auditLogQueryText } from "@/lib/audit/log-terms";

/** The log's address with these filters; without a mark it begins with the newest. */
export function auditAddress(query: Partial<AuditLogQuery>): Route {
  const text = auditLogQueryText(query);
  return (text === "" ? "/settings/audit" : `/settings/audit?${text}`) as Route;
}
