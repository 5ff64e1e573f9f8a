import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import type { Scope } from "@/lib/scope";
import { addMs, dayMs } from "@/lib/time";
import { type LogPage, type LogRow, logPageSize } from "@/lib/usage/log-page";
import {
  errorStatuses,
  type LogEnvironment,
  type LogMark,
  type LogSpan,
  markText,
} from "@/lib/usage/request-log";

/*
 * The request log is read along an index in pieces, so that a page costs about the same whatever there
 * is: the newest days first, which spares opening the partitions of all others, and never more than
 * `lookedAtMax` rows that the index alone can't judge before what was found is told.
 */

export interface LogQuery extends LogSpan {
  /** `2`, `4`, `5` for a class, three digits for a code; empty for all. The same for what follows. */
  status: string;
  key: string;
  model: string;
  endpoint: string;
  environment: LogEnvironment | "";
  /** The page older, or newer, than this one; the newest where neither is given. */
  before: LogMark | null;
  after: LogMark | null;
}

/** Rows that are looked at for one page where an index alone can't tell which ones match. */
const lookedAtMax = 4_400;
/** The first statement's share of them, which is enough for what is common, and that of the others. */
const [firstLook, laterLook] = [400, 2_000];
/** How far from a page's start its pieces reach, in days; what lies beyond is the last piece. */
const pieceDays = [1, 8, 45];
/** The endpoint that the index of endpoints leaves out (`db/schema/usage.ts`). */
const busiestEndpoint = "/v1/chat/completions";
/** Environments with more keys than this are found by looking at requests, not at each key's. */
const keysMax = 20;

const Found = z.object({
  id: z.string(),
  at_micros: z.string(),
  method: z.string(),
  path: z.string(),
  model: z.string(),
  status: z.number().int(),
  error_code: z.string().nullable(),
  key_id: z.string(),
  secret_id: z.string().nullable(),
  latency_ms: z.number().int(),
  input_tokens: z.number().int(),
  output_tokens: z.number().int(),
  cost_nanos: z.coerce.bigint(),
});
type Found = z.infer<typeof Found>;

const columns = sql`l.id, (extract(epoch from l.at) * 1000000)::bigint::text as at_micros, l.at, l.method,
  l.path, l.model, l.status, l.error_code, l.key_id, l.secret_id, l.latency_ms,
  l.input_tokens, l.output_tokens, l.cost_nanos::text as cost_nanos`;

/** Both ways to go through the log. */
type Direction = "older" | "newer";

interface Source {
  /** A table of values `v` that an index is asked for one by one; none for a single look. */
  values: SQL | null;
  /** What an index finds, of `l` and `v`. */
  indexed: SQL;
  /** What is left to be judged row by row; null where the index says it all. */
  rest: SQL | null;
}

function and(conditions: SQL[]): SQL {
  return sql.join(conditions, sql` and `);
}

function statusesOf(status: string): number[] {
  return status.length === 1
    ? errorStatuses.filter((code) => String(code).startsWith(status))
    : [Number(status)];
}

/** A list of words as PostgreSQL reads arrays; none of them can hold a quote. */
function arrayOf(values: readonly (string | number)[]): string {
  return `{${values.join(",")}}`;
}

/** Which index finds the most of a filter, and what of it is left. Fixed columns; values are bound. */
function chooseSource(workspaceId: string, query: LogQuery, keyIds: string[] | null): Source {
  const own = sql`l.workspace_id = ${workspaceId}`;
  const { status, key, model, endpoint } = query;
  const isError = status !== "" && Number(status[0]) >= 4;
  const found: Array<{ values?: SQL; indexed: SQL; plain: SQL }> = [];
  if (isError) {
    const codes = arrayOf(statusesOf(status));
    found.push({
      values: sql`unnest(${codes}::integer[]) as v (value)`,
      // The second condition is the index's own, which the planner can't conclude from the first.
      indexed: sql`${own} and l.status = v.value and l.status >= 400`,
      plain: sql`l.status = any(${codes}::integer[])`,
    });
  } else if (status !== "") {
    const plain =
      status.length === 1 ? sql`l.status between 200 and 299` : sql`l.status = ${Number(status)}`;
    found.push({ indexed: own, plain });
  }
  if (key !== "") {
    const indexed = sql`l.key_id = ${key}`;
    found.push({ indexed: sql`${indexed} and ${own}`, plain: indexed });
  }
  if (model !== "") {
    const plain = sql`l.model = ${model}`;
    found.push({ indexed: sql`${own} and ${plain}`, plain });
  }
  if (endpoint !== "") {
    const plain = sql`l.path = ${endpoint}`;
    const isIndexed = endpoint !== busiestEndpoint;
    found.push({ indexed: isIndexed ? sql`${own} and ${plain}` : own, plain });
  }
  if (keyIds) {
    const ids = arrayOf(keyIds);
    const plain = sql`l.key_id = any(${ids}::text[])`;
    found.push(
      keyIds.length > keysMax
        ? { indexed: own, plain }
        : {
            values: sql`unnest(${ids}::text[]) as v (value)`,
            indexed: sql`l.key_id = v.value and ${own}`,
            plain,
          },
    );
  }
  const isBare = (one: { indexed: SQL }) => one.indexed === own;
  const best = found.find((one) => !isBare(one));
  const rest = found.filter((one) => one !== best).map(({ plain }) => plain);
  return {
    values: best?.values ?? null,
    indexed: best?.indexed ?? own,
    rest: rest.length > 0 ? and(rest) : null,
  };
}

interface Piece {
  /** Both are bounds of `at`; `from` is included, `until` isn't unless the mark is there. */
  from: Date | null;
  until: Date | null;
  /** Where the page before ended, or the piece before. */
  mark: LogMark | null;
}

interface Bounds {
  /** Rows wanted. */
  limit: number;
  /** Rows looked at, where the index can't tell which match. */
  look: number;
}

/** An instant as a mark writes it, in a form that keeps the microseconds: a Date would cut them off. */
function instantOfMicros(micros: string): string {
  const value = BigInt(micros);
  const whole = new Date(Number(value / 1_000n)).toISOString().slice(0, -1);
  return `${whole}${String(value % 1_000n).padStart(3, "0")}Z`;
}

function placeConditions(piece: Piece, direction: Direction): SQL[] {
  const { from, until, mark } = piece;
  const conditions: SQL[] = [];
  if (from) conditions.push(sql`l.at >= ${from.toISOString()}::timestamptz`);
  if (until) conditions.push(sql`l.at < ${until.toISOString()}::timestamptz`);
  if (mark) {
    const at = sql`${instantOfMicros(mark.atMicros)}::timestamptz`;
    // In this form the first condition leaves partitions out, and is a bound of the index.
    conditions.push(
      direction === "older"
        ? sql`l.at <= ${at} and (l.at < ${at} or l.id < ${mark.id})`
        : sql`l.at >= ${at} and (l.at > ${at} or l.id > ${mark.id})`,
    );
  }
  return conditions;
}

/** One look along the index: at most `limit` requests that match, of at most `look` that it finds. */
function pieceStatement(
  source: Source,
  piece: Piece,
  direction: Direction,
  { limit, look }: Bounds,
): SQL {
  const order = sql.raw(direction === "older" ? "at desc, id desc" : "at asc, id asc");
  const lookedAt = source.rest ? look : limit;
  const one = sql`
    select ${columns} from request_log l
    where ${and([source.indexed, ...placeConditions(piece, direction)])}
    order by ${sql.raw(direction === "older" ? "l.at desc, l.id desc" : "l.at, l.id")}
    limit ${lookedAt}`;
  const looks = source.values
    ? sql`select s.* from ${source.values} cross join lateral (${one}) s order by ${order} limit ${lookedAt}`
    : one;
  if (!source.rest) return looks;
  return sql`
    with looked as materialized (${looks}),
    met as (select * from looked l where ${source.rest} order by ${order} limit ${limit})
    select m.*, e.looked_at, e.last_id, e.last_micros
    from (
      select count(*)::integer as looked_at,
        (array_agg(id order by ${order}))[count(*)::integer] as last_id,
        (array_agg(at_micros order by ${order}))[count(*)::integer] as last_micros
      from looked
    ) e left join met m on true
    order by ${order}`;
}

const Looked = z.object({
  id: z.string().nullable(),
  looked_at: z.number().int(),
  last_id: z.string().nullable(),
  last_micros: z.string().nullable(),
});

interface PieceResult {
  rows: Found[];
  /** How many were looked at, and the last of them where there may be more in the piece. */
  lookedAt: number;
  stoppedAt: LogMark | null;
}

async function readPiece(
  db: Db,
  source: Source,
  piece: Piece,
  direction: Direction,
  bounds: Bounds,
): Promise<PieceResult> {
  const answer = await db.execute(pieceStatement(source, piece, direction, bounds));
  if (!source.rest) {
    const rows = answer.map((row) => Found.parse(row));
    return { rows, lookedAt: rows.length, stoppedAt: null };
  }
  const rows = answer.filter((row) => row.id !== null).map((row) => Found.parse(row));
  const { looked_at: lookedAt, last_id: id, last_micros: atMicros } = Looked.parse(answer[0]);
  const isCut = lookedAt === bounds.look && rows.length < bounds.limit;
  return { rows, lookedAt, stoppedAt: isCut && id && atMicros ? { atMicros, id } : null };
}

/** The spans of a page's pieces, beginning where it begins. */
function spansOf(start: Date, { from, until }: LogSpan, direction: Direction): LogSpan[] {
  const isOlder = direction === "older";
  const cuts = pieceDays.map((days) => addMs(start, (isOlder ? -days : days) * dayMs));
  const spans: LogSpan[] = [];
  let edge = isOlder ? until : from;
  for (const cut of cuts) {
    if (isOlder ? from && cut <= from : until && cut >= until) break;
    spans.push(isOlder ? { from: cut, until: edge } : { from: edge, until: cut });
    edge = cut;
  }
  spans.push(isOlder ? { from, until: edge } : { from: edge, until });
  return spans;
}

interface Walk {
  rows: Found[];
  /** Where the search stopped short of its end. */
  stoppedAt: LogMark | null;
}

async function walk(
  db: Db,
  source: Source,
  span: LogSpan,
  { start, mark, direction }: { start: Date; mark: LogMark | null; direction: Direction },
): Promise<Walk> {
  const wanted = logPageSize + 1;
  const rows: Found[] = [];
  let lookedAt = 0;
  for (const piece of spansOf(start, span, direction)) {
    let from = mark;
    for (;;) {
      const result = await readPiece(db, source, { ...piece, mark: from }, direction, {
        limit: wanted - rows.length,
        look: lookedAt === 0 ? firstLook : laterLook,
      });
      rows.push(...result.rows);
      lookedAt += result.lookedAt;
      if (rows.length >= wanted) return { rows, stoppedAt: null };
      if (!result.stoppedAt) break;
      if (lookedAt >= lookedAtMax) return { rows, stoppedAt: result.stoppedAt };
      from = result.stoppedAt;
    }
  }
  return { rows, stoppedAt: null };
}

const Named = z.object({
  kind: z.enum(["key", "secret"]),
  id: z.string(),
  name: z.string(),
  environment: z.enum(["live", "test"]).nullable(),
});

/** The names of the keys, and the ends of the secrets, that some requests were made with. */
async function nameRows(db: Db, workspaceId: string, found: Found[]): Promise<LogRow[]> {
  if (found.length === 0) return [];
  const keyIds = [...new Set(found.map((row) => row.key_id))];
  const secretIds = [...new Set(found.flatMap((row) => row.secret_id ?? []))];
  const rows = await db.execute(sql`
    select 'key' as kind, id, name, environment from api_keys
    where workspace_id = ${workspaceId} and id in ${keyIds}
    union all
    select 'secret', id, last4, null from api_key_secrets
    where workspace_id = ${workspaceId} and id in ${secretIds.length > 0 ? secretIds : [""]}`);
  const named = new Map(
    rows.map((row) => {
      const one = Named.parse(row);
      return [`${one.kind} ${one.id}`, one];
    }),
  );
  return found.map((row) => {
    const key = named.get(`key ${row.key_id}`);
    return {
      id: row.id,
      mark: markText({ atMicros: row.at_micros, id: row.id }),
      at: new Date(Number(BigInt(row.at_micros) / 1_000n)).toISOString(),
      method: row.method,
      path: row.path,
      model: row.model,
      status: row.status,
      errorCode: row.error_code,
      keyId: row.key_id,
      keyName: key?.name ?? `Deleted key …${row.key_id.slice(-4)}`,
      hasKey: key !== undefined,
      last4: named.get(`secret ${row.secret_id}`)?.name ?? "",
      environment: key?.environment ?? null,
      latencyMs: row.latency_ms,
      inputTokens: row.input_tokens,
      outputTokens: row.output_tokens,
      costNanos: row.cost_nanos.toString(),
    };
  });
}

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
    const start = new Date(Number(BigInt(after.atMicros) / 1_000n));
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
  const start = mark ? new Date(Number(BigInt(mark.atMicros) / 1_000n)) : (until ?? now);
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
  return new Date(Number(BigInt(atMicros) / 1_000n)).toISOString();
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
