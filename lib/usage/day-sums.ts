import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { latencyBucketsCount } from "@/lib/usage/latency";

/*
 * Sums up days that are over into `usage_daily`, so that readers of a year find one row where the
 * roll-ups have twenty-four. Nothing waits for it and nothing depends on it but speed: readers take a day
 * from the roll-ups until it is summed, and again from the moment in which one of them changes.
 */

/**
 * How long a day has to be over. It is an hour more than the age from which a changed roll-up makes its
 * day due by itself (db/functions/10_usage_days.sql).
 */
const restHours = 25;
/** Days looked back for any that nobody noted; a worker has hardly been away for longer. */
const lookBackDays = 31;
/** Days with fewer rows are read as quickly as they are; so are those whose sums would not fit. */
const rowsMin = 240;
const batchMax = 500;
/** How long open transactions are waited for, and how often looked at. */
const patienceMs = 5_000;
const pollMs = 50;

const newestDay = sql`((now() - make_interval(hours => ${restHours}::int)) at time zone 'UTC')::date - 1`;

/** Notes the days that have ended since and have usage; only those not noted yet are looked up. Answers how many. */
export async function findUsageDays(db: Db): Promise<number> {
  const found = await db.execute(sql`
    with missing as materialized (
      select w.id as workspace_id, d.day
      from workspaces w
      cross join lateral (
        select ${newestDay} - n as day from generate_series(0, ${lookBackDays}::int) n
      ) d
      where not exists (
        select from usage_days s where s.workspace_id = w.id and s.day = d.day
      )
    )
    insert into usage_days (workspace_id, day, state)
    select m.workspace_id, m.day, case when kept.rows < ${rowsMin}::int then 'plain' else 'due' end
    from missing m
    cross join lateral (
      select count(*) as rows from (
        select from usage_hourly u
        where u.workspace_id = m.workspace_id and u.hour >= m.day::timestamp at time zone 'UTC'
          and u.hour < (m.day + 1)::timestamp at time zone 'UTC'
        limit ${rowsMin}::int
      ) found
    ) kept
    where kept.rows > 0
    on conflict do nothing
    returning 1`);
  return found.length;
}

const DueDay = z.object({ workspace_id: z.string(), day: z.iso.date() });
type DueDay = z.infer<typeof DueDay>;

/**
 * Sums up to 500 of the days that are due, newest first. Answers how many; those that somebody writes
 * to just now, or another worker sums, are left for the next time.
 */
export async function sumUsageDays(db: Db, waitMs = patienceMs): Promise<number> {
  const found = await db.execute(sql`
    select workspace_id, to_char(day, 'YYYY-MM-DD') as day from usage_days
    where state = 'due' and day <= ${newestDay}
    order by day desc, workspace_id limit ${batchMax}`);
  if (found.length === 0 || !(await haveWritersEnded(db, waitMs))) return 0;
  let summed = 0;
  for (const due of z.array(DueDay).parse([...found])) {
    if (await sumDay(db, due)) summed += 1;
  }
  return summed;
}

const Writer = z.object({ transaction: z.string() });

/** The transactions that have written roll-ups and are still open: each holds this lock to its end. */
async function findWriters(db: Db): Promise<Set<string>> {
  const rows = await db.execute(sql`
    select virtualtransaction as transaction from pg_locks
    where relation = 'usage_hourly'::regclass and mode = 'RowExclusiveLock'
      and database = (select oid from pg_database where datname = current_database())`);
  return new Set(rows.map((row) => Writer.parse(row).transaction));
}

/**
 * Waits until no transaction is left that may have written to a day while it was too young to be noted.
 * Hardly any is: the youngest would have been open for an hour.
 */
async function haveWritersEnded(db: Db, waitMs: number): Promise<boolean> {
  let left = await findWriters(db);
  for (let waitedMs = 0; left.size > 0; waitedMs += pollMs) {
    if (waitedMs >= waitMs) return false;
    await sleep(pollMs);
    const open = await findWriters(db);
    left = new Set([...left].filter((transaction) => open.has(transaction)));
  }
  return true;
}

const Worth = z.object({ is_worth: z.boolean().nullable() });

/** False where somebody else has the day, or has summed it already. */
function sumDay(db: Db, { workspace_id: workspaceId, day }: DueDay): Promise<boolean> {
  return db.transaction(
    async (tx) => {
      // Who writes to the day from now on waits here, and finds it summed. What was written before is
      // seen by the statements that follow, because each has a snapshot of its own.
      const [held] = await tx.execute(sql`
        select 1 from usage_days
        where workspace_id = ${workspaceId} and day = ${day}::date and state = 'due'
        for update skip locked`);
      if (!held) return false;
      await tx.execute(sql`
        delete from usage_daily
        where workspace_id = ${workspaceId} and day = ${day}::date and "by" = any (${everyBy})`);
      const [found] = await tx.execute(sql`
        select count(*) >= ${rowsMin}::int
          and sum(requests) < 2147483648
          and greatest(sum(cost_nanos), sum(input_tokens), sum(output_tokens)) < 9223372036854775807
          as is_worth
        from usage_hourly u where ${ofDay(workspaceId, day)}`);
      const isWorth = Worth.parse(found).is_worth ?? false;
      if (isWorth) await tx.execute(sumStatement(workspaceId, day));
      await tx.execute(sql`
        update usage_days set state = ${isWorth ? "summed" : "plain"}
        where workspace_id = ${workspaceId} and day = ${day}::date`);
      return true;
    },
    { isolationLevel: "read committed" },
  );
}

function ofDay(workspaceId: string, day: string): SQL {
  return sql`u.workspace_id = ${workspaceId}
    and u.hour >= ${day}::timestamp at time zone 'UTC'
    and u.hour < ${day}::timestamp at time zone 'UTC' + interval '24 hours'`;
}

// The index begins with the workspace and what is kept by.
const everyBy = sql.raw(`'{all,key,model,endpoint,status,none}'::text[]`);

const counted = ["requests", "input_tokens", "output_tokens", "cost_nanos", "errors"];
const places = Array.from({ length: latencyBucketsCount }, (_, index) => index + 1);
const latencies = places.map((place) => `l${place}`);

/** A piece of SQL for each of some names that are ours, never a caller's. */
function forEach(names: readonly string[], write: (name: string) => string): SQL {
  return sql.raw(names.map(write).join(", "));
}

/**
 * The rows of a day: sums by hour and by what they are kept by, hours without any filled up with
 * zeros, then added up from the first hour on.
 */
function sumStatement(workspaceId: string, day: string): SQL {
  const dimensions = sql.raw(`"by", key_id, model, endpoint, status_class`);
  const all = [...counted, ...latencies];
  return sql`
    with hourly as (
      select
        case grouping(u.key_id, u.model, u.endpoint, u.status_class)
          when 0 then 'all' when 7 then 'key' when 11 then 'model' when 13 then 'endpoint'
          when 14 then 'status' else 'none'
        end as "by",
        coalesce(u.key_id, '') as key_id, coalesce(u.model, '') as model,
        coalesce(u.endpoint, '') as endpoint, coalesce(u.status_class, 0) as status_class,
        extract(hour from u.hour at time zone 'UTC')::integer as n,
        sum(u.requests) as requests, sum(u.input_tokens) as input_tokens,
        sum(u.output_tokens) as output_tokens, sum(u.cost_nanos) as cost_nanos,
        coalesce(sum(u.requests) filter (where u.status_class >= 4), 0) as errors,
        ${forEach(latencies, (name) => `coalesce(sum(u.latency_buckets[${name.slice(1)}]), 0) as ${name}`)}
      from usage_hourly u
      where ${ofDay(workspaceId, day)}
      group by u.hour, grouping sets (
        (u.key_id, u.model, u.endpoint, u.status_class),
        (u.key_id), (u.model), (u.endpoint), (u.status_class), ()
      )
    ),
    filled as (
      select ${dimensions}, n, ${sql.raw(all.join(", "))} from hourly
      union all
      select g.*, n, ${forEach(all, () => "0")}
      from (select distinct ${dimensions} from hourly) g cross join generate_series(0, 23) n
    ),
    running as (
      select ${dimensions}, n, ${forEach(all, (name) => `sum(sum(${name})) over w as ${name}`)}
      from filled group by ${dimensions}, n
      window w as (partition by ${dimensions} order by n)
    )
    insert into usage_daily (
      workspace_id, day, ${dimensions}, ${sql.raw(counted.join(", "))}, latency_buckets
    )
    select ${workspaceId}, ${day}::date, ${dimensions},
      ${forEach(counted, (name) => `array_agg(${name}::bigint order by n)`)},
      array_agg(array[${forEach(latencies, (name) => `${name}::integer`)}] order by n)
    from running group by ${dimensions}
    order by ${dimensions}`;
}
