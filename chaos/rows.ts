import type postgres from "postgres";
import { z } from "zod";

/** A row of the request log. */
export const LogRow = z.object({
  id: z.string(),
  nonce: z.string().nullable(),
  at: z.date(),
  workspace_id: z.string(),
  key_id: z.string(),
  stream: z.boolean(),
  path: z.string(),
  status: z.number(),
  outcome: z.enum([
    "ok",
    "refused",
    "failed",
    "cancelled",
    "client_gone",
    "upstream_error",
    "recovered",
    "revoked",
    "shutdown",
  ]),
  error_code: z.string().nullable(),
  input_tokens: z.number(),
  output_tokens: z.number(),
  cost_nanos: z.coerce.bigint(),
  estimated: z.boolean(),
  late: z.boolean(),
});
export type LogRow = z.infer<typeof LogRow>;

/** What the log holds of these workspaces. */
export async function readLog(sql: postgres.Sql, workspaceIds: string[]): Promise<LogRow[]> {
  const rows = await sql`
    select id, substring(user_agent from '^chaos/(.+)$') as nonce, at, workspace_id, key_id, stream,
      path, status, outcome, error_code, input_tokens, output_tokens, cost_nanos::text, estimated, late
    from request_log where workspace_id = any(${workspaceIds}) order by at, id`;
  return z.array(LogRow).parse([...rows]);
}

const BooksRow = z.object({
  workspace_id: z.string(),
  limit: z.coerce.bigint(),
  used: z.coerce.bigint(),
  credits: z.coerce.bigint(),
  logged: z.coerce.bigint(),
  rolled_up: z.coerce.bigint(),
});

/** The money of each workspace, as the budget, the journal, the log and the roll-up have it. */
export async function readBooks(sql: postgres.Sql, workspaceIds: string[]) {
  const rows = await sql`
    select b.workspace_id, b."limit"::text, b.used::text,
      (select coalesce(sum(e.amount_nanos), 0)::text from ledger_entries e
        join ledger_transactions t on t.id = e.transaction_id
        where e.workspace_id = b.workspace_id and e.account = 'wallet' and t.kind <> 'usage') as credits,
      (select coalesce(sum(l.cost_nanos), 0)::text from request_log l
        where l.workspace_id = b.workspace_id) as logged,
      (select coalesce(sum(u.cost_nanos), 0)::text from usage_hourly u
        where u.workspace_id = b.workspace_id) as rolled_up
    from budgets b
    where b.kind = 'balance' and b.key_id is null and b.workspace_id = any(${workspaceIds})`;
  return z.array(BooksRow).parse([...rows]);
}

/** What each quota has counted, by workspace. */
export async function readQuotas(sql: postgres.Sql, workspaceIds: string[]) {
  const rows = await sql`
    select workspace_id, used::int, held::int from budgets
    where kind = 'quota' and workspace_id = any(${workspaceIds})`;
  return z
    .array(z.object({ workspace_id: z.string(), used: z.number(), held: z.number() }))
    .parse([...rows]);
}

const LedgerRow = z.object({
  reference: z.string(),
  workspace_id: z.string(),
  amount: z.coerce.bigint(),
});

/** The wallet's side of every movement that isn't usage; two rows where something was booked twice. */
export async function readMovements(sql: postgres.Sql, workspaceIds: string[]) {
  const rows = await sql`
    select t.reference, t.workspace_id, e.amount_nanos::text as amount
    from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
    where t.workspace_id = any(${workspaceIds}) and e.account = 'wallet' and t.kind <> 'usage'`;
  return z.array(LedgerRow).parse([...rows]);
}

/** What is still set aside anywhere, as `what: how much`; empty when all is at rest. */
export async function readLeftovers(sql: postgres.Sql): Promise<string[]> {
  const rows = await sql`
    select 'hold of ' || request_id || ': ' || amount_nanos as leftover from holds
    union all
    select 'held in ' || kind || ' ' || "interval" || ' of ' || workspace_id || ': ' || held
    from budgets where held <> 0
    union all
    select 'slice of ' || budget_id || ' at ' || instance_id || ': ' || amount
    from slices where amount <> 0`;
  return rows.map((row) => String(row.leftover));
}
