import { answerJson } from "@/app/api/answer-json";
import { readUsageQuery } from "@/app/api/usage/read-query";
import { getDb } from "@/db/client";
import { getLatencies } from "@/lib/usage/queries";

/** The query of `/api/usage` → UsageLatencies. */
export function GET(request: Request): Promise<Response> {
  return answerJson("usage.read", async (scope) => {
    const query = readUsageQuery(new URL(request.url).searchParams);
    return await getLatencies(getDb(), scope, query);
  });
}
