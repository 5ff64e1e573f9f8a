import "server-only";
import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { auditLog } from "@/db/schema/audit";
import { billingProfiles, topUps } from "@/db/schema/billing";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import { startTopUp } from "@/lib/billing/mutations";
import {
  OrderChanged,
  type PaymentProvider,
  ProviderUnavailable,
  type StartedPayment,
} from "@/lib/billing/payment-provider";
import { settleNews } from "@/lib/billing/payment-settlement";
import { providerAway, withCustomer } from "@/lib/billing/saved-card";
import type { StartTopUp } from "@/lib/billing/schema";
import { brand } from "@/lib/brand";
import { appOrigin } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { isId } from "@/lib/id";
import { requirePermission } from "@/lib/permissions";
import type { Scope } from "@/lib/scope";

/**
 * Starts a payment: our row first, then the provider's page, whose address is answered. The same nonce is
 * the same payment and the same page, so a doubled submit, or one after a provider that didn't answer,
 * does no harm.
 *
 * Errors, in this order: FORBIDDEN for a role that may not spend; CONFLICT where the nonce belongs to
 * another amount, to other choices or to a payment that has ended; RATE_LIMITED after 30 in an hour; UNAVAILABLE where the
 * provider doesn't answer.
 */
export async function openCheckout(
  db: Db,
  scope: Scope,
  provider: PaymentProvider,
  input: StartTopUp,
  origin: RequestOrigin,
): Promise<{ topUpId: string; checkoutUrl: string }> {
  const topUp = await startTopUp(db, scope, provider.name, input, origin);
  const [row] = await db
    .select({ status: topUps.status, checkoutUrl: topUps.checkoutUrl })
    .from(topUps)
    .where(eq(topUps.id, topUp.id));
  if (row?.status !== "pending") {
    throw new AppError("CONFLICT", "This payment has ended. Reload the page to start another.");
  }
  if (row.checkoutUrl) return { topUpId: topUp.id, checkoutUrl: row.checkoutUrl };
  const { amountCents, currency } = topUp;
  try {
    const opened = await withCustomer(db, scope, provider, (customerId, isAgain) =>
      provider.openCheckout({
        ...{ topUpId: topUp.id, amountCents, currency, customerId, isAgain },
        saveCard: input.saveCard ?? false,
        description: `${brand.name} prepaid credit`,
        returnUrl: `${appOrigin()}/billing?top_up=${topUp.id}`,
      }),
    );
    await db
      .update(topUps)
      .set({
        checkoutUrl: opened.url,
        // An event may have been here first, and then it knows more.
        providerSessionId: sql`coalesce(${topUps.providerSessionId}, ${opened.sessionId})`,
        providerPaymentId: sql`coalesce(${topUps.providerPaymentId}, ${opened.paymentId})`,
      })
      .where(eq(topUps.id, topUp.id));
    return { topUpId: topUp.id, checkoutUrl: opened.url };
  } catch (error) {
    if (error instanceof ProviderUnavailable) throw providerAway();
    if (!(error instanceof OrderChanged)) throw error;
    throw new AppError("CONFLICT", "This form was already sent with other choices. Start again.");
  }
}

/**
 * Ends a payment that the customer doesn't want any more: its page at the provider is closed, so that
 * nobody can pay there. Where it was paid meanwhile, it is credited instead.
 *
 * Errors, in this order: NOT_FOUND for another workspace's; FORBIDDEN for a role that may not spend; CONFLICT
 * for one that has ended or is being paid; UNAVAILABLE where the provider doesn't answer.
 */
export async function cancelCheckout(
  db: Db,
  scope: Scope,
  provider: PaymentProvider,
  topUpId: string,
  origin: RequestOrigin,
): Promise<void> {
  const started = await findStartedPayment(db, provider.name, topUpId, scope.workspaceId);
  if (!started) throw new AppError("NOT_FOUND");
  requirePermission(scope, "billing.manage");
  if (started.status !== "pending" || started.kind !== "checkout") throw ended();
  try {
    const news = await provider.closeCheckout(started);
    const isClosed = await db.transaction(async (tx) => {
      await settleNews(tx, provider.name, news, { source: "answer", card: null });
      // The provider's event may have told of the end before its answer did.
      const [topUp] = await tx
        .select({ status: topUps.status })
        .from(topUps)
        .where(and(eq(topUps.id, topUpId), eq(topUps.workspaceId, scope.workspaceId)))
        .for("update");
      if (topUp?.status !== "cancelled") return false;
      // Two presses at once withdraw it once.
      const withdrawal = {
        workspaceId: scope.workspaceId,
        action: "top_up.withdrawn",
        targetId: topUpId,
      } as const;
      const isNoted = and(
        eq(auditLog.workspaceId, withdrawal.workspaceId),
        eq(auditLog.action, withdrawal.action),
        eq(auditLog.targetId, withdrawal.targetId),
      );
      const noted = await tx.select({ id: auditLog.id }).from(auditLog).where(isNoted);
      if (noted.length > 0) return true;
      await recordAudit(tx, {
        ...withdrawal,
        ...{ userId: scope.userId, targetType: "top_up", origin },
      });
      return true;
    });
    if (!isClosed) throw ended();
  } catch (error) {
    if (error instanceof ProviderUnavailable) throw providerAway();
    throw error;
  }
}

function ended(): AppError {
  return new AppError("CONFLICT", "This payment has ended or is being paid. Reload the page.");
}

/** What the provider needs to know to be asked about a payment of ours; null where it isn't its own. */
export async function findStartedPayment(
  db: Db,
  provider: PaymentProvider["name"],
  topUpId: string,
  workspaceId?: string,
): Promise<(StartedPayment & { status: (typeof topUps.$inferSelect)["status"] }) | null> {
  if (!isId("topUp", topUpId)) return null;
  const [row] = await db
    .select({
      topUpId: topUps.id,
      kind: topUps.kind,
      status: topUps.status,
      sessionId: topUps.providerSessionId,
      paymentId: topUps.providerPaymentId,
      customerProvider: billingProfiles.provider,
      customerId: billingProfiles.providerCustomerId,
      startedAt: topUps.createdAt,
    })
    .from(topUps)
    .leftJoin(billingProfiles, eq(billingProfiles.workspaceId, topUps.workspaceId))
    .where(
      and(
        eq(topUps.id, topUpId),
        eq(topUps.provider, provider),
        workspaceId === undefined ? undefined : eq(topUps.workspaceId, workspaceId),
      ),
    );
  if (!row) return null;
  const { customerProvider, ...started } = row;
  return customerProvider === provider ? started : { ...started, customerId: null };
}
