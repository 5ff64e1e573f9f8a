import "server-only";
import { and, asc, desc, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { topUps } from "@/db/schema/billing";
import { apiKeys } from "@/db/schema/keys";
import { requestLog } from "@/db/schema/usage";
import type { Scope } from "@/lib/scope";
import type { FirstRequest } from "@/lib/usage/schema";

export interface Pace {
  /** Since the first of this UTC month. */
  monthNanos: bigint;
  /** The month before up to the same hour, so that the two can be compared. */
  previousMonthNanos: bigint;
  requestsToday: bigint;
  requests24h: bigint;
  errors24h: bigint;
}

const PaceRow = z.object({
  month: z.coerce.bigint(),
  previous_month: z.coerce.bigint(),
  today: z.coerce.bigint(),
  requests: z.coerce.bigint(),
  errors: z.coerce.bigint(),
});

/** How the workspace is doing, from the roll-ups; the last 24 hours are cut at the hour. */
export async function getPace(db: Db, scope: Scope): Promise<Pace> {
  // Materialised, or the days would be computed anew for each row.
  const [row] = await db.execute(sql`
    with clock as materialized (
      select date_trunc('month', now(), 'UTC') as month,
        (date_trunc('month', now() at time zone 'UTC') - interval '1 month') at time zone 'UTC'
          as previous_month,
        date_trunc('day', now(), 'UTC') as today,
        date_trunc('hour', now(), 'UTC') + interval '1 hour' as next_hour
    )
    select
      coalesce(sum(cost_nanos) filter (where hour >= month), 0) as month,
      coalesce(sum(cost_nanos) filter (
        where hour < month and hour < previous_month + (next_hour - month)
      ), 0) as previous_month,
      coalesce(sum(requests) filter (where hour >= today), 0) as today,
      coalesce(sum(requests) filter (where hour >= next_hour - interval '24 hours'), 0) as requests,
      coalesce(sum(requests) filter (
        where hour >= next_hour - interval '24 hours' and status_class >= 4
      ), 0) as errors
    from clock left join usage_hourly
      on workspace_id = ${scope.workspaceId}
      and hour >= least(previous_month, next_hour - interval '24 hours')`);
  const pace = PaceRow.parse(row);
  return {
    monthNanos: pace.month,
    previousMonthNanos: pace.previous_month,
    requestsToday: pace.today,
    requests24h: pace.requests,
    errors24h: pace.errors,
  };
}

export interface HourlyRate {
  used: number;
  /** Null where no limit applies. */
  limit: number | null;
}

const RateRow = z.object({
  used: z.coerce.number().int(),
  allowed: z.coerce.number().int().nullable(),
});

/** How much of the sliding hour is used, by the same slots that the gateway refuses on. */
export async function getHourlyRate(db: Db, scope: Scope): Promise<HourlyRate> {
  const [row] = await db.execute(sql`
    select coalesce(sum_slots(slide_slots(b.slots, b.slots_at, now())), 0) as used,
      coalesce(w.requests_per_hour, p.requests_per_hour) as allowed
    from workspaces w
    join plans p on p.id = w.plan_id
    left join budgets b on b.workspace_id = w.id and b.kind = 'rate' and b.key_id is null
    where w.id = ${scope.workspaceId}`);
  const rate = RateRow.parse(row);
  return { used: rate.used, limit: rate.allowed };
}

export interface RecentRequest {
  id: string;
  at: Date;
  status: number;
  /** Empty where the request was refused before its model was known. */
  model: string;
  keyName: string;
  costNanos: bigint;
}

/** The newest requests, answered and refused, newest first. */
export async function listRecentRequests(
  db: Db,
  scope: Scope,
  limit: number,
): Promise<RecentRequest[]> {
  const rows = await db
    .select({
      id: requestLog.id,
      at: requestLog.at,
      status: requestLog.status,
      model: requestLog.model,
      keyId: requestLog.keyId,
      keyName: apiKeys.name,
      costNanos: requestLog.costNanos,
    })
    .from(requestLog)
    .leftJoin(
      apiKeys,
      and(eq(apiKeys.id, requestLog.keyId), eq(apiKeys.workspaceId, scope.workspaceId)),
    )
    .where(eq(requestLog.workspaceId, scope.workspaceId))
    .orderBy(desc(requestLog.at), desc(requestLog.id))
    .limit(limit);
  return rows.map(({ keyId, keyName, ...row }) => ({
    ...row,
    keyName: keyName ?? `Deleted key …${keyId.slice(-4)}`,
  }));
}

export interface Checklist {
  hasKey: boolean;
  hasRequest: boolean;
  hasTopUp: boolean;
}

const ChecklistRow = z.object({
  has_key: z.boolean(),
  has_request: z.boolean(),
  has_top_up: z.boolean(),
});

/** Which of the first three steps are done; a step once done stays done. */
export async function getChecklist(db: Db, scope: Scope): Promise<Checklist> {
  const { workspaceId } = scope;
  const [row] = await db.execute(sql`
    select
      exists (select from ${apiKeys} where workspace_id = ${workspaceId}) as has_key,
      exists (
        select from usage_hourly where workspace_id = ${workspaceId} and status_class = 2
      ) as has_request,
      exists (
        select from ${topUps} where workspace_id = ${workspaceId} and status = 'succeeded'
      ) as has_top_up`);
  const checklist = ChecklistRow.parse(row);
  return {
    hasKey: checklist.has_key,
    hasRequest: checklist.has_request,
    hasTopUp: checklist.has_top_up,
  };
}

const refusalShownMinutes = 15;

/** Whether a request has succeeded yet, and if not, how the newest one of late was refused. */
export async function findFirstRequest(db: Db, scope: Scope): Promise<FirstRequest> {
  const { hasRequest } = await getChecklist(db, scope);
  if (hasRequest) return { state: "arrived" };
  const [refused] = await db
    .select({ status: requestLog.status, errorCode: requestLog.errorCode })
    .from(requestLog)
    .where(
      and(
        eq(requestLog.workspaceId, scope.workspaceId),
        sql`${requestLog.at} > now() - make_interval(mins => ${refusalShownMinutes})`,
      ),
    )
    .orderBy(desc(requestLog.at))
    .limit(1);
  return refused ? { state: "refused", ...refused } : { state: "waiting" };
}

export interface ExpiringKey {
  id: string;
  name: string;
  expiresAt: Date;
}

/** Keys that work now and stop within seven days, the soonest first. */
export async function listExpiringKeys(db: Db, scope: Scope): Promise<ExpiringKey[]> {
  const rows = await db
    .select({ id: apiKeys.id, name: apiKeys.name, expiresAt: apiKeys.expiresAt })
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.workspaceId, scope.workspaceId),
        isNull(apiKeys.revokedAt),
        sql`${apiKeys.expiresAt} > now() and ${apiKeys.expiresAt} <= now() + interval '7 days'`,
      ),
    )
    .orderBy(asc(apiKeys.expiresAt))
    .limit(10);
  return rows.flatMap(({ expiresAt, ...key }) => (expiresAt ? [{ ...key, expiresAt }] : []));
}

export interface AccountNotices {
  /** The reader's own address, where nobody has shown yet that mail reaches it. */
  unverifiedEmail: string | null;
  /** Automatic top-ups have stopped and wait for somebody. */
  isAutoTopUpPaused: boolean;
}

const NoticesRow = z.object({
  unverified_email: z.string().nullable(),
  is_paused: z.boolean(),
});

/** What of the account itself needs a hand. */
export async function getAccountNotices(db: Db, scope: Scope): Promise<AccountNotices> {
  const [row] = await db.execute(sql`
    select
      (select email from users where id = ${scope.userId} and email_verified_at is null)
        as unverified_email,
      exists (
        select from billing_profiles
        where workspace_id = ${scope.workspaceId} and auto_paused_reason is not null
      ) as is_paused`);
  const notices = NoticesRow.parse(row);
  return { unverifiedEmail: notices.unverified_email, isAutoTopUpPaused: notices.is_paused };
}
