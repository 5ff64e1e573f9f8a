import "server-only";
import { sql } from "drizzle-orm";
import type { Db } from "@/db/client";

/** The worker's task that makes one attempt at one delivery; its payload is `{ "deliveryId": … }`. */
export const deliverWebhookTask = "deliver_webhook";

/** A list of ids as PostgreSQL reads arrays; none of them can hold a quote or a comma. */
const arrayOf = (ids: readonly string[]) => sql`${`{${ids.join(",")}}`}::text[]`;

/** Asks the worker to attempt these deliveries, at `at` or as soon as possible. */
export async function requestAttempts(tx: Db, ids: readonly string[], at?: Date): Promise<void> {
  if (ids.length === 0) return;
  await tx.execute(
    sql`select request_webhook_attempts(${arrayOf(ids)}, ${at?.toISOString() ?? null}::timestamptz)`,
  );
}

const dueMax = 500;
/** A job is made in the transaction of its delivery, so one that is due for so long has lost it. */
const lostSeconds = 5;

/**
 * Asks anew for deliveries that nobody is going to attempt: written before the worker had its tables, or left
 * by a worker that was killed. An attempt that has run for `stalledSeconds` belongs to a worker that is
 * gone. Answers how many. Those that wait for their turn at a busy endpoint are left to whoever ends its
 * attempts.
 */
export async function requestDueDeliveries(db: Db, stalledSeconds: number): Promise<number> {
  const stalled = sql`make_interval(secs => ${stalledSeconds}::float8)`;
  return await db.transaction(async (tx) => {
    const [worker] = await tx.execute<{ is_there: boolean }>(
      sql`select to_regclass('graphile_worker.jobs') is not null as is_there`,
    );
    if (!worker?.is_there) return 0;
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('request_due_deliveries'))`);
    await tx.execute(sql`
      select graphile_worker.force_unlock_workers(array_agg(distinct j.locked_by))
      from graphile_worker.jobs j
      where j.task_identifier = ${deliverWebhookTask} and j.locked_at < now() - ${stalled}
      having count(*) > 0`);
    const due = await tx.execute<{ id: string }>(sql`
      with lost as (
        select d.id, d.endpoint_id,
          row_number() over (partition by d.endpoint_id order by d.next_attempt_at, d.id) as place
        from webhook_deliveries d
        where d.state = 'pending'
          and d.next_attempt_at < now() - least(make_interval(secs => ${lostSeconds}), ${stalled})
          and (d.claimed_at is null or d.claimed_at < now() - ${stalled})
          and not exists (
            select from graphile_worker.jobs j
            where j.key = ${`${deliverWebhookTask}:`} || d.id
              and (j.locked_at is not null or j.attempts < j.max_attempts)
          )
      )
      select l.id from lost l
      -- As many as may run at a time: whoever ends an attempt asks for the next.
      where l.place <= 4 and not exists (
        select from webhook_deliveries busy
        where busy.endpoint_id = l.endpoint_id and busy.claimed_at > now() - ${stalled}
      )
      order by l.place, l.id
      limit ${dueMax}`);
    await requestAttempts(
      tx,
      due.map(({ id }) => id),
    );
    return due.length;
  });
}
