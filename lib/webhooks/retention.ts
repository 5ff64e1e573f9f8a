import "server-only";
import { sql } from "drizzle-orm";
import type { Db } from "@/db/client";

const keepDays = 30;
/** Rows that one statement takes, so that none holds locks for long. */
const atOnce = 5_000;

/**
 * Forgets what was sent more than thirty days ago, with its answers; what is still under way stays. Forgets
 * the secrets whose overlap is over. Answers how many deliveries.
 */
export async function forgetOldDeliveries(db: Db): Promise<number> {
  const age = sql`now() - make_interval(days => ${keepDays}::int)`;
  let forgotten = 0;
  for (;;) {
    const rows = await db.execute(sql`
      delete from webhook_deliveries where id in (
        select id from webhook_deliveries
        where created_at < ${age} and state <> 'pending'
          and (claimed_at is null or claimed_at < ${age})
        limit ${atOnce}
      ) returning 1`);
    forgotten += rows.length;
    if (rows.length < atOnce) break;
  }
  await db.execute(sql`
    delete from webhook_messages m where m.created_at < ${age}
      and not exists (select from webhook_deliveries d where d.message_id = m.id)`);
  await db.execute(sql`
    delete from webhook_endpoints e where e.deleted_at < ${age}
      and not exists (select from webhook_deliveries d where d.endpoint_id = e.id)`);
  await db.execute(sql`delete from webhook_occasions where until < now()`);
  await db.execute(sql`
    update webhook_endpoints set previous_secret = null, previous_expires_at = null
    where previous_expires_at < now()`);
  return forgotten;
}
