import type { Route } from "next";
import { type OperatorLogQuery, operatorLogQueryText } from "@/lib/audit/operator-log-terms";

export function operatorLogAddress(query: Partial<OperatorLogQuery>): Route {
  const text = operatorLogQueryText(query);
  return (text === "" ? "/admin/audit" : `/admin/audit?${text}`) as Route;
}
