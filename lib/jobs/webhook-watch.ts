import "server-only";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { findDepletions, takeDepletion } from "@/lib/billing/depletion-watch";
import { nanosToDecimal } from "@/lib/money";
import { addMs, dayMs } from "@/lib/time";
import { emitEvents, type WebhookEvent } from "@/lib/webhooks/emit";

/** Tells webhooks of balances that are used up, once until they have recovered. Answers how many. */
export async function tellOfDepletion(db: Db): Promise<number> {
  let told = 0;
  for (const workspaceId of await findDepletions(db)) {
    told += await db.transaction(async (tx) => {
      const depletion = await takeDepletion(tx, workspaceId);
      if (!depletion) return 0;
      const balance = nanosToDecimal(depletion.balanceNanos);
      const data = { balance, currency: "usd", auto_top_up: depletion.autoTopUpIsOn };
      await emitEvents(tx, [{ workspaceId, type: "balance.depleted", data }]);
      return 1;
    });
  }
  return told;
}

const LimitRow = z.object({
  budget_id: z.string(),
  workspace_id: z.string(),
  key_id: z.string().nullable(),
  key_name: z.string().nullable(),
  period: z.enum(["day", "week", "month", "total"]),
  value: z.coerce.bigint(),
  used: z.coerce.bigint(),
  resets_ms: z.coerce.number().nullable(),
});
type LimitRow = z.infer<typeof LimitRow>;

const limitsMax = 500;

/**
 * Tells webhooks of quotas and spend caps that are used up, once a period and limit, where somebody listens.
 * Nothing is spent to the last nano-dollar, because a request is refused that could cost more than is
 * left: a cap is used up too when nine tenths are spent and a request was refused for it. Answers how many
 * deliveries it made.
 */
export async function tellOfLimits(db: Db): Promise<number> {
  const rows = await db.execute(sql`
    with listening as (
      select distinct e.workspace_id as id from webhook_endpoints e
      where e.disabled_at is null and e.deleted_at is null
        and e.events && array['limit.reached', '*']
    ),
    reached as (
      select b.id, b.workspace_id, null as key_id, null as key_name, l.period, l.value, b.used
      from listening
      join workspaces w on w.id = listening.id and w.deleted_at is null
      join plans p on p.id = w.plan_id
      cross join lateral (values
        ('day', coalesce(w.requests_per_day, p.requests_per_day)),
        ('month', coalesce(w.requests_per_month, p.requests_per_month)),
        ('total', coalesce(w.requests_total, p.requests_total))
      ) as l (period, value)
      join budgets b on b.workspace_id = w.id and b.key_id is null and b.kind = 'quota'
        and b."interval" = l.period and b.window_start = window_start(l.period, now())
      where not b.stale and b.used >= l.value
      union all
      select b.id, b.workspace_id, k.id, k.name, b."interval", l.value, b.used
      from listening
      join budgets b on b.workspace_id = listening.id and b.kind = 'cap'
        and b.window_start = window_start(b."interval", now())
      join api_keys k on k.id = b.key_id and k.revoked_at is null
      cross join lateral (
        select case b."interval" when 'day' then k.cap_day_nanos when 'week' then k.cap_week_nanos
          when 'month' then k.cap_month_nanos else k.cap_total_nanos end as value
      ) as l
      where not b.stale and (b.used >= l.value or (b.used * 10 >= l.value * 9 and exists (
        select from request_log r
        where r.workspace_id = b.workspace_id and r.status = 403 and r.status >= 400
          and r.at >= greatest(b.window_start, now() - interval '1 hour')
          and r.key_id = k.id and r.error_code = 'quota'
          and r.details ->> 'source' = 'key_cap' and r.details ->> 'period' = b."interval"
      )))
    )
    select r.id as budget_id, r.workspace_id, r.key_id, r.key_name, r.period, r.value::text as value,
      r.used::text as used,
      floor(extract(epoch from window_end(r.period, now())) * 1000)::text as resets_ms
    from reached r
    where not exists (
      select from webhook_occasions o
      where o.workspace_id = r.workspace_id and o.reference = 'limit:' || r.id || ':' || r.value
    )
    order by r.id
    limit ${limitsMax}`);
  const events = z
    .array(LimitRow)
    .parse([...rows])
    .map(eventOfLimit);
  return await db.transaction((tx) => emitEvents(tx, events));
}

function eventOfLimit(row: LimitRow): WebhookEvent {
  const isCap = row.key_id !== null;
  const inUnit = (amount: bigint) => (isCap ? nanosToDecimal(amount) : amount.toString());
  const resetsAt = row.resets_ms === null ? null : new Date(row.resets_ms);
  return {
    ...{ workspaceId: row.workspace_id, type: "limit.reached" },
    once: {
      reference: `limit:${row.budget_id}:${row.value}`,
      until: resetsAt && addMs(resetsAt, dayMs),
    },
    data: {
      ...{
        limit: isCap ? "spend_cap" : "quota",
        period: row.period,
        unit: isCap ? "usd" : "requests",
      },
      ...{ value: inUnit(row.value), used: inUnit(row.used) },
      api_key: row.key_id === null ? null : { id: row.key_id, name: row.key_name ?? "" },
      resets_at: resetsAt?.toISOString() ?? null,
    },
  };
}
