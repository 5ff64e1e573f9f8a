import { keepReaderZone } from "@/app/(dashboard)/reader-zone";
import { answerJson } from "@/app/api/answer-json";
import { readUsageQuery } from "@/app/api/usage/read-query";
import { getDb } from "@/db/client";
import { getUsage } from "@/lib/usage/queries";

/**
 * `?range=24h|7d|30d|month|custom&from=&to=&tz=&metric=&group=&key=&model=&endpoint=&status=` → UsageAnswer.
 * With `reader-zone=` the browser tells its own time zone, which is kept in a cookie.
 */
export function GET(request: Request): Promise<Response> {
  return answerJson("usage.read", async (scope) => {
    const { searchParams } = new URL(request.url);
    const query = readUsageQuery(searchParams);
    const readerZone = searchParams.get("reader-zone");
    if (readerZone !== null) await keepReaderZone(readerZone);
    return await getUsage(getDb(), scope, query);
  });
}
