import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import type { CapInterval, QuotaInterval } from "@/lib/budgets/acquire";

/** How a limit on requests stands. */
export interface RequestLimitState {
  limit: number;
  used: number;
  /** For an hour, which slides: when the oldest counted requests leave it. Null for a total. */
  resetsAt: Date | null;
}

/** How a cap on spending stands, in nano-dollars. */
export interface CapState {
  limitNanos: bigint;
  /** What has been charged. */
  usedNanos: bigint;
  /** What is set aside for requests that are being answered. */
  heldNanos: bigint;
  /** 00:00 UTC of the next day, Monday or first; null for the total. */
  resetsAt: Date | null;
}

/** Null wherever no limit is set. */
export interface LimitState {
  /** The workspace's. */
  hour: RequestLimitState | null;
  day: RequestLimitState | null;
  month: RequestLimitState | null;
  total: RequestLimitState | null;
  streams: { limit: number; open: number };
  /** The key's own; null where no key was asked for, or it isn't this workspace's. */
  key: { hour: RequestLimitState | null; caps: Record<CapInterval, CapState | null> } | null;
  /** The database's clock, which all of this was read by. */
  now: Date;
}

const Row = z.object({
  scope: z.enum(["workspace", "key"]),
  kind: z.enum(["rate", "quota", "cap"]),
  interval: z.enum(["hour", "day", "week", "month", "total"]),
  limit: z.coerce.bigint(),
  used: z.coerce.bigint(),
  held: z.coerce.bigint(),
  resets_at: z.coerce.date().nullable(),
});

const Frame = z.object({
  now: z.coerce.date(),
  streams_limit: z.coerce.number(),
  streams_open: z.coerce.number(),
  key_id: z.string().nullable(),
  limits: z.array(Row),
});

/**
 * How every limit of a workspace, and of one of its keys, stands at this moment: what admission would
 * compare. Null for a workspace that doesn't exist.
 */
export async function readLimitState(
  db: Db,
  { workspaceId, keyId = null }: { workspaceId: string; keyId?: string | null },
): Promise<LimitState | null> {
  const rows = await db.execute(sql`
    with clock as (select clock_timestamp() as now),
    facts as (
      select w.id, k.id as key_id, k.requests_per_hour as key_hour,
        coalesce(w.requests_per_hour, p.requests_per_hour)::bigint as hour,
        coalesce(w.requests_per_day, p.requests_per_day) as day,
        coalesce(w.requests_per_month, p.requests_per_month) as month,
        coalesce(w.requests_total, p.requests_total) as total,
        coalesce(w.concurrent_streams, p.concurrent_streams) as streams,
        k.cap_day_nanos, k.cap_week_nanos, k.cap_month_nanos, k.cap_total_nanos
      from workspaces w
      join plans p on p.id = w.plan_id
      left join api_keys k on k.id = ${keyId} and k.workspace_id = w.id
      where w.id = ${workspaceId}
    ),
    wanted as (
      select f.id, l.* from facts f, lateral (values
        ('workspace', 'rate', 'requests', 'hour', f.hour, null),
        ('workspace', 'quota', 'requests', 'day', f.day, null),
        ('workspace', 'quota', 'requests', 'month', f.month, null),
        ('workspace', 'quota', 'requests', 'total', f.total, null),
        ('key', 'rate', 'requests', 'hour', f.key_hour::bigint, f.key_id),
        ('key', 'cap', 'nanos', 'day', f.cap_day_nanos, f.key_id),
        ('key', 'cap', 'nanos', 'week', f.cap_week_nanos, f.key_id),
        ('key', 'cap', 'nanos', 'month', f.cap_month_nanos, f.key_id),
        ('key', 'cap', 'nanos', 'total', f.cap_total_nanos, f.key_id)
      ) as l (scope, kind, unit, "interval", "limit", key_id)
      where l."limit" is not null
    ),
    standing as (
      select w.scope, w.kind, w."interval", w."limit",
        -- What gateways have aside of it is neither spent nor set aside for anybody.
        greatest(coalesce(b.held, 0) - aside.amount, 0) as held,
        case w.kind
          when 'rate' then greatest(sum_slots(slid.slots) - aside.amount, 0)
          -- A limit that nobody has asked yet starts from what there was before it.
          when 'quota' then
            case when b.stale is not false then greatest(
              coalesce(b.used, 0), requests_so_far(w.id, w."interval", c.now)
            ) else b.used end
          else case when b.stale is not false then greatest(
            coalesce(b.used, 0), nanos_so_far(w.id, w.key_id, w."interval", c.now)
          ) else b.used end
        end as used,
        case w.kind
          when 'rate' then slots_free_at(slid.slots, slid.at, w."limit")
          else window_end(w."interval", c.now)
        end as resets_at
      from clock c cross join wanted w
      left join budgets b on b.workspace_id = w.id and b.key_id is not distinct from w.key_id
        and b.kind = w.kind and b.unit = w.unit and b."interval" = w."interval"
        and b.window_start = window_start(w."interval", c.now)
      cross join lateral (
        select coalesce(sum(s.amount), 0) as amount from slices s where s.budget_id = b.id
      ) as aside
      cross join lateral (
        select
          case
            when w.kind <> 'rate' then null
            when b.stale is not false and w.key_id is not null then slots_so_far(w.key_id, c.now)
            else slide_slots(b.slots, b.slots_at, c.now)
          end as slots,
          greatest(b.slots_at, date_trunc('minute', c.now, 'UTC')) as at
      ) as slid
    )
    select c.now, f.streams as streams_limit, f.key_id,
      (select count(*) from holds h where h.workspace_id = f.id and h.stream) as streams_open,
      coalesce((
        select jsonb_agg(jsonb_build_object(
          'scope', s.scope, 'kind', s.kind, 'interval', s."interval", 'limit', s."limit"::text,
          'used', s.used::text, 'held', s.held::text, 'resets_at', s.resets_at
        )) from standing s
      ), '[]') as limits
    from clock c, facts f`);
  const [raw] = rows;
  return raw ? toState(Frame.parse(raw)) : null;
}

function toState(frame: z.infer<typeof Frame>): LimitState {
  const find = (scope: "workspace" | "key", kind: "rate" | "quota" | "cap", interval: string) =>
    frame.limits.find(
      (row) => row.scope === scope && row.kind === kind && row.interval === interval,
    );
  const requests = (row: z.infer<typeof Row> | undefined): RequestLimitState | null =>
    row ? { limit: Number(row.limit), used: Number(row.used), resetsAt: row.resets_at } : null;
  const quota = (interval: QuotaInterval) => requests(find("workspace", "quota", interval));
  const cap = (interval: CapInterval): CapState | null => {
    const row = find("key", "cap", interval);
    if (!row) return null;
    const { limit, used, held, resets_at } = row;
    return { limitNanos: limit, usedNanos: used, heldNanos: held, resetsAt: resets_at };
  };
  return {
    hour: requests(find("workspace", "rate", "hour")),
    day: quota("day"),
    month: quota("month"),
    total: quota("total"),
    streams: { limit: frame.streams_limit, open: frame.streams_open },
    key: frame.key_id
      ? {
          hour: requests(find("key", "rate", "hour")),
          caps: { day: cap("day"), week: cap("week"), month: cap("month"), total: cap("total") },
        }
      : null,
    now: frame.now,
  };
}
