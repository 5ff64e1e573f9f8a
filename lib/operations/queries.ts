import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { newId } from "@/lib/id";
import { hourMs, minuteMs } from "@/lib/time";

/*
 * How the whole deployment fares, across all workspaces: for operators alone. All times are the database's.
 */

const Count = z.coerce.number();
const Nanos = z.coerce.bigint();
const At = z.coerce.date().nullable();

async function readOne<T>(db: Db, row: z.ZodType<T>, query: SQL): Promise<T> {
  const [first] = await db.execute(query);
  return row.parse(first);
}

export interface HoldsState {
  count: number;
  /** Nano-dollars that are set aside for requests that are running. */
  sumNanos: bigint;
  oldestAt: Date | null;
  /** Of gateways whose lease is over: somebody will end them within a minute. */
  orphans: number;
}

/** What is set aside for requests that are running. */
export async function readHolds(db: Db): Promise<HoldsState> {
  const row = await readOne(
    db,
    z.object({ count: Count, sum: Nanos, oldest: At, orphans: Count }),
    sql`
      select count(*) as count, coalesce(sum(h.amount_nanos), 0)::text as sum,
        min(h.started_at) as oldest,
        count(*) filter (where i.id is null or i.lease_until <= clock_timestamp()) as orphans
      from holds h left join instances i on i.id = h.instance_id`,
  );
  return {
    ...{ count: row.count, sumNanos: row.sum, oldestAt: row.oldest, orphans: row.orphans },
  };
}

export interface Backlog {
  /** Due now. */
  waiting: number;
  /** Of all that aren't sent yet, those that failed before and are tried again. */
  failing: number;
  /** When the oldest of those that are due was written. */
  oldestAt: Date | null;
  /** Given up within a day. */
  givenUp: number;
}

const BacklogRow = z.object({ waiting: Count, failing: Count, oldest: At, given_up: Count });

const toBacklog = (row: z.infer<typeof BacklogRow>): Backlog => ({
  ...{ waiting: row.waiting, failing: row.failing, oldestAt: row.oldest, givenUp: row.given_up },
});

/** Deliveries of webhooks that are due, to endpoints that take them. */
export async function readWebhookBacklog(db: Db): Promise<Backlog> {
  const row = await readOne(
    db,
    BacklogRow,
    sql`
      select
        count(*) filter (where d.next_attempt_at <= now() and d.claimed_at is null) as waiting,
        count(*) filter (where d.attempts > 0) as failing,
        min(d.created_at) filter (where d.next_attempt_at <= now() and d.claimed_at is null)
          as oldest,
        (
          select count(*) from webhook_deliveries
          where state = 'failed' and created_at > now() - interval '1 day'
        ) as given_up
      from webhook_deliveries d
      join webhook_endpoints e on e.id = d.endpoint_id
      where d.state = 'pending' and e.disabled_at is null and e.deleted_at is null`,
  );
  return toBacklog(row);
}

/** Mails that no server has taken yet. */
export async function readMailBacklog(db: Db): Promise<Backlog> {
  const row = await readOne(
    db,
    BacklogRow,
    sql`
      select
        count(*) filter (where failed_at is null) as waiting,
        count(*) filter (where failed_at is null and attempts > 0) as failing,
        min(created_at) filter (where failed_at is null) as oldest,
        count(*) filter (where failed_at > now() - interval '1 day') as given_up
      from mails where sent_at is null`,
  );
  return toBacklog(row);
}

export interface ModelErrors {
  /** A model's name; empty for requests that had none that there is. */
  model: string;
  requests: number;
  /** Requests by status, successes left out. */
  statuses: { status: number; requests: number }[];
  /** Answers of 500 and above. */
  failures: number;
}

const ErrorRow = z.object({
  model: z.string(),
  requests: Count,
  failures: Count,
  statuses: z.array(z.object({ status: z.number(), requests: z.number() })).nullable(),
});

/** Ids hold the time, so the hour is a range of the log's own key; clocks may differ by so much. */
const skewMs = 10 * minuteMs;

/** What callers were answered within the last hour, by model, those with the most failures first. */
export async function readErrors(db: Db): Promise<ModelErrors[]> {
  const from = newId("request", Date.now() - hourMs - skewMs).slice(0, "req_".length + 10);
  const rows = await db.execute(sql`
    with counted as (
      select coalesce(m.id, '') as model, l.status, count(*)::int as requests
      from request_log l
      left join models m on m.id = l.model
      where l.id >= ${from} and l.at > now() - interval '1 hour'
      group by 1, 2
    )
    select model, sum(requests) as requests,
      coalesce(sum(requests) filter (where status >= 500), 0) as failures,
      jsonb_agg(jsonb_build_object('status', status, 'requests', requests)
        order by requests desc, status) filter (where status >= 400) as statuses
    from counted group by model order by failures desc, requests desc, model`);
  return rows.map((row) => {
    const { statuses, ...rest } = ErrorRow.parse(row);
    return { ...rest, statuses: statuses ?? [] };
  });
}

export interface GatewayState {
  id: string;
  host: string;
  pid: number;
  startedAt: Date;
  leaseUntil: Date;
  isAlive: boolean;
  /** Whether it has taken notice of all changes so far. */
  isCurrent: boolean;
  holds: number;
}

const GatewayRow = z.object({
  id: z.string(),
  host: z.string(),
  pid: z.number(),
  started_at: z.coerce.date(),
  lease_until: z.coerce.date(),
  is_alive: z.boolean(),
  is_current: z.boolean(),
  holds: Count,
});

/** The gateways that are alive, and those whose lease ended within the hour; at most 100. */
export async function listGateways(db: Db): Promise<GatewayState[]> {
  const rows = await db.execute(sql`
    select i.id, i.host, i.pid, i.started_at, i.lease_until,
      i.lease_until > clock_timestamp() as is_alive,
      i.acknowledged >= (select version from fact_version) as is_current,
      (select count(*) from holds h where h.instance_id = i.id) as holds
    from instances i
    where i.kind = 'gateway' and i.lease_until > now() - interval '1 hour'
    order by is_alive desc, i.started_at desc limit 100`);
  return rows.map((row) => {
    const gateway = GatewayRow.parse(row);
    return {
      ...{ id: gateway.id, host: gateway.host, pid: gateway.pid, holds: gateway.holds },
      ...{ startedAt: gateway.started_at, leaseUntil: gateway.lease_until },
      ...{ isAlive: gateway.is_alive, isCurrent: gateway.is_current },
    };
  });
}

export interface WorkerState {
  /** When a scheduled task was last begun; null before the first. */
  lastRunAt: Date | null;
  /** Nothing has been begun for so long that no worker can be running. */
  isLate: boolean;
  /** Jobs that are due and nobody has taken. */
  waiting: number;
  oldestAt: Date | null;
  /** Jobs that failed and are tried again, or were given up. */
  failed: { task: string; error: string; at: Date }[];
}

async function hasWorkerTables(db: Db): Promise<boolean> {
  return await readOne(
    db,
    z.object({ has: z.boolean() }).transform(({ has }) => has),
    sql`select to_regclass('graphile_worker._private_known_crontabs') is not null as has`,
  );
}

/** How the jobs fare; null where no worker has ever run. */
export async function readWorker(db: Db): Promise<WorkerState | null> {
  if (!(await hasWorkerTables(db))) return null;
  const row = await readOne(
    db,
    z.object({ last: At, is_late: z.boolean(), waiting: Count, oldest: At }),
    sql`
      select c.last, coalesce(c.last < now() - interval '3 minutes', true) as is_late, j.waiting,
        j.oldest
      from (
        select max(last_execution) as last from graphile_worker._private_known_crontabs
      ) c, (
        select count(*) as waiting, min(run_at) as oldest from graphile_worker.jobs
        where run_at <= now() - interval '5 seconds' and locked_at is null
          and attempts < max_attempts
      ) j`,
  );
  const failed = await db.execute(sql`
    select task_identifier as task, last_error as error, updated_at as at
    from graphile_worker.jobs where last_error is not null order by updated_at desc limit 5`);
  const Failed = z.object({ task: z.string(), error: z.string(), at: z.coerce.date() });
  return {
    ...{ lastRunAt: row.last, isLate: row.is_late, waiting: row.waiting, oldestAt: row.oldest },
    failed: failed.map((one) => {
      const { task, error, at } = Failed.parse(one);
      // The first line tells what it was; the rest is where in the code.
      return { task, at, error: error.split("\n")[0]?.slice(0, 300) ?? "" };
    }),
  };
}

const checkTask = "check_ledger";

/** Whether a check of the ledger waits to be made or is being made. */
export async function isCheckUnderWay(db: Db): Promise<boolean> {
  if (!(await hasWorkerTables(db))) return false;
  return await readOne(
    db,
    z.object({ is: z.boolean() }).transform(({ is }) => is),
    sql`
      select exists (
        select from graphile_worker.jobs
        where key = ${checkTask} and run_at <= now() + interval '1 second'
          -- One that is being done has its last attempt behind it already.
          and (locked_at is not null or attempts < max_attempts)
      ) as is`,
  );
}

/**
 * Asks the worker for a check of the ledger now. Answers false where one waits already, and null where no
 * worker has ever run.
 */
export async function requestLedgerCheck(db: Db): Promise<boolean | null> {
  if (!(await hasWorkerTables(db))) return null;
  if (await isCheckUnderWay(db)) return false;
  await db.execute(
    sql`select graphile_worker.add_job(${checkTask}, job_key := ${checkTask}, max_attempts := 1)`,
  );
  return true;
}
