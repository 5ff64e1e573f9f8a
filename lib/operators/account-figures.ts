import "server-only";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";

const batch = 500;
/** The next minute goes on: one run shouldn't meet the next. */
const runMsMax = 20_000;

const Refreshed = z.object({ refreshed: z.number() });

/**
 * Brings the figures that accounts are sorted by up to date, where anything has changed since; spend also when an
 * hour has passed, because its days move on. Any number of workers may run at once. Answers how many it changed.
 */
export async function refreshAccountFigures(db: Db): Promise<number> {
  const endsAtMs = performance.now() + runMsMax;
  // Those of a moment in which the trigger wasn't there yet.
  await db.execute(sql`
    insert into account_figures (workspace_id, created_at)
    select w.id, w.created_at from workspaces w
    where not exists (select from account_figures f where f.workspace_id = w.id)
    on conflict do nothing`);
  let refreshed = 0;
  for (;;) {
    const changed = await refreshSome(db);
    refreshed += changed;
    if (changed < batch || performance.now() > endsAtMs) return refreshed;
  }
}

/** Whole UTC days, today among them: summed days from their sums, the others from the hours. */
const spendOfDue = sql`(
  select coalesce(sum(day_nanos), 0) from generate_series(
    (current_date - 29)::timestamptz, now(), interval '1 day') as d (starts)
  cross join lateral (
    select case when exists (
      select from usage_days s
      where s.workspace_id = due.workspace_id and s.day = d.starts::date and s.state = 'summed'
    ) then (
      select sum(x.cost_nanos[24]) from usage_daily x
      where x.workspace_id = due.workspace_id and x.by = 'none' and x.day = d.starts::date
    ) else (
      select sum(u.cost_nanos) from usage_hourly u
      where u.workspace_id = due.workspace_id
        and u.hour >= d.starts and u.hour < d.starts + interval '1 day'
    ) end as day_nanos
  ) of_day)`;

async function refreshSome(db: Db): Promise<number> {
  const [row] = await db.execute(sql`
    with due as (
      select f.workspace_id, b."limit" - b.used as balance_nanos, b.used as used_nanos, seen.at as seen_at,
        b.used <> f.used_nanos or f.as_of < now() - interval '1 hour' as is_spend_due
      from account_figures f
      join budgets b on b.workspace_id = f.workspace_id and b.kind = 'balance' and b.key_id is null
      cross join lateral (
        select coalesce(max(m.last_seen_at), '-infinity') as at from members m
        where m.workspace_id = f.workspace_id
      ) seen
      where f.as_of = '-infinity' or b.used <> f.used_nanos
        or b."limit" - b.used <> f.balance_nanos or seen.at <> f.last_seen_at
        or (f.spend_nanos > 0 and f.as_of < now() - interval '1 hour')
      order by f.as_of
      limit ${batch}::int
      for update of f skip locked
    ), changed as (
      update account_figures f set
        balance_nanos = due.balance_nanos,
        used_nanos = due.used_nanos,
        last_seen_at = due.seen_at,
        spend_nanos = case when due.is_spend_due then ${spendOfDue} else f.spend_nanos end,
        as_of = now()
      from due where f.workspace_id = due.workspace_id
      returning 1
    )
    select count(*)::int as refreshed from changed`);
  return Refreshed.parse(row).refreshed;
}
