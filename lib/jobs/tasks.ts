import "server-only";
import { sql } from "drizzle-orm";
import type { CronItem, TaskList } from "graphile-worker";
import type { Db } from "@/db/client";
import { cancelAbandonedTopUps } from "@/lib/billing/mutations";
import { postUsage } from "@/lib/billing/usage-posting";
import { log } from "@/lib/log";

type Job = (db: Db) => Promise<number>;

interface Schedule {
  /** Minute, hour, day of the month, month, day of the week; in UTC. */
  match: string;
  job: Job;
  /** Runs once when the worker comes up too, for what fell due while none was running. */
  atStart: boolean;
}

const partitionDaysAhead = 14;

async function makePartitions(db: Db): Promise<number> {
  const rows = await db.execute<{ made: number }>(
    sql`select ensure_request_log_partitions(current_date, current_date + ${partitionDaysAhead}::int) as made`,
  );
  return rows[0]?.made ?? 0;
}

async function recoverHolds(db: Db): Promise<number> {
  const rows = await db.execute<{ ended: number }>(sql`select recover_holds() as ended`);
  return rows[0]?.ended ?? 0;
}

const keepDays = 30;

/** Rows that say nothing any more: ended sessions, old failures, processes that are long gone. */
async function forgetOldRows(db: Db): Promise<number> {
  const age = sql`now() - make_interval(days => ${keepDays}::int)`;
  const rows = await db.execute(sql`
    with old_sessions as (
      delete from sessions where coalesce(revoked_at, expires_at) < ${age} returning 1
    ), old_throttles as (
      delete from throttles where last_failed_at < ${age} returning 1
    ), old_instances as (
      delete from instances i where lease_until < ${age}
        and not exists (select from holds h where h.instance_id = i.id) returning 1
    )
    select 1 from old_sessions union all select 1 from old_throttles
    union all select 1 from old_instances`);
  return rows.length;
}

/** All that happens by the clock. Each may run twice or late without doing harm. */
const schedules: Record<string, Schedule> = {
  post_usage: { match: "5 * * * *", job: (db) => postUsage(db), atStart: true },
  make_partitions: { match: "10 0 * * *", job: makePartitions, atStart: true },
  recover_holds: { match: "* * * * *", job: recoverHolds, atStart: true },
  forget_old_rows: { match: "20 3 * * *", job: forgetOldRows, atStart: false },
  cancel_abandoned_top_ups: { match: "15 * * * *", job: cancelAbandonedTopUps, atStart: false },
};

/** A job that failed is left alone: the clock brings it again, and two of a kind are one. */
export const jobSpec = (name: string) => ({ jobKey: name, maxAttempts: 1 });

/** The tasks by name, over `db`. Each answers nothing and logs what it changed. */
export function makeTasks(db: Db): TaskList {
  return Object.fromEntries(
    Object.entries(schedules).map(([name, { job }]) => [
      name,
      async () => {
        const changed = await job(db);
        if (changed > 0) log.info({ task: name, changed }, "task done");
      },
    ]),
  );
}

export const cronItems: CronItem[] = Object.entries(schedules).map(([name, { match }]) => ({
  task: name,
  identifier: name,
  match,
  options: { backfillPeriod: 0, ...jobSpec(name) },
}));

export const startTasks: string[] = Object.entries(schedules)
  .filter(([, { atStart }]) => atStart)
  .map(([name]) => name);
