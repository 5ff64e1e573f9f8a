import "server-only";
import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { webhookAttempts, webhookDeliveries, webhookEndpoints } from "@/db/schema/webhooks";
import { recordAudit } from "@/lib/audit/record";
import { addMs, hourMs } from "@/lib/time";
import { endPendingDeliveries } from "@/lib/webhooks/end-deliveries";
import { requestAttempts } from "@/lib/webhooks/request-attempts";
import { isOverloaded, nextWaitMs } from "@/lib/webhooks/schedule";
import type { Outcome } from "@/lib/webhooks/send";

/** How many attempts may run at a time for one endpoint, so that none takes all the worker has. */
export const lanes = 4;
/** The same for one whose last attempts have failed: each may hold a place for the whole time limit. */
const lanesWhenFailing = 1;
const failingFrom = 3;

/** Failures in a row at which the people are told, and at which the endpoint is disabled. */
export const noticeFailures: readonly number[] = [5, 10, 15];
export const disableFailures = 20;

/** An attempt that this worker has begun and nobody else makes. */
export interface Claim {
  deliveryId: string;
  endpointId: string;
  workspaceId: string;
  messageId: string;
  body: string;
  url: string;
  /** Encrypted; the current one first. */
  secrets: Buffer[];
  /** Of all its attempts, from 1 on; whoever ends it must name it. */
  number: number;
  /** Of those that the schedule counts. */
  scheduled: number;
  /** The database's clock. */
  at: Date;
}

const instantOf = (ms: unknown) => new Date(Number(ms));
const msOf = (column: ReturnType<typeof sql>) =>
  sql<string>`floor(extract(epoch from ${column}) * 1000)::text`;

/**
 * Begins an attempt at a delivery that is due; null where there is none to make now. A delivery whose endpoint
 * is busy waits until one of its attempts ends; one whose endpoint asked for a pause is asked for again
 * then; one whose endpoint is gone, or whose workspace is suspended, has failed. An attempt that began `stalledSeconds` ago is over, because
 * its worker must be dead.
 */
export async function claimDelivery(
  db: Db,
  deliveryId: string,
  stalledSeconds: number,
): Promise<Claim | null> {
  return await db.transaction(async (tx) => {
    const [row] = await tx
      .select({
        endpointId: webhookDeliveries.endpointId,
        workspaceId: webhookDeliveries.workspaceId,
        messageId: webhookDeliveries.messageId,
        url: webhookEndpoints.url,
        secret: webhookEndpoints.secret,
        previousSecret: sql<Buffer | null>`case when ${webhookEndpoints.previousExpiresAt} > clock_timestamp()
          then ${webhookEndpoints.previousSecret} end`,
        failures: webhookEndpoints.failuresInRow,
        isDisabled: sql<boolean>`${webhookEndpoints.disabledAt} is not null`,
        isSuspended: sql<boolean>`(
          select w.suspended_at is not null from workspaces w
          where w.id = ${webhookDeliveries.workspaceId}
        )`,
        heldUntilMs: msOf(sql`${webhookEndpoints.heldUntil}`),
        isHeld: sql<boolean>`coalesce(${webhookEndpoints.heldUntil} > clock_timestamp(), false)`,
        body: sql<string>`(select m.body from webhook_messages m where m.id = ${webhookDeliveries.messageId})`,
      })
      .from(webhookDeliveries)
      .innerJoin(webhookEndpoints, eq(webhookEndpoints.id, webhookDeliveries.endpointId))
      .where(and(eq(webhookDeliveries.id, deliveryId), eq(webhookDeliveries.state, "pending")))
      .for("no key update", { of: webhookEndpoints });
    if (!row) return null;
    const { endpointId, workspaceId, messageId, url, body } = row;
    const ended = endOf(row);
    if (ended) {
      await endPendingDeliveries(tx, endpointId, ended);
      return null;
    }
    if (row.isHeld) {
      // Spread over some seconds, so that they don't all come at the very moment.
      const later = addMs(instantOf(row.heldUntilMs), Math.random() * 5_000);
      await requestAttempts(tx, [deliveryId], later);
      return null;
    }
    const { failures } = row;
    const taken = await take(tx, { deliveryId, endpointId, failures, stalledSeconds });
    if (!taken) return null;
    const secrets = [row.secret, row.previousSecret].filter((secret) => secret !== null);
    return { deliveryId, endpointId, workspaceId, messageId, url, body, secrets, ...taken };
  });
}

/** Why an endpoint gets nothing, if it doesn't. */
function endOf(row: { secret: Buffer | null; isDisabled: boolean; isSuspended: boolean }) {
  if (row.secret === null) return "deleted";
  if (row.isSuspended) return "suspended";
  return row.isDisabled ? "disabled" : null;
}

interface Wanted {
  deliveryId: string;
  endpointId: string;
  failures: number;
  stalledSeconds: number;
}

/** Marks the delivery as being attempted, if the endpoint has room. Call it under the endpoint's lock. */
async function take(
  tx: Db,
  { deliveryId, endpointId, failures, stalledSeconds }: Wanted,
): Promise<Pick<Claim, "number" | "scheduled" | "at"> | null> {
  const stalled = sql`make_interval(secs => ${stalledSeconds}::float8)`;
  const room = failures >= failingFrom ? lanesWhenFailing : lanes;
  const [taken] = await tx.execute<{ attempts: number; scheduled: number; at_ms: string }>(sql`
    update webhook_deliveries d set attempts = d.attempts + 1, scheduled = d.scheduled + 1,
      claimed_at = clock_timestamp()
    where d.id = ${deliveryId} and d.state = 'pending' and d.next_attempt_at <= clock_timestamp()
      and (d.claimed_at is null or d.claimed_at < clock_timestamp() - ${stalled})
      and (
        select count(*) from webhook_deliveries busy
        where busy.endpoint_id = ${endpointId} and busy.id <> d.id
          and busy.claimed_at > clock_timestamp() - ${stalled}
      ) < ${room}::int
    returning d.attempts, d.scheduled,
      floor(extract(epoch from d.claimed_at) * 1000)::text as at_ms`);
  if (!taken) return null;
  return { number: taken.attempts, scheduled: taken.scheduled, at: instantOf(taken.at_ms) };
}

/** That an endpoint keeps failing; those who manage it are to be told. */
export interface FailureNotice {
  workspaceId: string;
  endpointId: string;
  url: string;
  failures: number;
  /** Why it is disabled from now on; null where it goes on. */
  disabled: "failures" | "gone" | null;
  /** When the last of them was made. */
  at: Date;
}

/** Tells people, in the transaction in which it became so. */
export type TellOfFailures = (tx: Db, notice: FailureNotice) => Promise<void>;

/**
 * Writes down what came of an attempt, and what follows: the next one, the end, the endpoint's health, and
 * whoever waits for their turn there. An attempt that was taken for dead, and whose delivery another
 * has gone on with, changes nothing.
 */
export async function endAttempt(
  db: Db,
  claim: Claim,
  outcome: Outcome,
  tell: TellOfFailures,
): Promise<void> {
  await db.transaction(async (tx) => {
    const [endpoint] = await tx
      .select({
        url: webhookEndpoints.url,
        failures: webhookEndpoints.failuresInRow,
        isOpen: sql<boolean>`${webhookEndpoints.disabledAt} is null and ${webhookEndpoints.deletedAt} is null`,
        nowMs: msOf(sql`clock_timestamp()`),
      })
      .from(webhookEndpoints)
      .where(eq(webhookEndpoints.id, claim.endpointId))
      .for("no key update");
    if (!endpoint) throw new Error(`endpoint ${claim.endpointId} is gone`);
    const now = instantOf(endpoint.nowMs);
    if (!(await settleDelivery(tx, claim, outcome, { isOpen: endpoint.isOpen, now }))) return;
    if (!endpoint.isOpen) return;
    if (outcome.error === null) {
      if (endpoint.failures > 0) await update(tx, claim, { failuresInRow: 0, heldUntil: null });
      // The place that is free now; all of them where there was one only.
      const room = endpoint.failures >= failingFrom ? lanes : 1;
      await requestWaiting(tx, claim.endpointId, room);
      return;
    }
    const failures = endpoint.failures + 1;
    const disabled = await noteFailure(tx, claim, outcome, { failures, now });
    if (noticeFailures.includes(failures) || disabled) {
      const { workspaceId, endpointId } = claim;
      await tell(tx, { workspaceId, endpointId, url: endpoint.url, failures, disabled, at: now });
    }
    if (!disabled) await requestWaiting(tx, claim.endpointId, 1);
  });
}

async function update(
  tx: Db,
  { endpointId }: Pick<Claim, "endpointId">,
  change: Partial<typeof webhookEndpoints.$inferInsert>,
): Promise<void> {
  await tx.update(webhookEndpoints).set(change).where(eq(webhookEndpoints.id, endpointId));
}

/** Answers false where this attempt isn't the delivery's own any more. */
async function settleDelivery(
  tx: Db,
  claim: Claim,
  outcome: Outcome,
  { isOpen, now }: { isOpen: boolean; now: Date },
): Promise<boolean> {
  const { deliveryId, endpointId, number } = claim;
  const { at, durationMs, status, error, answer, answerBytes } = outcome;
  const wait =
    error === null || error === "gone" ? null : nextWaitMs(claim.scheduled, outcome, Math.random());
  const isAgain = wait !== null && isOpen;
  const nextAttemptAt = isAgain ? addMs(now, wait) : null;
  const state =
    error === null ? ("delivered" as const) : isAgain ? ("pending" as const) : ("failed" as const);
  const settled = await tx
    .update(webhookDeliveries)
    .set({
      ...{ state, nextAttemptAt, claimedAt: null, lastStatus: status, lastError: error },
      ...(error === null ? { deliveredAt: now } : {}),
    })
    .where(
      and(
        eq(webhookDeliveries.id, deliveryId),
        eq(webhookDeliveries.attempts, number),
        // One that was ended meanwhile, because its endpoint was disabled, may still have arrived.
        sql`${webhookDeliveries.claimedAt} is not null`,
      ),
    )
    .returning({ id: webhookDeliveries.id });
  if (settled.length === 0) return false;
  await tx.insert(webhookAttempts).values({
    ...{ deliveryId, number, endpointId, at, durationMs, status, error, answer, answerBytes },
  });
  if (nextAttemptAt) await requestAttempts(tx, [deliveryId], nextAttemptAt);
  return true;
}

/** Counts a failure of the endpoint. Answers why it is disabled for it, null where it isn't. */
async function noteFailure(
  tx: Db,
  claim: Claim,
  { error, status, retryAfterMs }: Outcome,
  { failures, now }: { failures: number; now: Date },
): Promise<FailureNotice["disabled"]> {
  const reason = error === "gone" ? "gone" : failures >= disableFailures ? "failures" : null;
  const holdMs = isOverloaded(status) || status === 503 ? (retryAfterMs ?? 0) : 0;
  const heldUntil = holdMs > 0 ? { heldUntil: addMs(now, Math.min(holdMs, holdMsMax)) } : {};
  await update(tx, claim, {
    ...{ failuresInRow: failures, ...heldUntil },
    ...(reason ? { disabledAt: now, disabledReason: reason } : {}),
  });
  if (!reason) return null;
  await endPendingDeliveries(tx, claim.endpointId, "disabled");
  await recordAudit(tx, {
    ...{ workspaceId: claim.workspaceId, userId: null },
    action: "webhook_endpoint.disabled",
    ...{ targetType: "webhook_endpoint", targetId: claim.endpointId },
    details: { reason },
  });
  return reason;
}

/** An answer to one delivery keeps the others back for no longer than this. */
const holdMsMax = hourMs;

/** Asks for those that waited for their turn at the endpoint. */
async function requestWaiting(tx: Db, endpointId: string, room: number): Promise<void> {
  await tx.execute(sql`select request_waiting_webhooks(${endpointId}, ${room}::int)`);
}
