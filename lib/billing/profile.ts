import "server-only";
import { and, desc, eq, inArray, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { billingProfiles, topUps } from "@/db/schema/billing";
import { alertCentsDefault } from "@/lib/billing/amounts";
import { readClock } from "@/lib/billing/clock";
import { autoTopUpDefaults, isCardExpired, type PauseReason } from "@/lib/billing/profile-schema";
import type { Scope } from "@/lib/scope";

export interface SavedCard {
  brand: string;
  last4: string;
  /** Both null for what has no expiry. */
  expiryMonth: number | null;
  expiryYear: number | null;
  isExpired: boolean;
}

export interface OpenAutoTopUp {
  id: string;
  amountCents: number;
  status: "pending" | "needs_action";
  createdAt: Date;
}

/** How a workspace pays by itself, as the Billing page shows it; amounts in cents. */
export interface BillingProfile {
  card: SavedCard | null;
  autoTopUp: {
    isOn: boolean;
    thresholdCents: number;
    restoreCents: number;
    monthlyLimitCents: number;
    /** This calendar month (UTC), by auto top-ups that succeeded or are under way. */
    chargedThisMonthCents: number;
    pausedReason: PauseReason | null;
    /** Declines in a row. */
    failures: number;
    /** After a decline, when the next charge may be tried; null when it may be now. */
    retryAt: Date | null;
    open: OpenAutoTopUp | null;
    /** The latest decline, as long as no payment has succeeded since. */
    lastFailure: { id: string; message: string | null; at: Date } | null;
  };
  /** Mail below this balance; null where none is wanted. */
  alertCents: number | null;
}

/** The workspace's settings of payment; the defaults where nobody has chosen any. */
export async function getBillingProfile(
  db: Db,
  scope: Pick<Scope, "workspaceId">,
): Promise<BillingProfile> {
  const { workspaceId } = scope;
  const [[row], now, chargedThisMonthCents, open] = await Promise.all([
    db.select().from(billingProfiles).where(eq(billingProfiles.workspaceId, workspaceId)),
    readClock(db),
    sumAutoTopUpsThisMonth(db, workspaceId),
    findOpenAutoTopUp(db, workspaceId),
  ]);
  const failures = row?.autoFailures ?? 0;
  const retryAt = row?.autoRetryAt ?? null;
  return {
    card: row ? cardOf(row, now) : null,
    autoTopUp: {
      isOn: row?.autoTopUp ?? false,
      thresholdCents: row?.autoThresholdCents ?? autoTopUpDefaults.thresholdCents,
      restoreCents: row?.autoRestoreCents ?? autoTopUpDefaults.restoreCents,
      monthlyLimitCents: row?.autoMonthlyLimitCents ?? autoTopUpDefaults.monthlyLimitCents,
      chargedThisMonthCents,
      pausedReason: row?.autoPausedReason ?? null,
      failures,
      retryAt: retryAt && retryAt > now ? retryAt : null,
      open,
      lastFailure: failures > 0 ? await findLastFailure(db, workspaceId) : null,
    },
    alertCents: row ? row.alertCents : alertCentsDefault,
  };
}

/** The saved card of a profile; null where none is. */
export function cardOf(row: typeof billingProfiles.$inferSelect, now: Date): SavedCard | null {
  const { paymentMethodId, cardExpiryMonth: expiryMonth, cardExpiryYear: expiryYear } = row;
  if (paymentMethodId === null) return null;
  return {
    brand: row.cardBrand ?? "card",
    last4: row.cardLast4 ?? "",
    expiryMonth,
    expiryYear,
    isExpired: isCardExpired({ expiryMonth, expiryYear }, now),
  };
}

/** In cents: what auto top-ups of this calendar month (UTC) have charged, or are about to. */
export async function sumAutoTopUpsThisMonth(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db
    .select({ cents: sql`coalesce(sum(${topUps.amountCents}), 0)`.mapWith(Number) })
    .from(topUps)
    .where(
      and(
        eq(topUps.workspaceId, workspaceId),
        eq(topUps.kind, "auto"),
        inArray(topUps.status, ["succeeded", "pending", "needs_action"]),
        sql`${topUps.createdAt} >= date_trunc('month', now(), 'UTC')`,
      ),
    );
  return row?.cents ?? 0;
}

async function findOpenAutoTopUp(db: Db, workspaceId: string): Promise<OpenAutoTopUp | null> {
  const [row] = await db
    .select({
      id: topUps.id,
      amountCents: topUps.amountCents,
      status: topUps.status,
      createdAt: topUps.createdAt,
    })
    .from(topUps)
    .where(
      and(
        eq(topUps.workspaceId, workspaceId),
        eq(topUps.kind, "auto"),
        inArray(topUps.status, ["pending", "needs_action"]),
      ),
    )
    .orderBy(desc(topUps.createdAt), desc(topUps.id))
    .limit(1);
  if (!row) return null;
  return { ...row, status: row.status === "needs_action" ? "needs_action" : "pending" };
}

async function findLastFailure(
  db: Db,
  workspaceId: string,
): Promise<BillingProfile["autoTopUp"]["lastFailure"]> {
  const [row] = await db
    .select({
      id: topUps.id,
      message: topUps.failureMessage,
      at: sql`coalesce(${topUps.completedAt}, ${topUps.createdAt})`.mapWith(topUps.createdAt),
    })
    .from(topUps)
    .where(
      and(
        eq(topUps.workspaceId, workspaceId),
        eq(topUps.kind, "auto"),
        eq(topUps.status, "failed"),
      ),
    )
    .orderBy(desc(topUps.createdAt), desc(topUps.id))
    .limit(1);
  return row ?? null;
}
