import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { AppError } from "@/lib/errors";
import type { Scope } from "@/lib/scope";
import { addMs, dayMs, hourMs } from "@/lib/time";
import {
  planReport,
  type ReportGroup,
  type ReportInterval,
  type ReportPlan,
  type UsageReportQuery,
} from "@/lib/usage/report";

/** More than a year of hours; answers stay within a few megabytes. */
const rowsMax = 10_000;

export interface UsageFigures {
  costNanos: bigint;
  requests: number;
  /** Requests answered with 4xx or 5xx. */
  errors: number;
  inputTokens: number;
  outputTokens: number;
}

export interface UsageInterval extends UsageFigures {
  start: Date;
  end: Date;
  /** Only those that have usage; the key's id, the model, the route, or `2` `4` `5`. */
  groups: (UsageFigures & { id: string })[];
}

export interface UsageReport {
  interval: ReportInterval;
  groupBy: ReportGroup | null;
  from: Date;
  until: Date;
  totals: UsageFigures;
  /** Every interval of the range, the empty ones as well. */
  intervals: UsageInterval[];
}

/** The roll-up's column of a group; fixed text, never a caller's. */
const groupColumns: Record<ReportGroup, SQL> = {
  key: sql`key_id`,
  model: sql`model`,
  endpoint: sql`endpoint`,
  status: sql`status_class::text`,
};

const Row = z.object({
  bucket: z.coerce.date(),
  group_id: z.string(),
  cost_nanos: z.coerce.bigint(),
  requests: z.coerce.number(),
  errors: z.coerce.number(),
  input_tokens: z.coerce.number(),
  output_tokens: z.coerce.number(),
});
type Row = z.infer<typeof Row>;

const Clock = z.object({ now: z.coerce.date() });

const noFigures: UsageFigures = {
  costNanos: 0n,
  requests: 0,
  errors: 0,
  inputTokens: 0,
  outputTokens: 0,
};

function addUp(parts: readonly UsageFigures[]): UsageFigures {
  return parts.reduce(
    (sum, part) => ({
      costNanos: sum.costNanos + part.costNanos,
      requests: sum.requests + part.requests,
      errors: sum.errors + part.errors,
      inputTokens: sum.inputTokens + part.inputTokens,
      outputTokens: sum.outputTokens + part.outputTokens,
    }),
    noFigures,
  );
}

async function readRows(
  db: Db,
  workspaceId: string,
  plan: ReportPlan,
  group: ReportGroup | null,
): Promise<Row[]> {
  const rows = await db.execute(sql`
    select
      date_trunc(${plan.interval}, hour, 'UTC') as bucket,
      ${group ? groupColumns[group] : sql`''`} as group_id,
      sum(cost_nanos) as cost_nanos, sum(requests) as requests,
      coalesce(sum(requests) filter (where status_class >= 4), 0) as errors,
      sum(input_tokens) as input_tokens, sum(output_tokens) as output_tokens
    from usage_hourly
    where workspace_id = ${workspaceId}
      and hour >= ${plan.from.toISOString()}::timestamptz
      and hour < ${plan.until.toISOString()}::timestamptz
    group by 1, 2
    order by 1, 2
    limit ${rowsMax + 1}`);
  return rows.map((row) => Row.parse(row));
}

function toGroup(row: Row): UsageFigures & { id: string } {
  return {
    id: row.group_id,
    costNanos: row.cost_nanos,
    requests: row.requests,
    errors: row.errors,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
  };
}

function badRange(path: string, message: string): AppError {
  return new AppError("VALIDATION_ERROR", undefined, { fields: { [path]: message } });
}

/**
 * The workspace's usage in UTC hours or days, from the roll-ups that the dashboard reads, so that equal
 * ranges have equal totals, to the nano-dollar. The database's clock says what "now" is.
 * Throws VALIDATION_ERROR for a range that can't be, or one with too much to tell at once.
 */
export async function getUsageReport(
  db: Db,
  scope: Pick<Scope, "workspaceId">,
  query: UsageReportQuery,
): Promise<UsageReport> {
  const [clock] = await db.execute(sql`select now() as now`);
  const plan = planReport(query, Clock.parse(clock).now);
  if ("path" in plan) throw badRange(plan.path, plan.message);
  const groupBy = query.group_by ?? null;
  const rows = await readRows(db, scope.workspaceId, plan, groupBy);
  if (rows.length > rowsMax) {
    throw badRange("from", `the answer has more than ${rowsMax} figures; choose a shorter range`);
  }
  const byStart = new Map<number, Row[]>();
  for (const row of rows) {
    const start = row.bucket.getTime();
    byStart.set(start, [...(byStart.get(start) ?? []), row]);
  }
  const stepMs = plan.interval === "hour" ? hourMs : dayMs;
  const intervals = plan.starts.map((start) => {
    const groups = (byStart.get(start.getTime()) ?? []).map(toGroup);
    return {
      start,
      end: addMs(start, stepMs),
      ...addUp(groups),
      groups: groupBy ? groups : [],
    };
  });
  const { interval, from, until } = plan;
  return { interval, groupBy, from, until, totals: addUp(intervals), intervals };
}
