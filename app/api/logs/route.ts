import { readLog } from "@/app/(dashboard)/logs/read-log";
import { readReaderZone } from "@/app/(dashboard)/reader-zone";
import { answerJson } from "@/app/api/answer-json";
import { getDb } from "@/db/client";
import { readLogState } from "@/lib/usage/request-log";

/** `?status=&key=&model=&endpoint=&env=&range=&from=&to=&tz=&before=&after=` → LogPage. */
export function GET(request: Request): Promise<Response> {
  return answerJson("logs.read", async (scope) => {
    const state = readLogState(new URL(request.url).searchParams);
    return await readLog(getDb(), scope, state, await readReaderZone());
  });
}
