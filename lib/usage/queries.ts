import "server-only";
import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { apiKeys } from "@/db/schema/keys";
import { AppError } from "@/lib/errors";
import type { Scope } from "@/lib/scope";
import { planBuckets, type UsagePlan } from "@/lib/usage/buckets";
import {
  type UsageAnswer,
  type UsageGroup,
  type UsageMetric,
  type UsageQuery,
  usageSeriesMax,
} from "@/lib/usage/schema";
import { shapeUsage, type UsageRow } from "@/lib/usage/shape";

/** The roll-up's column that bars are split by; fixed text, never a caller's. */
const groupColumns: Record<UsageGroup, SQL> = {
  none: sql`''`,
  key: sql`key_id`,
  model: sql`model`,
  endpoint: sql`endpoint`,
  status: sql`status_class::text`,
};

const metricSums: Record<UsageMetric, SQL> = {
  cost: sql`sum(cost_nanos)`,
  requests: sql`sum(requests)`,
  tokens: sql`sum(input_tokens + output_tokens)`,
  errors: sql`sum(errors)`,
};

const Row = z.object({
  bucket: z.coerce.date().nullable(),
  group_id: z.string().nullable(),
  place: z.coerce.number().int(),
  cost_nanos: z.coerce.bigint(),
  requests: z.coerce.bigint(),
  input_tokens: z.coerce.bigint(),
  output_tokens: z.coerce.bigint(),
  errors: z.coerce.bigint(),
});

const Clock = z.object({ now: z.coerce.date(), has_usage: z.boolean() });

async function readClock(db: Db, workspaceId: string): Promise<{ now: Date; hasUsage: boolean }> {
  const [row] = await db.execute(sql`
    select now() as now,
      exists (select from usage_hourly where workspace_id = ${workspaceId}) as has_usage`);
  const clock = Clock.parse(row);
  return { now: clock.now, hasUsage: clock.has_usage };
}

/**
 * Sums the roll-ups of both periods in one pass. Rows of the period before come back under a null
 * bucket; groups beyond the largest few come back under a null id.
 */
async function readRollUps(
  db: Db,
  workspaceId: string,
  query: UsageQuery,
  plan: UsagePlan,
): Promise<UsageRow[]> {
  const from = sql`${plan.from.toISOString()}::timestamptz`;
  const until = sql`${plan.until.toISOString()}::timestamptz`;
  const previousFrom = sql`${plan.previousFrom.toISOString()}::timestamptz`;
  const previousUntil = sql`${plan.previousUntil.toISOString()}::timestamptz`;
  const rows = await db.execute(sql`
    with cut as (
      select
        case when hour >= ${from} then date_trunc(${plan.step}, hour, 'UTC') end as bucket,
        case when hour >= ${from} then ${groupColumns[query.group]} end as group_id,
        sum(cost_nanos) as cost_nanos, sum(requests) as requests,
        sum(input_tokens) as input_tokens, sum(output_tokens) as output_tokens,
        coalesce(sum(requests) filter (where status_class >= 4), 0) as errors
      from usage_hourly
      where workspace_id = ${workspaceId}
        ${query.key === undefined ? sql`` : sql`and key_id = ${query.key}`}
        and hour >= ${previousFrom} and hour < ${until}
        and (hour >= ${from} or hour < ${previousUntil})
      group by 1, 2
    ),
    ranked as (
      select group_id, row_number() over (
        order by ${metricSums[query.metric]} desc, sum(requests) desc, group_id
      ) as place
      from cut where bucket is not null group by group_id
    )
    select
      c.bucket,
      case when r.place <= ${usageSeriesMax} then c.group_id end as group_id,
      coalesce(min(r.place), 0) as place,
      sum(c.cost_nanos) as cost_nanos, sum(c.requests) as requests,
      sum(c.input_tokens) as input_tokens, sum(c.output_tokens) as output_tokens,
      sum(c.errors) as errors
    from cut c left join ranked r on r.group_id = c.group_id
    group by 1, 2`);
  return rows.map((row) => {
    const parsed = Row.parse(row);
    return {
      bucket: parsed.bucket,
      groupId: parsed.group_id,
      place: parsed.place,
      costNanos: parsed.cost_nanos,
      requests: parsed.requests,
      inputTokens: parsed.input_tokens,
      outputTokens: parsed.output_tokens,
      errors: parsed.errors,
    };
  });
}

/** Names of the workspace's keys; a key that is gone keeps the end of its id. */
async function readKeyNames(
  db: Db,
  workspaceId: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: apiKeys.id, name: apiKeys.name })
    .from(apiKeys)
    .where(and(eq(apiKeys.workspaceId, workspaceId), inArray(apiKeys.id, [...ids])));
  const names = new Map(rows.map((row) => [row.id, row.name]));
  return new Map(ids.map((id) => [id, names.get(id) ?? `Deleted key …${id.slice(-4)}`]));
}

const statusNames: Record<string, string> = {
  "2": "2xx success",
  "4": "4xx refused",
  "5": "5xx failed",
};

function labelGroup(group: UsageGroup, id: string, keyNames: Map<string, string>): string {
  switch (group) {
    case "none":
      return "All requests";
    case "key":
      return keyNames.get(id) ?? id;
    case "status":
      return statusNames[id] ?? `${id}xx`;
    case "model":
      return id === "" ? "No model" : id;
    case "endpoint":
      return id;
  }
}

/**
 * The workspace's usage over time for charts: roll-ups only, never the request log, so totals equal
 * what was charged to the nano-dollar. The database's clock says what "now" is.
 * Throws VALIDATION_ERROR where a custom range lies wholly in the future.
 */
export async function getUsage(db: Db, scope: Scope, query: UsageQuery): Promise<UsageAnswer> {
  const { workspaceId } = scope;
  const { now, hasUsage } = await readClock(db, workspaceId);
  const plan = planBuckets(query, now);
  if (!plan) {
    throw new AppError("VALIDATION_ERROR", undefined, {
      fields: { from: "The first day is in the future. Choose today or an earlier day." },
    });
  }
  const rows = await readRollUps(db, workspaceId, query, plan);
  const keyIds =
    query.group === "key"
      ? [...new Set(rows.flatMap((row) => (row.groupId === null ? [] : [row.groupId])))]
      : [];
  const keyNames = await readKeyNames(db, workspaceId, keyIds);
  return shapeUsage({
    plan,
    rows,
    metric: query.metric,
    hasUsage,
    labelOf: (id) => labelGroup(query.group, id, keyNames),
  });
}
