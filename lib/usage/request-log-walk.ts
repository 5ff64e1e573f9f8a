import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { addMs, dayMs } from "@/lib/time";
import { logPageSize } from "@/lib/usage/log-page";
import { dateOfMicros, type LogMark, type LogSpan } from "@/lib/usage/request-log";
import { and, type Source } from "@/lib/usage/request-log-source";

/*
 * The request log is read along an index in pieces, so that a page costs about the same whatever there
 * is: the newest days first, which spares opening the partitions of all others, and never more than
 * `lookedAtMax` rows that the index alone can't judge before what was found is told.
 */

/** Rows that are looked at for one page where an index alone can't tell which ones match. */
const lookedAtMax = 4_400;
/** The first statement's share of them, which is enough for what is common, and that of the others. */
const [firstLook, laterLook] = [400, 2_000];
/** How far from a page's start its pieces reach, in days; what lies beyond is the last piece. */
const pieceDays = [1, 8, 45];

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
/** A request as its row has it. */
export type Found = z.infer<typeof Found>;

const columns = sql`l.id, (extract(epoch from l.at) * 1000000)::bigint::text as at_micros, l.at, l.method,
  l.path, l.model, l.status, l.error_code, l.key_id, l.secret_id, l.latency_ms,
  l.input_tokens, l.output_tokens, l.cost_nanos::text as cost_nanos`;

/** Both ways to go through the log. */
type Direction = "older" | "newer";

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
  const whole = dateOfMicros(micros).toISOString().slice(0, -1);
  return `${whole}${String(BigInt(micros) % 1_000n).padStart(3, "0")}Z`;
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

export interface Walk {
  rows: Found[];
  /** Where the search stopped short of its end. */
  stoppedAt: LogMark | null;
}

/** Goes through the pieces of a span until a page is full, or enough was looked at. */
export async function walk(
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
