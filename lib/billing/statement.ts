import "server-only";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import type { Scope } from "@/lib/scope";

const Line = z.object({
  id: z.string(),
  kind: z.enum(["grant", "code", "top_up", "usage", "refund", "dispute", "adjustment", "debt"]),
  description: z.string(),
  /** The UTC day for a line of usage, which gathers that day's hours. */
  day: z.iso.date().nullable(),
  hours: z.coerce.number(),
  micros: z.coerce.bigint(),
  amount: z.coerce.bigint(),
  balance_after: z.coerce.bigint(),
});

export interface StatementLine {
  id: string;
  kind: z.infer<typeof Line>["kind"];
  description: string;
  at: Date;
  /** For usage: the UTC day, and in how many of its hours something was spent. */
  usage: { day: string; hours: number } | null;
  /** Into the wallet, or negative out of it. */
  amountNanos: bigint;
  /** The wallet after this line and all before it. */
  balanceAfterNanos: bigint;
}

export interface Statement {
  lines: StatementLine[];
  /** Where the next older page begins; null on the last. */
  olderThan: string | null;
}

const StatementCursor = z.string().regex(/^\d{1,17}_[0-9a-z_]{1,40}$/);

/** The cursor in a URL, or null for anything that isn't one: then the list begins at the newest. */
export function parseStatementCursor(text: unknown): string | null {
  const parsed = StatementCursor.safeParse(text);
  return parsed.success ? parsed.data : null;
}

/**
 * The movements of the wallet, newest first, each with the balance that it left. A day's usage, which
 * the journal holds by the hour, is one line at that day's end: the amounts still add up, because
 * every line counts all entries of its group.
 */
export async function listStatement(
  db: Db,
  scope: Scope,
  page: { olderThan: string | null; limit: number },
): Promise<Statement> {
  const [micros, id] = page.olderThan?.split(/_(.*)/s) ?? [];
  const older =
    micros === undefined ? sql`true` : sql`(micros, id) < (${micros}::bigint, ${id ?? ""})`;
  const rows = await db.execute(sql`
    with entries as (
      select t.id, t.kind, t.description, t.created_at, e.amount_nanos,
        case when t.kind = 'usage' then split_part(t.reference, ':', 3) end as hour
      from ledger_transactions t
      join ledger_entries e on e.transaction_id = t.id and e.account = 'wallet'
      where t.workspace_id = ${scope.workspaceId}
    ),
    lines as (
      select id, kind, description, null as day, 0::bigint as hours, created_at as at,
        amount_nanos as amount
      from entries where kind <> 'usage'
      union all
      select max(id), 'usage', 'Usage', left(hour, 10), count(distinct hour),
        least(
          max(created_at),
          (left(hour, 10)::date + 1)::timestamp at time zone 'UTC' - interval '1 microsecond'
        ),
        sum(amount_nanos)
      from entries where kind = 'usage' group by left(hour, 10)
    ),
    placed as (
      select *, (extract(epoch from at) * 1000000)::bigint as micros from lines
    ),
    counted as (
      select *, sum(amount) over (order by micros, id) as balance_after from placed
    )
    select id, kind, description, day, hours::text, micros::text, amount::text, balance_after::text
    from counted
    where ${older}
    order by counted.micros desc, counted.id desc
    limit ${page.limit + 1}
  `);
  const parsed = z.array(Line).parse([...rows]);
  const lines = parsed.slice(0, page.limit);
  const last = lines.at(-1);
  return {
    lines: lines.map(toStatementLine),
    olderThan: parsed.length > lines.length && last ? `${last.micros}_${last.id}` : null,
  };
}

function toStatementLine(line: z.infer<typeof Line>): StatementLine {
  return {
    id: line.id,
    kind: line.kind,
    description: line.description,
    at: new Date(Number(line.micros / 1_000n)),
    usage: line.day === null ? null : { day: line.day, hours: line.hours },
    amountNanos: line.amount,
    balanceAfterNanos: line.balance_after,
  };
}
