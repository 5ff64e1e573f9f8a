import { AppError } from "@/lib/errors";
import { parseUsageQuery, type UsageQuery } from "@/lib/usage/schema";

/** The query of a usage address. Throws VALIDATION_ERROR that names each wrong part. */
export function readUsageQuery(params: URLSearchParams): UsageQuery {
  const parsed = parseUsageQuery(Object.fromEntries(params));
  if (parsed.ok) return parsed.query;
  throw new AppError("VALIDATION_ERROR", undefined, { fields: parsed.fields });
}
