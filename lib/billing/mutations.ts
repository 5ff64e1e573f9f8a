import "server-only";
import { and, count, eq, gt, inArray, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { topUps } from "@/db/schema/billing";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import type { PaymentProvider } from "@/lib/billing/payment-provider";
import type { StartTopUp } from "@/lib/billing/schema";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { requirePermission } from "@/lib/permissions";
import type { Scope } from "@/lib/scope";

/** A person tops up a few times a day at most; more an hour is a script. */
const startsPerHourMax = 30;

export interface StartedTopUp {
  id: string;
  amountCents: number;
  currency: string;
}

/**
 * Writes down a payment before the provider hears of it. The same nonce is the same payment: a
 * doubled submit answers the row of the first.
 *
 * Errors, in this order: FORBIDDEN for a role that may not spend; CONFLICT where the nonce belongs
 * to another amount; RATE_LIMITED after 30 in an hour.
 */
export async function startTopUp(
  db: Db,
  scope: Scope,
  provider: PaymentProvider["name"],
  input: StartTopUp,
  origin: RequestOrigin,
): Promise<StartedTopUp> {
  requirePermission(scope, "billing.manage");
  return db.transaction(async (tx) => {
    const known = await findByNonce(tx, scope, input.formNonce);
    if (known) return requireSameAmount(known, input);
    await requireFewStarts(tx, scope);

    const [created] = await tx
      .insert(topUps)
      .values({
        id: newId("topUp"),
        workspaceId: scope.workspaceId,
        userId: scope.userId,
        provider,
        amountCents: input.amountCents,
        formNonce: input.formNonce,
        checkAt: sql`now() + interval '1 minute'`,
      })
      .onConflictDoNothing({ target: [topUps.workspaceId, topUps.formNonce] })
      .returning(started);
    if (!created) {
      // The other submit won between our look and our insert, and has committed by now.
      const other = await findByNonce(tx, scope, input.formNonce);
      if (!other) throw new AppError("CONFLICT");
      return requireSameAmount(other, input);
    }
    await recordAudit(tx, {
      workspaceId: scope.workspaceId,
      userId: scope.userId,
      action: "top_up.started",
      targetType: "top_up",
      targetId: created.id,
      details: { amountCents: created.amountCents, currency: created.currency, provider },
      origin,
    });
    return created;
  });
}

const started = {
  id: topUps.id,
  amountCents: topUps.amountCents,
  currency: topUps.currency,
};

async function findByNonce(tx: Db, scope: Scope, nonce: string): Promise<StartedTopUp | null> {
  const [row] = await tx
    .select(started)
    .from(topUps)
    .where(and(eq(topUps.workspaceId, scope.workspaceId), eq(topUps.formNonce, nonce)));
  return row ?? null;
}

function requireSameAmount(row: StartedTopUp, input: StartTopUp): StartedTopUp {
  if (row.amountCents === input.amountCents) return row;
  throw new AppError("CONFLICT", "This form was already sent with another amount. Start again.");
}

async function requireFewStarts(tx: Db, scope: Scope): Promise<void> {
  const [row] = await tx
    .select({ starts: count() })
    .from(topUps)
    .where(
      and(
        eq(topUps.workspaceId, scope.workspaceId),
        gt(topUps.createdAt, sql`now() - interval '1 hour'`),
      ),
    );
  if ((row?.starts ?? 0) >= startsPerHourMax) {
    throw new AppError("RATE_LIMITED", "Too many payments were started. Try again in an hour.", {
      retryAfterSeconds: 3_600,
    });
  }
}

/**
 * Closes the payments that were left open for a day, and answers how many. A payment that still
 * arrives for one of them is credited all the same.
 */
export async function cancelAbandonedTopUps(db: Db): Promise<number> {
  const rows = await db
    .update(topUps)
    .set({ status: "cancelled", completedAt: sql`now()` })
    .where(
      and(
        inArray(topUps.status, ["pending", "needs_action"]),
        sql`${topUps.createdAt} < now() - interval '24 hours'`,
      ),
    )
    .returning({ id: topUps.id });
  return rows.length;
}
