import "server-only";
import { eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { billingProfiles } from "@/db/schema/billing";
import { type AuditEntry, type RequestOrigin, recordAudit } from "@/lib/audit/record";
import { rearmAutoTopUp, rearmed } from "@/lib/billing/auto-top-up-state";
import { readClock } from "@/lib/billing/clock";
import { cardOf } from "@/lib/billing/profile";
import type { SetAutoTopUp, SetLowBalanceAlert } from "@/lib/billing/profile-schema";
import { AppError } from "@/lib/errors";
import { requirePermission } from "@/lib/permissions";
import type { Scope } from "@/lib/scope";

type Profile = typeof billingProfiles.$inferSelect;

function requireMaySpend(scope: Scope): void {
  requirePermission(scope, "billing.manage");
}

/** The workspace's row, made where there is none, locked: changes of one profile take turns. */
async function lockProfile(tx: Db, scope: Scope): Promise<Profile> {
  const { workspaceId } = scope;
  await tx.insert(billingProfiles).values({ workspaceId }).onConflictDoNothing();
  const [profile] = await tx
    .select()
    .from(billingProfiles)
    .where(eq(billingProfiles.workspaceId, workspaceId))
    .for("update");
  if (!profile) throw new AppError("CONFLICT");
  return profile;
}

async function changeProfile(
  tx: Db,
  scope: Scope,
  change: Partial<Omit<Profile, "workspaceId" | "updatedAt">>,
): Promise<void> {
  await tx
    .update(billingProfiles)
    .set({ ...change, updatedAt: sql`now()` })
    .where(eq(billingProfiles.workspaceId, scope.workspaceId));
}

async function recordAct(
  tx: Db,
  scope: Scope,
  origin: RequestOrigin,
  action: AuditEntry["action"],
  details: AuditEntry["details"] = {},
): Promise<void> {
  await recordAudit(tx, {
    workspaceId: scope.workspaceId,
    userId: scope.userId,
    action,
    targetType: "workspace",
    targetId: scope.workspaceId,
    details,
    origin,
  });
}

/**
 * Switches auto top-up on, or changes its figures (cents). Switching on begins anew, without the pause and
 * the declines of earlier; a change while it is paused leaves it paused, but for the monthly limit, which
 * is weighed again.
 *
 * Errors: FORBIDDEN for a role that may not spend; CONFLICT without a saved card that still works.
 */
export async function setAutoTopUp(
  db: Db,
  scope: Scope,
  input: SetAutoTopUp,
  origin: RequestOrigin,
): Promise<void> {
  requireMaySpend(scope);
  await db.transaction(async (tx) => {
    const profile = await lockProfile(tx, scope);
    if (!profile.autoTopUp) requireWorkingCard(profile, await readClock(tx));
    if (!profile.autoTopUp) await rearmAutoTopUp(tx, scope.workspaceId);
    await changeProfile(tx, scope, {
      autoTopUp: true,
      autoThresholdCents: input.thresholdCents,
      autoRestoreCents: input.restoreCents,
      autoMonthlyLimitCents: input.monthlyLimitCents,
      autoUserId: scope.userId,
      ...(profile.autoPausedReason === "monthly_limit" ? { autoPausedReason: null } : {}),
    });
    await recordAct(
      tx,
      scope,
      origin,
      profile.autoTopUp ? "auto_top_up.changed" : "auto_top_up.on",
      {
        ...input,
      },
    );
  });
}

function requireWorkingCard(profile: Profile, now: Date): void {
  const card = cardOf(profile, now);
  if (!card) throw new AppError("CONFLICT", "Save a card first; auto top-up charges it.");
  if (card.isExpired) {
    throw new AppError("CONFLICT", "The saved card has expired. Save another one first.");
  }
}

/** Switches auto top-up off; its figures stay for the next time. FORBIDDEN for a role that may not spend. */
export async function turnOffAutoTopUp(db: Db, scope: Scope, origin: RequestOrigin): Promise<void> {
  requireMaySpend(scope);
  await db.transaction(async (tx) => {
    const profile = await lockProfile(tx, scope);
    if (!profile.autoTopUp) return;
    await changeProfile(tx, scope, { autoTopUp: false, ...rearmed });
    await recordAct(tx, scope, origin, "auto_top_up.off");
  });
}

/**
 * Lets a paused auto top-up charge again, from the next look at the balance on.
 *
 * Errors: FORBIDDEN for a role that may not spend; CONFLICT where it is off, or the card is gone or expired.
 */
export async function resumeAutoTopUp(db: Db, scope: Scope, origin: RequestOrigin): Promise<void> {
  requireMaySpend(scope);
  await db.transaction(async (tx) => {
    const profile = await lockProfile(tx, scope);
    if (!profile.autoTopUp)
      throw new AppError("CONFLICT", "Auto top-up is off. Switch it on first.");
    requireWorkingCard(profile, await readClock(tx));
    const isWaiting = profile.autoPausedReason !== null || profile.autoRetryAt !== null;
    if (!isWaiting) return;
    await rearmAutoTopUp(tx, scope.workspaceId);
    await recordAct(tx, scope, origin, "auto_top_up.resumed", {
      reason: profile.autoPausedReason ?? "retry",
    });
  });
}

/**
 * Forgets the saved card, and switches auto top-up off with it. Answers what was forgotten, so that the
 * caller can have the provider forget it too; null where there was none. FORBIDDEN for a role that may
 * not spend.
 */
export async function forgetCard(
  db: Db,
  scope: Scope,
  origin: RequestOrigin,
): Promise<{ provider: "demo" | "stripe" | null; paymentMethodId: string } | null> {
  requireMaySpend(scope);
  return await db.transaction(async (tx) => {
    const { provider, paymentMethodId, cardLast4 } = await lockProfile(tx, scope);
    if (paymentMethodId === null) return null;
    await changeProfile(tx, scope, {
      ...{ paymentMethodId: null, cardBrand: null, cardLast4: null },
      ...{ cardExpiryMonth: null, cardExpiryYear: null },
      ...{ autoTopUp: false, ...rearmed },
    });
    await recordAct(tx, scope, origin, "card.forgotten", { last4: cardLast4 });
    return { provider, paymentMethodId };
  });
}

/**
 * Sets the balance below which a mail is sent, or null for none. Another threshold begins anew: where the
 * balance is below it already, the mail comes at once. FORBIDDEN for a role that may not spend.
 */
export async function setLowBalanceAlert(
  db: Db,
  scope: Scope,
  input: SetLowBalanceAlert,
  origin: RequestOrigin,
): Promise<void> {
  requireMaySpend(scope);
  await db.transaction(async (tx) => {
    const profile = await lockProfile(tx, scope);
    if (profile.alertCents === input.alertCents) return;
    await changeProfile(tx, scope, { alertCents: input.alertCents, alertArmed: true });
    await recordAct(tx, scope, origin, "low_balance_alert.changed", {
      alertCents: input.alertCents,
    });
  });
}
