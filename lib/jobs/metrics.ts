import "server-only";
import { sql } from "drizzle-orm";
import { Counter, Gauge, Histogram } from "prom-client";
import { z } from "zod";
import type { Db } from "@/db/client";
import { log } from "@/lib/log";
import { durationBuckets, registry } from "@/lib/metrics";

const registers = [registry];

const tasks = new Histogram({
  name: "gatehouse_task_duration_seconds",
  help: "Scheduled tasks that have run, by name and how they ended.",
  labelNames: ["task", "outcome"],
  buckets: durationBuckets,
  registers,
});

const watchFailures = new Counter({
  name: "gatehouse_watch_failures_total",
  help: "Looks of a watch that failed, by its name.",
  labelNames: ["watch"],
  registers,
});

export async function timeTask<T>(task: string, work: () => Promise<T>): Promise<T> {
  const begunAtMs = performance.now();
  let outcome = "failed";
  try {
    const answer = await work();
    outcome = "done";
    return answer;
  } finally {
    tasks.observe({ task, outcome }, (performance.now() - begunAtMs) / 1_000);
  }
}

export function countWatchFailure(watch: string): void {
  watchFailures.inc({ watch });
}

const count = z.coerce.number();

const Row = z.object({
  jobs: count,
  oldest_job_seconds: count,
  mails: count,
  oldest_mail_seconds: count,
  mails_failed: count,
  deliveries: count,
  overdue_delivery_seconds: count,
  endpoints_disabled: count,
  holds: count,
  oldest_hold_seconds: count,
  gateways: count,
  unposted_hours: count,
  ledger_breaches: count,
  ledger_age_seconds: count,
  partition_days: count,
  database_bytes: count,
});
type Backlog = z.infer<typeof Row>;

/** What each figure is called and says. Ages are in seconds, zero where nothing waits. */
const figures: readonly (readonly [keyof Backlog, string, string])[] = [
  ["jobs", "jobs_waiting", "Jobs that are due and not running."],
  ["oldest_job_seconds", "job_oldest_seconds", "How long the oldest of them has been due."],
  ["mails", "mails_waiting", "Mails that are to be sent."],
  ["oldest_mail_seconds", "mail_oldest_seconds", "Age of the oldest of them."],
  ["mails_failed", "mails_given_up", "Mails of the last day that no server would take."],
  ["deliveries", "webhooks_waiting", "Deliveries that are to be attempted, now or later."],
  ["overdue_delivery_seconds", "webhook_overdue_seconds", "How overdue the oldest attempt is."],
  ["endpoints_disabled", "webhook_endpoints_given_up", "Endpoints disabled after failures."],
  ["holds", "holds", "Requests with money set aside, over all gateways."],
  ["oldest_hold_seconds", "hold_oldest_seconds", "Age of the oldest of them."],
  ["gateways", "gateways_live", "Gateways with a live lease."],
  ["unposted_hours", "usage_unposted_hours", "Hours of usage that the journal lacks."],
  ["ledger_breaches", "ledger_breaches", "Broken claims that the latest check of the books found."],
  ["ledger_age_seconds", "ledger_check_age_seconds", "How long ago the books were checked."],
  ["partition_days", "log_partition_days_ahead", "Days that the request log has room for."],
  ["database_bytes", "database_bytes", "Size of the database."],
];

const age = (at: string) => `coalesce(extract(epoch from now() - ${at}), 0)`;

const query = `
  select j.*, m.*, d.*, h.*, l.*,
    (select count(*) from mails where failed_at > now() - interval '1 day') as mails_failed,
    (select count(*) from webhook_endpoints where disabled_reason = 'failures' and deleted_at is null)
      as endpoints_disabled,
    (select count(*) from instances where kind = 'gateway' and lease_until > now()) as gateways,
    (select count(*) from (
      select 1 from usage_hourly u
      left join usage_postings p on p.workspace_id = u.workspace_id and p.hour = u.hour
      where u.hour < date_trunc('hour', now()) and u.hour > now() - interval '7 days'
      group by u.workspace_id, u.hour, p.posted_nanos
      having sum(u.cost_nanos) > coalesce(p.posted_nanos, 0) limit 10000) unposted) as unposted_hours,
    (select count(*) from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'request_log'::regclass
        and c.relname ~ '^request_log_[0-9]{8}$' and c.relname > 'request_log_' || to_char(current_date, 'YYYYMMDD')) as partition_days,
    pg_database_size(current_database()) as database_bytes
  from
    (select count(*) as jobs, ${age("min(run_at)")} as oldest_job_seconds
      from graphile_worker.jobs where run_at <= now() and locked_at is null and attempts < max_attempts) j,
    (select count(*) as mails, ${age("min(created_at)")} as oldest_mail_seconds
      from mails where sent_at is null and failed_at is null
        and created_at > now() - interval '48 hours') m,
    (select count(*) as deliveries, greatest(0, ${age("min(next_attempt_at)")}) as overdue_delivery_seconds
      from webhook_deliveries where state = 'pending') d,
    (select count(*) as holds, ${age("min(started_at)")} as oldest_hold_seconds from holds) h,
    (select coalesce(max(jsonb_array_length(breaches)), 0) as ledger_breaches,
      ${age("max(at)")} as ledger_age_seconds
      from (select at, breaches from ledger_checks order by at desc limit 1) latest) l`;

/** What waits to be done, over the whole deployment. */
export async function readBacklog(db: Db): Promise<Backlog> {
  const [row] = await db.execute(sql.raw(query));
  return Row.parse(row);
}

/** However often it is asked, the database is asked once in so long. */
const keepMs = 10_000;

/** Reads what waits whenever Prometheus asks; where that fails the figures are left out. Once a process. */
export function watchBacklog(db: Db): void {
  let latest: Promise<Backlog | null> = Promise.resolve(null);
  let readAtMs = Number.NEGATIVE_INFINITY;
  // All figures of one scrape are of one reading.
  const read = (): Promise<Backlog | null> => {
    if (performance.now() - readAtMs < keepMs) return latest;
    readAtMs = performance.now();
    latest = readBacklog(db).catch((error: unknown) => {
      log.warn({ err: error }, "what waits could not be read");
      return null;
    });
    return latest;
  };
  for (const [field, name, help] of figures) {
    new Gauge({
      ...{ name: `gatehouse_${name}`, help, registers },
      async collect() {
        const backlog = await read();
        if (backlog) this.set(backlog[field]);
        else this.remove();
      },
    });
  }
  new Gauge({
    name: "gatehouse_backlog_read",
    help: "1 where the figures of what waits could be read.",
    registers,
    async collect() {
      this.set((await read()) ? 1 : 0);
    },
  });
}
