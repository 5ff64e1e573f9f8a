import { answerJson } from "@/app/api/answer-json";
import { readUsageQuery } from "@/app/api/usage/read-query";
import { getDb } from "@/db/client";
import { getUsage } from "@/lib/usage/queries";

/**
 * `?range=24h|7d|30d|month|custom&from=&to=&tz=&metric=&group=&key=&model=&endpoint=&status=` → UsageAnswer
 */
export function GET(request: Request): Promise<Response> {
  return answerJson("usage.read", async (scope) => {
    const query = readUsageQuery(new URL(request.url).searchParams);
    return await getUsage(getDb(), scope, query);
  });
}
