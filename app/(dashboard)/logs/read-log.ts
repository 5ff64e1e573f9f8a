import "server-only";
import type { Db } from "@/db/client";
import type { Scope } from "@/lib/scope";
import type { LogPage } from "@/lib/usage/log-page";
import { type LogState, logSpan, parseMark } from "@/lib/usage/request-log";
import { listRequests, readLogClock } from "@/lib/usage/request-log-queries";

/** The page of the log that an address asks for; the database's clock says what "the last hour" is. */
export async function readLog(
  db: Db,
  scope: Scope,
  state: LogState,
  readerZone: string,
): Promise<LogPage> {
  const now = await readLogClock(db);
  const { status, key, model, endpoint, env } = state;
  const query = {
    ...logSpan(state, now, readerZone),
    ...{ status, key, model, endpoint },
    environment: env,
    before: parseMark(state.before),
    after: parseMark(state.after),
  };
  return await listRequests(db, scope, query, now);
}
