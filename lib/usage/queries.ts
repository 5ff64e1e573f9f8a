import "server-only";
import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { apiKeys } from "@/db/schema/keys";
import { AppError } from "@/lib/errors";
import type { Scope } from "@/lib/scope";
import { planBuckets, type UsagePlan } from "@/lib/usage/buckets";
import { cutStatement, SumsRow, sumsOfSums, toSums } from "@/lib/usage/roll-ups";
import {
  statusName,
  type UsageAnswer,
  type UsageGroup,
  type UsageLatencies,
  type UsageMetric,
  type UsageQuery,
  usageSeriesMax,
} from "@/lib/usage/schema";
import { type PreviousRow, shapeLatencies, shapeUsage, type UsageRow } from "@/lib/usage/shape";

/** What the largest groups are the largest by; latency can't be added up, so there it's requests. */
const metricSums: Record<UsageMetric, SQL> = {
  cost: sql`sum(cost_nanos)`,
  requests: sql`sum(requests)`,
  tokens: sql`sum(input_tokens + output_tokens)`,
  errors: sql`sum(errors)`,
  latency: sql`sum(requests)`,
};

const Row = SumsRow.extend({
  bucket: z.coerce.number().int(),
  group_id: z.string().nullable(),
  place: z.coerce.number().int(),
  group_count: z.coerce.number().int(),
});

const BeforeRow = SumsRow.extend({ bucket: z.coerce.number().int() });

const Clock = z.object({ now: z.coerce.date(), has_usage: z.boolean() });

async function readClock(db: Db, workspaceId: string): Promise<{ now: Date; hasUsage: boolean }> {
  const [row] = await db.execute(sql`
    select now() as now,
      exists (select from usage_hourly where workspace_id = ${workspaceId}) as has_usage`);
  const clock = Clock.parse(row);
  return { now: clock.now, hasUsage: clock.has_usage };
}

/**
 * Reads the plan of a query by the database's clock. Throws VALIDATION_ERROR where a custom range lies
 * wholly in the future.
 */
export async function readPlan(
  db: Db,
  scope: Pick<Scope, "workspaceId">,
  query: UsageQuery,
): Promise<{ plan: UsagePlan; hasUsage: boolean }> {
  const { now, hasUsage } = await readClock(db, scope.workspaceId);
  const plan = planBuckets(query, now);
  if (plan) return { plan, hasUsage };
  throw new AppError("VALIDATION_ERROR", undefined, {
    fields: { from: "The first day is in the future. Choose today or an earlier day." },
  });
}

/**
 * The largest groups in each bucket, and what is left as one; never more than seven rows a bucket,
 * however many keys there are.
 */
export function currentStatement(
  workspaceId: string,
  query: UsageQuery,
  plan: UsagePlan,
  withLatency = query.metric === "latency",
): SQL {
  const { group } = query;
  const cut = cutStatement({ workspaceId, query, group, spans: plan.buckets, withLatency });
  return sql`
    with cut as materialized (${cut}),
    ranked as (
      select group_id, row_number() over (
        order by ${metricSums[query.metric]} desc, sum(requests) desc, group_id
      ) as place
      from cut group by group_id
    )
    select c.bucket, case when r.place <= ${usageSeriesMax} then r.group_id end as group_id,
      least(r.place, ${usageSeriesMax + 1}) as place,
      (select count(*) from ranked) as group_count, ${sumsOfSums(withLatency)}
    from cut c join ranked r on r.group_id = c.group_id
    group by 1, 2, 3`;
}

/** Everything in each bucket of the period before, as one row a bucket. */
export function previousStatement(
  workspaceId: string,
  query: UsageQuery,
  plan: UsagePlan,
  withLatency = query.metric === "latency",
): SQL {
  const spans = plan.previous;
  const cut = cutStatement({ workspaceId, query, group: "none", spans, withLatency });
  return sql`select c.bucket, ${sumsOfSums(withLatency)} from (${cut}) as c group by 1`;
}

async function readCurrent(
  db: Db,
  workspaceId: string,
  query: UsageQuery,
  plan: UsagePlan,
  withLatency?: boolean,
): Promise<{ rows: UsageRow[]; groupCount: number }> {
  const found = await db.execute(currentStatement(workspaceId, query, plan, withLatency));
  const rows = found.map((row) => Row.parse(row));
  return {
    rows: rows.map((row) => ({
      bucket: row.bucket,
      groupId: row.group_id,
      place: row.place,
      ...toSums(row),
    })),
    groupCount: rows[0]?.group_count ?? 0,
  };
}

async function readPrevious(
  db: Db,
  workspaceId: string,
  query: UsageQuery,
  plan: UsagePlan,
): Promise<PreviousRow[]> {
  const found = await db.execute(previousStatement(workspaceId, query, plan));
  return found.map((row) => {
    const parsed = BeforeRow.parse(row);
    return { bucket: parsed.bucket, ...toSums(parsed) };
  });
}

async function findKeyName(
  db: Db,
  scope: Pick<Scope, "workspaceId">,
  id: string,
): Promise<string | null> {
  const [row] = await db
    .select({ name: apiKeys.name })
    .from(apiKeys)
    .where(and(eq(apiKeys.workspaceId, scope.workspaceId), eq(apiKeys.id, id)));
  return row?.name ?? null;
}

/** Names of the workspace's keys; a key that is gone keeps the end of its id. */
export async function readKeyNames(
  db: Db,
  scope: Pick<Scope, "workspaceId">,
  given: readonly string[],
): Promise<Map<string, string>> {
  const ids = [...new Set(given)];
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: apiKeys.id, name: apiKeys.name })
    .from(apiKeys)
    .where(and(eq(apiKeys.workspaceId, scope.workspaceId), inArray(apiKeys.id, ids)));
  const names = new Map(rows.map((row) => [row.id, row.name]));
  return new Map(ids.map((id) => [id, names.get(id) ?? `Deleted key …${id.slice(-4)}`]));
}

/** What a group is called on the page and in the CSV. */
export function labelGroup(group: UsageGroup, id: string, keyNames: Map<string, string>): string {
  switch (group) {
    case "none":
      return "All requests";
    case "key":
      return keyNames.get(id) ?? id;
    case "status":
      return statusName(id);
    case "model":
      return id === "" ? "No model" : id;
    case "endpoint":
      return id;
  }
}

/**
 * The workspace's usage over time for charts: roll-ups only, never the request log, so totals equal
 * what was charged to the nano-dollar. The database's clock says what "now" is. Latencies are told only
 * where they are the metric: for other figures they'd double the time, and `getLatencies` tells them.
 * Throws VALIDATION_ERROR where a custom range lies wholly in the future.
 */
export async function getUsage(db: Db, scope: Scope, query: UsageQuery): Promise<UsageAnswer> {
  const { workspaceId } = scope;
  const { plan, hasUsage } = await readPlan(db, scope, query);
  const [{ rows, groupCount }, previousRows] = await Promise.all([
    readCurrent(db, workspaceId, query, plan),
    readPrevious(db, workspaceId, query, plan),
  ]);
  const named = rows.flatMap(({ groupId }) => (groupId === null ? [] : [groupId]));
  const keyNames = await readKeyNames(db, scope, query.group === "key" ? named : []);
  return shapeUsage({
    plan,
    rows,
    previousRows,
    groupCount,
    query,
    hasUsage,
    keyName: query.key === undefined ? null : await findKeyName(db, scope, query.key),
    labelOf: (id) => labelGroup(query.group, id, keyNames),
  });
}

/**
 * The latencies of the range: of all requests, and of each group that `getUsage` names for the same
 * query, in its order. Throws VALIDATION_ERROR as it does.
 */
export async function getLatencies(
  db: Db,
  scope: Pick<Scope, "workspaceId">,
  query: UsageQuery,
): Promise<UsageLatencies> {
  const { plan } = await readPlan(db, scope, query);
  const { rows } = await readCurrent(db, scope.workspaceId, query, plan, true);
  return shapeLatencies(rows);
}
