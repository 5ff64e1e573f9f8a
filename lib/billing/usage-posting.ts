import "server-only";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { newId } from "@/lib/id";
import { addMs, hourMs, minuteMs } from "@/lib/time";

export interface PostUsageOptions {
  /** Posts the running hour as well, which is otherwise left until it is over. */
  includeOpenHour?: boolean;
  /** Dates each entry just after its hour instead of now: for the demo's invented past only. */
  backdate?: boolean;
}

const DueHour = z.object({
  workspace_id: z.string(),
  hour: z.iso.datetime(),
  posted: z.coerce.bigint(),
  due: z.coerce.bigint(),
});
type DueHour = z.infer<typeof DueHour>;

const batchMax = 500;

/**
 * Brings the journal up to what the gateways have charged: for every workspace and hour, what isn't
 * posted yet moves from the wallet to revenue. Answers how many entries it made.
 *
 * The reference names the hour and how much of it was posted before, so each step of an hour can be
 * made once: runs at the same time, or one that repeats a crashed one, find it taken and leave it. That
 * needs no lock, which keeps the balance rows free for the gateways; and a batch is one statement,
 * so it is in the journal as a whole or not at all.
 */
export async function postUsage(db: Db, options: PostUsageOptions = {}): Promise<number> {
  let made = 0;
  for (;;) {
    const due = await findDueHours(db, options.includeOpenHour ?? false);
    if (due.length > 0) made += await postHours(db, due, options.backdate ?? false);
    if (due.length < batchMax) return made;
  }
}

async function findDueHours(db: Db, includeOpenHour: boolean): Promise<DueHour[]> {
  const rows = await db.execute(sql`
    select
      u.workspace_id,
      to_char(u.hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as hour,
      coalesce(p.posted_nanos, 0)::text as posted,
      (sum(u.cost_nanos) - coalesce(p.posted_nanos, 0))::text as due
    from usage_hourly u
    left join usage_postings p on p.workspace_id = u.workspace_id and p.hour = u.hour
    where ${includeOpenHour} or u.hour < date_trunc('hour', now(), 'UTC')
    group by u.workspace_id, u.hour, p.posted_nanos
    having sum(u.cost_nanos) > coalesce(p.posted_nanos, 0)
    order by u.workspace_id, u.hour
    limit ${batchMax}
  `);
  return z.array(DueHour).parse([...rows]);
}

async function postHours(db: Db, due: DueHour[], backdate: boolean): Promise<number> {
  const rows = due.map((item) => {
    const hour = new Date(item.hour);
    const at = backdate ? addMs(hour, hourMs + 5 * minuteMs) : null;
    return {
      id: newId("ledgerTransaction", at?.getTime()),
      workspace_id: item.workspace_id,
      hour: item.hour,
      amount: item.due.toString(),
      reference: usageReference(item.workspace_id, hour, item.posted),
      description: `Usage, ${item.hour.slice(0, 10)} ${item.hour.slice(11, 16)} UTC`,
      at: at?.toISOString() ?? null,
    };
  });
  const posted = await db.execute(sql`
    with due as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (
        id text, workspace_id text, hour timestamptz, amount bigint, reference text,
        description text, at timestamptz
      )
    ),
    made as (
      insert into ledger_transactions (id, workspace_id, kind, reference, description, created_at)
      select id, workspace_id, 'usage', reference, description, least(coalesce(at, now()), now())
      from due order by reference
      on conflict (reference) do nothing
      returning id
    ),
    entries as (
      insert into ledger_entries (transaction_id, account, workspace_id, amount_nanos)
      select d.id, side.account, d.workspace_id, side.amount
      from due d join made using (id)
      cross join lateral (values ('wallet', -d.amount), ('revenue', d.amount))
        as side (account, amount)
    ),
    noted as (
      insert into usage_postings (workspace_id, hour, posted_nanos)
      select d.workspace_id, d.hour, d.amount from due d join made using (id)
      order by d.workspace_id, d.hour
      on conflict (workspace_id, hour)
        do update set posted_nanos = usage_postings.posted_nanos + excluded.posted_nanos
    )
    select id from made
  `);
  return posted.length;
}

/** `usage:<workspace>:2026-11-21T13Z:<nanos posted before>`; the statement reads the day from it. */
function usageReference(workspaceId: string, hour: Date, posted: bigint): string {
  return `usage:${workspaceId}:${hour.toISOString().slice(0, 13)}Z:${posted}`;
}
