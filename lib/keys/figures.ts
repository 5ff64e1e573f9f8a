import "server-only";
import { and, eq, gte, inArray, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { budgets } from "@/db/schema/budgets";
import { apiKeys } from "@/db/schema/keys";
import { usageHourly } from "@/db/schema/usage";
import { capWindowStart } from "@/lib/keys/cap-budgets";
import { type CapInterval, capIntervals } from "@/lib/keys/terms";
import type { Scope } from "@/lib/scope";
import { addMs, dayMs, startOfDay, startOfMonth } from "@/lib/time";

/** Days that the list draws, today among them. */
export const figureDays = 14;

export interface CapFigure {
  interval: CapInterval;
  /** In nano-dollars. */
  limitNanos: bigint;
  /** Spent in the running period. */
  usedNanos: bigint;
}

/** What a row of the list says about a key's use. */
export interface KeyFigures {
  /** Requests on each of the last 14 UTC days, the oldest first and today last. */
  days: number[];
  /** Spent in this UTC month, in nano-dollars. */
  monthNanos: bigint;
  /** The caps that are set, from the shortest period to the total. */
  caps: CapFigure[];
}

const capColumns = {
  day: apiKeys.capDayNanos,
  week: apiKeys.capWeekNanos,
  month: apiKeys.capMonthNanos,
  total: apiKeys.capTotalNanos,
};

/** Use of each of these keys of the workspace; another's key isn't among the answers. `now` is the database's. */
export async function listKeyFigures(
  db: Db,
  scope: Scope,
  keyIds: readonly string[],
  now: Date,
): Promise<Map<string, KeyFigures>> {
  if (keyIds.length === 0) return new Map();
  const { workspaceId } = scope;
  const ids = [...keyIds];
  const [limits, spent, used] = await Promise.all([
    db
      .select({ id: apiKeys.id, ...capColumns })
      .from(apiKeys)
      .where(and(eq(apiKeys.workspaceId, workspaceId), inArray(apiKeys.id, ids))),
    readCapsSpent(db, workspaceId, ids, now),
    readDays(db, workspaceId, ids, now),
  ]);
  return new Map(
    limits.map(({ id, ...caps }) => [
      id,
      {
        days: used.get(id)?.days ?? Array.from({ length: figureDays }, () => 0),
        monthNanos: used.get(id)?.monthNanos ?? 0n,
        caps: capIntervals.flatMap((interval) => {
          const limitNanos = caps[interval];
          if (limitNanos === null) return [];
          return [{ interval, limitNanos, usedNanos: spent.get(`${id} ${interval}`) ?? 0n }];
        }),
      },
    ]),
  );
}

/** What is spent in the running period of each cap; a period without a row has nothing spent in it. */
async function readCapsSpent(db: Db, workspaceId: string, ids: string[], now: Date) {
  const rows = await db
    .select({ keyId: budgets.keyId, interval: budgets.interval, used: budgets.used })
    .from(budgets)
    .where(
      and(
        eq(budgets.workspaceId, workspaceId),
        inArray(budgets.keyId, ids),
        eq(budgets.kind, "cap"),
        eq(budgets.unit, "nanos"),
        or(
          ...capIntervals.map((interval) =>
            and(
              eq(budgets.interval, interval),
              eq(budgets.windowStart, capWindowStart(interval, now)),
            ),
          ),
        ),
      ),
    );
  return new Map(rows.map(({ keyId, interval, used }) => [`${keyId} ${interval}`, used]));
}

/** Requests by day, and the month's cost, from the roll-ups that every chart reads. */
async function readDays(db: Db, workspaceId: string, ids: string[], now: Date) {
  const firstDay = addMs(startOfDay(now), -(figureDays - 1) * dayMs);
  const month = startOfMonth(now);
  const since = month < firstDay ? month : firstDay;
  const day = sql`date_trunc('day', ${usageHourly.hour}, 'UTC')`;
  const rows = await db
    .select({
      keyId: usageHourly.keyId,
      day: day.mapWith(usageHourly.hour),
      requests: sql`sum(${usageHourly.requests})`.mapWith(Number),
      costNanos: sql`sum(${usageHourly.costNanos})`.mapWith(BigInt),
    })
    .from(usageHourly)
    .where(
      and(
        eq(usageHourly.workspaceId, workspaceId),
        gte(usageHourly.hour, since),
        inArray(usageHourly.keyId, ids),
      ),
    )
    .groupBy(usageHourly.keyId, day);
  const figures = new Map<string, { days: number[]; monthNanos: bigint }>();
  for (const row of rows) {
    const of = figures.get(row.keyId) ?? {
      days: Array.from({ length: figureDays }, () => 0),
      monthNanos: 0n,
    };
    figures.set(row.keyId, of);
    const index = Math.round((row.day.getTime() - firstDay.getTime()) / dayMs);
    if (index >= 0 && index < figureDays) of.days[index] = row.requests;
    if (row.day >= month) of.monthNanos += row.costNanos;
  }
  return figures;
}
