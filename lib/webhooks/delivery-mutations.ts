import "server-only";
import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { webhookDeliveries } from "@/db/schema/webhooks";
import type { RequestOrigin } from "@/lib/audit/record";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import type { Scope } from "@/lib/scope";
import { messageBody } from "@/lib/webhooks/emit";
import { testEvent } from "@/lib/webhooks/event-names";
import type { EventData } from "@/lib/webhooks/events";
import {
  auditEndpoint,
  lockEndpoint,
  requireEnabled,
  requireManager,
} from "@/lib/webhooks/own-endpoint";
import { requestAttempts } from "@/lib/webhooks/request-attempts";
import type { DeliveryReference, ResendFailed } from "@/lib/webhooks/schema";
import { resendMax } from "@/lib/webhooks/terms";

/** Test events of one endpoint in a minute: more than anybody looks at, and no load for whoever is behind it. */
const testsMax = 10;
const testsSeconds = 60;

/** Throws RATE_LIMITED where an endpoint had its test events. Call it under the endpoint's lock. */
async function requireRoomForTest(tx: Db, endpointId: string): Promise<void> {
  const [full] = await tx.execute<{ wait: number }>(sql`
    select ceil(extract(epoch from d.created_at - now()) + ${testsSeconds}::int)::int as wait
    from webhook_deliveries d
    join webhook_messages m on m.id = d.message_id and m.type = ${testEvent}
    where d.endpoint_id = ${endpointId}
      and d.created_at > now() - make_interval(secs => ${testsSeconds}::int)
    order by d.created_at desc offset ${testsMax - 1}::int limit 1`);
  if (!full) return;
  const seconds = Math.max(1, full.wait);
  throw new AppError(
    "RATE_LIMITED",
    `An endpoint gets ${testsMax} test events a minute. Try again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`,
    { retryAfterSeconds: seconds },
  );
}

/**
 * Sends an endpoint a test event, whatever it subscribes to, and answers the delivery, which can be followed
 * like any other. Throws FORBIDDEN, NOT_FOUND, CONFLICT (disabled), RATE_LIMITED (more than ten a minute).
 */
export async function sendTestEvent(
  db: Db,
  scope: Scope,
  { id }: { id: string },
  origin: RequestOrigin,
): Promise<{ deliveryId: string }> {
  requireManager(scope);
  return await db.transaction(async (tx) => {
    const endpoint = await lockEndpoint(tx, scope, id);
    requireEnabled(endpoint);
    await requireRoomForTest(tx, id);
    const data: EventData<typeof testEvent> = {
      endpoint_id: id,
      message: "This endpoint receives events.",
    };
    const [made] = await tx.execute<{ id: string }>(sql`
      with w as (
        select ${newId("webhookMessage")}::text as id, ${scope.workspaceId}::text as workspace_id,
          ${testEvent}::text as type, ${JSON.stringify(data)}::text as data, now() as occurred_at
      ),
      told as (
        insert into webhook_messages (id, workspace_id, type, occurred_at, body)
        select w.id, w.workspace_id, w.type, w.occurred_at, ${messageBody()} from w
        returning id, workspace_id
      )
      insert into webhook_deliveries (id, message_id, endpoint_id, workspace_id)
      select make_id('dlv'), t.id, ${id}, t.workspace_id from told t
      returning id`);
    if (!made) throw new Error("an insert answered no row");
    await requestAttempts(tx, [made.id]);
    const details = { url: endpoint.url };
    await auditEndpoint(tx, scope, id, { action: "webhook_endpoint.tested", details }, origin);
    return { deliveryId: made.id };
  });
}

/** Due at once, with the schedule from its beginning. What an attempt has claimed stays claimed. */
const anew = { state: "pending" as const, scheduled: 0, nextAttemptAt: sql`now()` };

/**
 * Sends a delivery again that was delivered or has failed: the same message under the same id. Throws
 * FORBIDDEN, NOT_FOUND, CONFLICT (the endpoint is disabled, or the delivery is under way).
 */
export async function resendDelivery(
  db: Db,
  scope: Scope,
  { endpointId, id }: DeliveryReference,
  origin: RequestOrigin,
): Promise<void> {
  requireManager(scope);
  await db.transaction(async (tx) => {
    const endpoint = await lockEndpoint(tx, scope, endpointId);
    const own = and(eq(webhookDeliveries.id, id), eq(webhookDeliveries.endpointId, endpointId));
    const [delivery] = await tx
      .select({ state: webhookDeliveries.state })
      .from(webhookDeliveries)
      .where(own)
      .for("update");
    if (!delivery) throw new AppError("NOT_FOUND");
    requireEnabled(endpoint);
    if (delivery.state === "pending") {
      throw new AppError("CONFLICT", "This delivery is under way already.");
    }
    await tx.update(webhookDeliveries).set(anew).where(own);
    await requestAttempts(tx, [id]);
    const details = { url: endpoint.url, deliveryId: id };
    const action = "webhook_delivery.resent";
    await auditEndpoint(tx, scope, endpointId, { action, details }, origin);
  });
}

/**
 * Sends again what was made since then and has failed, the oldest first, at most 1,000. Answers how many, and
 * how many are left for another call. Throws FORBIDDEN, NOT_FOUND, CONFLICT (disabled).
 */
export async function resendFailed(
  db: Db,
  scope: Scope,
  { id, since }: ResendFailed,
  origin: RequestOrigin,
): Promise<{ resent: number; left: number }> {
  requireManager(scope);
  return await db.transaction(async (tx) => {
    const endpoint = await lockEndpoint(tx, scope, id);
    requireEnabled(endpoint);
    const failed = sql`d.endpoint_id = ${id} and d.state = 'failed'
      and d.created_at >= ${since.toISOString()}::timestamptz`;
    const resent = await tx.execute<{ id: string }>(sql`
      update webhook_deliveries set state = 'pending', scheduled = 0, next_attempt_at = now()
      where id in (
        select d.id from webhook_deliveries d where ${failed} order by d.id limit ${resendMax}
      )
      returning id`);
    await requestAttempts(
      tx,
      resent.map((row) => row.id),
    );
    const [row] = await tx.execute<{ left: number }>(
      sql`select count(*)::int as left from webhook_deliveries d where ${failed}`,
    );
    const details = { url: endpoint.url, since: since.toISOString(), count: resent.length };
    const action = "webhook_endpoint.failed_resent";
    if (resent.length > 0) await auditEndpoint(tx, scope, id, { action, details }, origin);
    return { resent: resent.length, left: row?.left ?? 0 };
  });
}
