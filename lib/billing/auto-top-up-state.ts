import "server-only";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { billingProfiles, topUps } from "@/db/schema/billing";
import { recordAudit } from "@/lib/audit/record";
import { noteDecline } from "@/lib/billing/auto-top-up";
import { readClock } from "@/lib/billing/clock";
import type { PauseReason } from "@/lib/billing/profile-schema";

type TopUp = typeof topUps.$inferSelect;

/** No pause, no failures, no wait: the next look at the balance may charge. */
export const rearmed = { autoPausedReason: null, autoFailures: 0, autoRetryAt: null } as const;

/**
 * What the end of a payment means for auto top-up. Call it once for each change of a top-up's status, in
 * the transaction that makes it. A decline counts and backs off, the third in a row pauses; a bank that
 * wants to see the cardholder pauses; money that arrived, however it was paid, ends both.
 */
export async function noteTopUpEnd(
  tx: Db,
  topUp: Pick<TopUp, "id" | "workspaceId" | "kind" | "status">,
): Promise<void> {
  if (topUp.status === "succeeded") await noteSuccess(tx, topUp.workspaceId);
  if (topUp.kind !== "auto") return;
  if (topUp.status === "needs_action") {
    await pauseAutoTopUp(tx, topUp.workspaceId, "needs_action");
  } else if (topUp.status === "failed") {
    await noteFailure(tx, topUp.workspaceId);
  }
}

/** A dispute isn't settled by another payment, nor is a card's expiry; those the customer ends. */
async function noteSuccess(tx: Db, workspaceId: string): Promise<void> {
  await tx
    .update(billingProfiles)
    .set({
      autoFailures: 0,
      autoRetryAt: null,
      autoPausedReason: sql`case when ${billingProfiles.autoPausedReason} in ('declined', 'needs_action')
        then null else ${billingProfiles.autoPausedReason} end`,
      updatedAt: sql`now()`,
    })
    .where(
      and(
        eq(billingProfiles.workspaceId, workspaceId),
        sql`(${billingProfiles.autoFailures} > 0 or ${billingProfiles.autoRetryAt} is not null
          or ${billingProfiles.autoPausedReason} in ('declined', 'needs_action'))`,
      ),
    );
  await closeWaitingAutoTopUps(tx, workspaceId);
}

/**
 * Gives up on payments that wait for their cardholder, so that another can be tried. One that the
 * cardholder confirms all the same is credited. Rows that an event is changing just now are left to it:
 * waiting for them here, with the profile locked, could be waiting for each other.
 */
export async function closeWaitingAutoTopUps(tx: Db, workspaceId: string): Promise<void> {
  await tx.execute(sql`
    update ${topUps} set status = 'cancelled', completed_at = now()
    where id in (
      select id from ${topUps}
      where workspace_id = ${workspaceId} and kind = 'auto' and status = 'needs_action'
      for update skip locked
    )`);
}

async function noteFailure(tx: Db, workspaceId: string): Promise<void> {
  const [profile] = await tx
    .select({ failures: billingProfiles.autoFailures, reason: billingProfiles.autoPausedReason })
    .from(billingProfiles)
    .where(eq(billingProfiles.workspaceId, workspaceId))
    .for("update");
  if (!profile) return;
  const noted = noteDecline(profile.failures, await readClock(tx));
  await tx
    .update(billingProfiles)
    .set({ autoFailures: noted.failures, autoRetryAt: noted.retryAt, updatedAt: sql`now()` })
    .where(eq(billingProfiles.workspaceId, workspaceId));
  if (noted.pausedReason) await pauseAutoTopUp(tx, workspaceId, noted.pausedReason);
}

/**
 * Stops auto top-up for a reason that the Billing page tells. A pause that is there already stays, but a
 * dispute outweighs all others. Answers whether anything changed; a workspace that has auto top-up switched
 * off has nothing to pause.
 */
export async function pauseAutoTopUp(
  tx: Db,
  workspaceId: string,
  reason: PauseReason,
): Promise<boolean> {
  const isFree =
    reason === "disputed"
      ? sql`${billingProfiles.autoPausedReason} is distinct from 'disputed'`
      : sql`(${isNull(billingProfiles.autoPausedReason)} or ${billingProfiles.autoPausedReason} = 'monthly_limit')
          and ${billingProfiles.autoPausedReason} is distinct from ${reason}`;
  const paused = await tx
    .update(billingProfiles)
    .set({ autoPausedReason: reason, autoRetryAt: null, updatedAt: sql`now()` })
    .where(
      and(
        eq(billingProfiles.workspaceId, workspaceId),
        eq(billingProfiles.autoTopUp, true),
        isFree,
      ),
    )
    .returning({ workspaceId: billingProfiles.workspaceId });
  if (paused.length === 0) return false;
  await recordAudit(tx, {
    workspaceId,
    userId: null,
    action: "auto_top_up.paused",
    targetType: "workspace",
    targetId: workspaceId,
    details: { reason },
  });
  return true;
}

/** Ends every pause and back-off, because the customer has done something about it: another card. */
export async function rearmAutoTopUp(tx: Db, workspaceId: string): Promise<void> {
  await tx
    .update(billingProfiles)
    .set({ ...rearmed, updatedAt: sql`now()` })
    .where(eq(billingProfiles.workspaceId, workspaceId));
  await closeWaitingAutoTopUps(tx, workspaceId);
}
