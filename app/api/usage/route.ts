import { answerJson } from "@/app/api/answer-json";
import { getDb } from "@/db/client";
import { AppError } from "@/lib/errors";
import { getUsage } from "@/lib/usage/queries";
import { parseUsageQuery } from "@/lib/usage/schema";

/** `?range=24h|7d|30d|month|custom&from=&to=&metric=&group=` → UsageAnswer. */
export function GET(request: Request): Promise<Response> {
  return answerJson(async (scope) => {
    const params = Object.fromEntries(new URL(request.url).searchParams);
    const parsed = parseUsageQuery(params);
    if (!parsed.ok) throw new AppError("VALIDATION_ERROR", undefined, { fields: parsed.fields });
    return await getUsage(getDb(), scope, parsed.query);
  });
}
