import "server-only";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import type { Scope } from "@/lib/scope";
import { addMs, dayMs } from "@/lib/time";
import { type LogPage, logPageSize } from "@/lib/usage/log-page";
import { dateOfMicros, type LogMark, type LogQuery, markText } from "@/lib/usage/request-log";
import { nameRows } from "@/lib/usage/request-log-names";
import { chooseSource } from "@/lib/usage/request-log-source";
import { type Found, walk } from "@/lib/usage/request-log-walk";

/** The database's clock. */
export async function readLogClock(db: Db): Promise<Date> {
  const [row] = await db.execute(sql`select now() as now`);
  return z.object({ now: z.coerce.date() }).parse(row).now;
}

const Ids = z.array(z.object({ id: z.string() }));

async function readKeysOf(
  db: Db,
  workspaceId: string,
  environment: LogQuery["environment"],
): Promise<string[] | null> {
  if (environment === "") return null;
  const rows = await db.execute(sql`
    select id from api_keys where workspace_id = ${workspaceId} and environment = ${environment}`);
  return Ids.parse(rows).map(({ id }) => id);
}

const emptyPage: LogPage = { rows: [], newer: null, older: null, searchedTo: null };

/**
 * One page of the workspace's log, the newest first. Pages are cut by time and id, so that requests that
 * come in meanwhile move nothing. A page towards the newest that isn't full is the newest page itself.
 */
export async function listRequests(
  db: Db,
  scope: Pick<Scope, "workspaceId">,
  query: LogQuery,
  now: Date,
): Promise<LogPage> {
  const { workspaceId } = scope;
  const { from, until, before, after } = query;
  if (from && until && from >= until) return emptyPage;
  const keyIds = await readKeysOf(db, workspaceId, query.environment);
  const source = chooseSource(workspaceId, query, keyIds);
  // Nothing is logged ahead of the clock; the bound leaves the partitions of days to come out.
  const upper = until && until < now ? until : addMs(now, dayMs);
  if (after) {
    const start = dateOfMicros(after.atMicros);
    const place = { start, mark: after, direction: "newer" as const };
    const { rows, stoppedAt } = await walk(db, source, { from, until: upper }, place);
    if (rows.length > logPageSize || stoppedAt) {
      const shown = rows.slice(0, logPageSize).reverse();
      const newest = stoppedAt ?? markOf(shown.at(0));
      return {
        rows: await nameRows(db, workspaceId, shown),
        newer: newest && markText(newest),
        older: markText(markOf(shown.at(-1)) ?? after),
        searchedTo: null,
      };
    }
  }
  const mark = after ? null : before;
  const start = mark ? dateOfMicros(mark.atMicros) : (until ?? now);
  const place = { start, mark, direction: "older" as const };
  const { rows, stoppedAt } = await walk(db, source, { from, until: upper }, place);
  const shown = rows.slice(0, logPageSize);
  const oldest = rows.length > logPageSize ? markOf(shown.at(-1)) : stoppedAt;
  const first = markOf(shown.at(0)) ?? mark;
  return {
    rows: await nameRows(db, workspaceId, shown),
    newer: mark && first ? markText(first) : null,
    older: oldest && markText(oldest),
    searchedTo: stoppedAt && rows.length <= logPageSize ? isoOf(stoppedAt) : null,
  };
}

function markOf(row: Found | undefined): LogMark | null {
  return row ? { atMicros: row.at_micros, id: row.id } : null;
}

function isoOf({ atMicros }: LogMark): string {
  return dateOfMicros(atMicros).toISOString();
}

export interface LogKey {
  id: string;
  name: string;
  last4: string;
}

const KeyChoice = z.object({ id: z.string(), name: z.string(), last4: z.string() });
const keysListed = 100;

/** The keys that can be chosen to look at alone: those used last, and the one that is chosen already. */
export async function listLogKeys(
  db: Db,
  { workspaceId }: Pick<Scope, "workspaceId">,
  chosen: string,
): Promise<LogKey[]> {
  const keys = sql`
    select k.id, k.name, s.last4, s.last_used_at from api_keys k
    join api_key_secrets s on s.key_id = k.id and s.state = 'active'
    where k.workspace_id = ${workspaceId} and s.workspace_id = ${workspaceId}`;
  const rows = await db.execute(sql`
    select id, name, last4 from (
      (${keys} order by s.last_used_at desc nulls last, k.created_at desc limit ${keysListed})
      union (${keys} and k.id = ${chosen})
    ) c order by last_used_at desc nulls last, id desc`);
  return rows.map((row) => KeyChoice.parse(row));
}
