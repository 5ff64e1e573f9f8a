import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { LedgerKind } from "@/lib/billing/kinds";
import { isId } from "@/lib/id";
import type { Scope } from "@/lib/scope";

const Line = z.object({
  id: z.string(),
  kind: LedgerKind,
  reference: z.string(),
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
  kind: LedgerKind;
  description: string;
  /** The payment that a top-up came from. */
  topUpId: string | null;
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
  /** All that the journal's wallet holds, as these lines were read with it; null without lines. */
  walletNanos: bigint | null;
  /** Where the next older page begins; null on the last. */
  olderThan: string | null;
}

const StatementCursor = z.string().regex(/^\d{1,17}_[0-9a-z_]{1,40}$/);

/** The cursor in a URL, or null for anything that isn't one: then the list begins at the newest. */
export function parseStatementCursor(text: unknown): string | null {
  const parsed = StatementCursor.safeParse(text);
  return parsed.success ? parsed.data : null;
}

export interface StatementPage {
  olderThan: string | null;
  limit: number;
  /** Only these; the balances are of the whole wallet all the same. */
  kinds?: readonly LedgerKind[] | null;
}

/**
 * The wallet's lines with the balance after each, as a table `counted`. A day's usage, which the
 * journal holds by the hour, is one line at that day's end: the amounts still add up, because every
 * line counts all entries of its group.
 */
function countedLines(workspaceId: string): SQL {
  return sql`
    entries as (
      select t.id, t.kind, t.reference, t.description, t.created_at, e.amount_nanos,
        case when t.kind = 'usage' then split_part(t.reference, ':', 3) end as hour
      from ledger_transactions t
      join ledger_entries e on e.transaction_id = t.id and e.account = 'wallet'
      where t.workspace_id = ${workspaceId}
    ),
    lines as (
      select id, kind, reference, description, null as day, 0::bigint as hours, created_at as at,
        amount_nanos as amount
      from entries where kind <> 'usage'
      union all
      select max(id), 'usage', '', 'Usage', left(hour, 10), count(distinct hour),
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
    )`;
}

const lineColumns = sql`id, kind, reference, description, day, hours::text, micros::text,
  amount::text, balance_after::text`;

function oneOf(kinds: readonly LedgerKind[] | null | undefined): SQL {
  return kinds ? sql`kind = any(string_to_array(${kinds.join(",")}, ','))` : sql`true`;
}

/** The movements of the wallet, newest first, each with the balance that it left. */
export async function listStatement(db: Db, scope: Scope, page: StatementPage): Promise<Statement> {
  const [micros, id] = page.olderThan?.split(/_(.*)/s) ?? [];
  const older =
    micros === undefined ? sql`true` : sql`(micros, id) < (${micros}::bigint, ${id ?? ""})`;
  const rows = await db.execute(sql`
    with ${countedLines(scope.workspaceId)}
    select ${lineColumns}, (select sum(amount_nanos) from entries)::text as wallet
    from counted
    where ${older} and ${oneOf(page.kinds)}
    order by counted.micros desc, counted.id desc
    limit ${page.limit + 1}
  `);
  const parsed = z.array(Line.extend({ wallet: z.coerce.bigint() })).parse([...rows]);
  const lines = parsed.slice(0, page.limit);
  const last = lines.at(-1);
  return {
    lines: lines.map(toStatementLine),
    walletNanos: last?.wallet ?? null,
    olderThan: parsed.length > lines.length && last ? `${last.micros}_${last.id}` : null,
  };
}

export interface ExportedStatement {
  /** The database's clock, by which this is read. */
  now: Date;
  /** Newest first. */
  lines: StatementLine[];
  /** What was charged since the journal's last posting; null where the range or filter leaves it out. */
  unposted: { amountNanos: bigint; balanceAfterNanos: bigint } | null;
}

const Standing = z.object({
  now: z.coerce.date(),
  balance: z.coerce.bigint(),
  unposted: z.coerce.bigint(),
  lines: z.array(Line),
});

export interface StatementRange {
  /** UTC days, both included; null is no bound. */
  from: string | null;
  to: string | null;
  kinds?: readonly LedgerKind[] | null;
}

/**
 * All lines between two days, and what isn't posted yet, as one snapshot: its sums are the page's.
 */
export async function exportStatement(
  db: Db,
  scope: Scope,
  { from, to, kinds }: StatementRange,
): Promise<ExportedStatement> {
  const { workspaceId } = scope;
  const dayStart = (day: string) => sql`(${day}::date)::timestamp at time zone 'UTC'`;
  const inRange = (at: SQL) => sql`(
    ${from ? sql`${at} >= ${dayStart(from)}` : sql`true`}
    and ${to ? sql`${at} < ${dayStart(to)} + interval '1 day'` : sql`true`}
  )`;
  const isUsageWanted = kinds?.includes("usage") ?? true;
  const rows = await db.execute(sql`
    with ${countedLines(workspaceId)},
    standing as (
      select b."limit" - b.used as balance,
        b."limit" - b.used - (select coalesce(sum(amount_nanos), 0) from entries) as unposted
      from budgets b
      where b.workspace_id = ${workspaceId} and b.kind = 'balance' and b.key_id is null
    )
    select now() as now, s.balance::text,
      case when ${inRange(sql`now()`)} and ${isUsageWanted}::boolean
        then s.unposted else 0 end::text as unposted,
      coalesce((
        select jsonb_agg(to_jsonb(l) order by l.place desc) from (
          select ${lineColumns}, row_number() over (order by counted.micros, counted.id) as place
          from counted where ${inRange(sql`at`)} and ${oneOf(kinds)}
        ) l
      ), '[]') as lines
    from standing s
  `);
  const { now, balance, unposted, lines } = Standing.parse(rows[0]);
  return {
    now,
    lines: lines.map(toStatementLine),
    unposted: unposted === 0n ? null : { amountNanos: unposted, balanceAfterNanos: balance },
  };
}

function toStatementLine(line: z.infer<typeof Line>): StatementLine {
  return {
    id: line.id,
    kind: line.kind,
    description: line.description,
    topUpId: topUpIdOf(line),
    at: new Date(Number(line.micros / 1_000n)),
    usage: line.day === null ? null : { day: line.day, hours: line.hours },
    amountNanos: line.amount,
    balanceAfterNanos: line.balance_after,
  };
}

function topUpIdOf({ kind, reference }: z.infer<typeof Line>): string | null {
  const id = reference.replace(/^top_up:/, "");
  return kind === "top_up" && isId("topUp", id) ? id : null;
}
