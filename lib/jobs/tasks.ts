import "server-only";
import { sql } from "drizzle-orm";
import type { CronItem, Task, TaskList } from "graphile-worker";
import { z } from "zod";
import type { Db } from "@/db/client";
import { checkLedger } from "@/lib/billing/ledger-check";
import { cancelAbandonedTopUps } from "@/lib/billing/mutations";
import type { PaymentProvider } from "@/lib/billing/payment-provider";
import { reconcilePayments } from "@/lib/billing/reconciliation";
import { postUsage } from "@/lib/billing/usage-posting";
import { timeTask } from "@/lib/jobs/metrics";
import {
  openRotations,
  remindOfExpiry,
  remindOfRotation,
  tellOfExpired,
} from "@/lib/jobs/reminders";
import { log } from "@/lib/log";
import { deliverMail } from "@/lib/mail/deliver";
import { requestDueMails, sendMailTask } from "@/lib/mail/outbox";
import type { MailTransport } from "@/lib/mail/transport";
import { refreshAccountFigures } from "@/lib/operators/account-figures";
import { endStaleViews } from "@/lib/operators/support-views";
import { traced } from "@/lib/tracing";
import { findUsageDays, sumUsageDays } from "@/lib/usage/day-sums";
import { forgetOldDeliveries } from "@/lib/webhooks/retention";

/** Answers how much it changed. `mail` and `payments` are null where none are configured. */
type Job = (
  db: Db,
  mail: MailTransport | null,
  payments: PaymentProvider | null,
) => Promise<number>;

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

/** Rows that say nothing any more: ended sessions, old failures, limits of windows long past. */
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
    ), old_mails as (
      delete from mails where created_at < ${age} returning 1
    ), old_minutes as (
      delete from upstream_minutes where minute < now() - interval '1 day' returning 1
    ), old_windows as (
      -- A month's window is over when a month and some days have passed since its start.
      delete from budgets where kind in ('quota', 'cap') and interval <> 'total' and held = 0
        and window_start < ${age} - interval '32 days' returning 1
    )
    select 1 from old_sessions union all select 1 from old_throttles
    union all select 1 from old_instances union all select 1 from old_mails
    union all select 1 from old_minutes union all select 1 from old_windows`);
  return rows.length;
}

/** A client that repeats a request after a day gets a new answer; the stored ones may hold secrets. */
async function forgetIdempotencyKeys(db: Db): Promise<number> {
  const rows = await db.execute(
    sql`delete from idempotency_keys where created_at < now() - interval '24 hours' returning 1`,
  );
  return rows.length;
}

/** All that happens by the clock. Each may run twice or late without doing harm. */
const schedules: Record<string, Schedule> = {
  post_usage: { match: "5 * * * *", job: (db) => postUsage(db), atStart: true },
  find_usage_days: { match: "8 * * * *", job: findUsageDays, atStart: true },
  sum_usage_days: { match: "* * * * *", job: (db) => sumUsageDays(db), atStart: true },
  make_partitions: { match: "10 0 * * *", job: makePartitions, atStart: true },
  recover_holds: { match: "* * * * *", job: recoverHolds, atStart: true },
  forget_old_rows: { match: "20 3 * * *", job: forgetOldRows, atStart: false },
  forget_idempotency_keys: { match: "25 * * * *", job: forgetIdempotencyKeys, atStart: true },
  remind_of_expiry: { match: "30 * * * *", job: remindOfExpiry, atStart: true },
  tell_of_expired: { match: "* * * * *", job: tellOfExpired, atStart: true },
  forget_old_webhooks: { match: "40 3 * * *", job: forgetOldDeliveries, atStart: false },
  open_rotations: { match: "35 * * * *", job: openRotations, atStart: true },
  remind_of_rotation: { match: "40 * * * *", job: remindOfRotation, atStart: true },
  request_due_mails: {
    match: "* * * * *",
    job: async (db, mail) => (mail ? await requestDueMails(db) : 0),
    atStart: true,
  },
  refresh_account_figures: { match: "* * * * *", job: refreshAccountFigures, atStart: true },
  end_stale_views: { match: "* * * * *", job: endStaleViews, atStart: true },
  check_ledger: { match: "*/15 * * * *", job: checkLedger, atStart: false },
  reconcile_payments: {
    match: "* * * * *",
    job: (db, _mail, payments) => reconcilePayments(db, payments),
    atStart: true,
  },
  cancel_abandoned_top_ups: { match: "15 * * * *", job: cancelAbandonedTopUps, atStart: false },
};

/** A job that failed is left alone: the clock brings it again, and two of a kind are one. */
export const jobSpec = (name: string) => ({ jobKey: name, maxAttempts: 1 });

const SendMail = z.object({ mailId: z.string() });

/** Sends one mail. What throws is tried again after a wait that grows with each attempt. */
function sendMail(db: Db, mail: MailTransport | null): Task {
  return async (payload) => {
    // Without a server it stays in the outbox; `request_due_mails` asks anew once there is one.
    if (!mail) return;
    const { mailId } = SendMail.parse(payload);
    const outcome = await deliverMail(db, mail, mailId);
    if (outcome === "failed") log.error({ mailId }, "a mail was given up");
  };
}

/** The tasks by name, over `db`. Each answers nothing and logs what it changed. */
export function makeTasks(
  db: Db,
  mail: MailTransport | null = null,
  payments: PaymentProvider | null = null,
): TaskList {
  const scheduled = Object.entries(schedules).map(([name, { job }]): [string, Task] => [
    name,
    async () => {
      const run = () => timeTask(name, () => job(db, mail, payments));
      const changed = await traced(`task ${name}`, {}, run);
      if (changed > 0) log.info({ task: name, changed }, "task done");
    },
  ]);
  return { ...Object.fromEntries(scheduled), [sendMailTask]: sendMail(db, mail) };
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
