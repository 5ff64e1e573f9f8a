import "server-only";
import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { billingProfiles, topUps } from "@/db/schema/billing";
import { budgets } from "@/db/schema/budgets";
import { recordAudit } from "@/lib/audit/record";
import { type AutoTopUpDecision, decideAutoTopUp } from "@/lib/billing/auto-top-up";
import { pauseAutoTopUp } from "@/lib/billing/auto-top-up-state";
import { readClock } from "@/lib/billing/clock";
import type { PaymentProvider } from "@/lib/billing/payment-provider";
import { cardOf, sumAutoTopUpsThisMonth } from "@/lib/billing/profile";
import { newId } from "@/lib/id";
import { nanosPerCent } from "@/lib/money";

const dueMax = 200;

/**
 * Workspaces whose balance may ask for a charge of the card that `provider` keeps; `takeAutoTopUp` decides
 * on each.
 */
export async function findDueAutoTopUps(
  db: Db,
  provider: PaymentProvider["name"],
): Promise<string[]> {
  const rows = await db.execute<{ workspace_id: string }>(sql`
    select p.workspace_id
    from ${billingProfiles} p
    join ${budgets} b on b.workspace_id = p.workspace_id and b.kind = 'balance' and b.key_id is null
    join workspaces w on w.id = p.workspace_id and w.suspended_at is null and w.deleted_at is null
    where p.auto_top_up and p.payment_method_id is not null and p.provider = ${provider}
      and coalesce(p.auto_paused_reason = 'monthly_limit', true)
      and coalesce(p.auto_retry_at <= now(), true)
      and b."limit" - b.used < p.auto_threshold_cents * ${nanosPerCent}::bigint
      and not exists (
        select from ${topUps} t
        where t.workspace_id = p.workspace_id and t.kind = 'auto'
          and t.status in ('pending', 'needs_action')
      )
    order by p.workspace_id
    limit ${dueMax}`);
  return rows.map((row) => row.workspace_id);
}

export type TakenAutoTopUp =
  | { act: "none" }
  | { act: "charge"; topUpId: string }
  | { act: "pause"; reason: "card_expired" | "monthly_limit" };

/**
 * Decides once more, with the workspace's profile locked, and writes the payment down or pauses. Call it
 * inside a transaction, and have the provider charge after that has committed: whatever happens in
 * between, the row is there to ask the provider again.
 */
export async function takeAutoTopUp(
  tx: Db,
  workspaceId: string,
  provider: PaymentProvider["name"],
): Promise<TakenAutoTopUp> {
  const [profile] = await tx
    .select()
    .from(billingProfiles)
    .where(eq(billingProfiles.workspaceId, workspaceId))
    .for("update");
  if (!profile || profile.provider !== provider || profile.autoUserId === null)
    return { act: "none" };
  const decision = await decideFor(tx, profile);
  if (decision.act === "none") return decision;
  if (decision.act === "pause") {
    const isNew = await pauseAutoTopUp(tx, workspaceId, decision.reason);
    return isNew ? decision : { act: "none" };
  }
  if (profile.autoPausedReason !== null) await endMonthlyPause(tx, workspaceId);
  return await insertAutoTopUp(tx, {
    workspaceId,
    userId: profile.autoUserId,
    provider,
    amountCents: decision.amountCents,
  });
}

async function decideFor(
  tx: Db,
  profile: typeof billingProfiles.$inferSelect,
): Promise<AutoTopUpDecision> {
  const { workspaceId } = profile;
  const now = await readClock(tx);
  const [balance] = await tx
    .select({ nanos: sql<bigint>`${budgets.limit} - ${budgets.used}`.mapWith(BigInt) })
    .from(budgets)
    .where(
      and(eq(budgets.workspaceId, workspaceId), eq(budgets.kind, "balance"), isNull(budgets.keyId)),
    );
  if (!balance) throw new Error(`workspace ${workspaceId} has no balance`);
  return decideAutoTopUp(
    {
      isOn: profile.autoTopUp,
      thresholdCents: profile.autoThresholdCents,
      restoreCents: profile.autoRestoreCents,
      monthlyLimitCents: profile.autoMonthlyLimitCents,
      pausedReason: profile.autoPausedReason,
      retryAt: profile.autoRetryAt,
      card: cardOf(profile, now),
      balanceNanos: balance.nanos,
      hasOpen: await hasOpenAutoTopUp(tx, workspaceId),
      chargedThisMonthCents: await sumAutoTopUpsThisMonth(tx, workspaceId),
    },
    now,
  );
}

async function hasOpenAutoTopUp(tx: Db, workspaceId: string): Promise<boolean> {
  const rows = await tx
    .select({ id: topUps.id })
    .from(topUps)
    .where(
      and(
        eq(topUps.workspaceId, workspaceId),
        eq(topUps.kind, "auto"),
        inArray(topUps.status, ["pending", "needs_action"]),
      ),
    )
    .limit(1);
  return rows.length > 0;
}

async function endMonthlyPause(tx: Db, workspaceId: string): Promise<void> {
  await tx
    .update(billingProfiles)
    .set({ autoPausedReason: null, updatedAt: sql`now()` })
    .where(eq(billingProfiles.workspaceId, workspaceId));
}

/**
 * The nonce counts the auto top-ups that have ended. As long as one is open the next would have the same
 * nonce, so the unique index lets no second one in, whatever any process believes. No form can send it.
 */
async function insertAutoTopUp(
  tx: Db,
  input: {
    workspaceId: string;
    userId: string;
    provider: PaymentProvider["name"];
    amountCents: number;
  },
): Promise<TakenAutoTopUp> {
  const { workspaceId } = input;
  const [created] = await tx
    .insert(topUps)
    .values({
      ...{ id: newId("topUp"), ...input, kind: "auto" },
      formNonce: sql`'auto:' || (
        select count(*) from ${topUps} ended
        where ended.workspace_id = ${workspaceId} and ended.kind = 'auto'
          and ended.status not in ('pending', 'needs_action')
      )`,
      checkAt: sql`now() + interval '1 minute'`,
    })
    .onConflictDoNothing({ target: [topUps.workspaceId, topUps.formNonce] })
    .returning({ id: topUps.id, currency: topUps.currency });
  if (!created) return { act: "none" };
  await recordAudit(tx, {
    workspaceId,
    userId: null,
    action: "top_up.started",
    targetType: "top_up",
    targetId: created.id,
    details: { amountCents: input.amountCents, currency: created.currency, kind: "auto" },
  });
  return { act: "charge", topUpId: created.id };
}
