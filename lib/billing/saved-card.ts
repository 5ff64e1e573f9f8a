import "server-only";
import { and, count, eq, gt, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { auditLog } from "@/db/schema/audit";
import { billingProfiles } from "@/db/schema/billing";
import { users, workspaces } from "@/db/schema/workspaces";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import {
  CustomerGone,
  type PaymentProvider,
  ProviderUnavailable,
} from "@/lib/billing/payment-provider";
import { forgetCard } from "@/lib/billing/profile-mutations";
import { appOrigin } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { log } from "@/lib/log";
import { requirePermission } from "@/lib/permissions";
import type { Scope } from "@/lib/scope";

const setupOpened = "card.setup_opened";

/** Each opens a page at the provider; more an hour is a script. */
const setupsPerHourMax = 30;

/** What the customer reads while a payment provider is out of reach. */
export function providerAway(): AppError {
  return new AppError(
    "UNAVAILABLE",
    "The payment provider doesn't answer. Nothing was charged; try again in a moment.",
  );
}

/**
 * The workspace's customer at the provider, made at the first need. `gone` is one that turned out not to be
 * there any more, or to belong to another mode of the provider's; its card goes with it.
 * Throws ProviderUnavailable.
 */
export async function ensureCustomer(
  db: Db,
  scope: Scope,
  provider: PaymentProvider,
  gone: string | null = null,
): Promise<string> {
  const { workspaceId, userId } = scope;
  const [known] = await db
    .select({ provider: billingProfiles.provider, id: billingProfiles.providerCustomerId })
    .from(billingProfiles)
    .where(eq(billingProfiles.workspaceId, workspaceId));
  if (known?.id && known.provider === provider.name && known.id !== gone) return known.id;

  const [who] = await db
    .select({ name: workspaces.name, email: users.email })
    .from(workspaces)
    .innerJoin(users, eq(users.id, userId))
    .where(eq(workspaces.id, workspaceId));
  if (!who) throw new AppError("NOT_FOUND");
  const id = await provider.createCustomer({ workspaceId, userId, ...who, replaces: gone });
  return await db.transaction((tx) => keepCustomer(tx, workspaceId, provider.name, id, gone));
}

/** Whoever comes first decides which customer it is. */
async function keepCustomer(
  tx: Db,
  workspaceId: string,
  provider: PaymentProvider["name"],
  id: string,
  gone: string | null,
): Promise<string> {
  await tx.insert(billingProfiles).values({ workspaceId }).onConflictDoNothing();
  const [profile] = await tx
    .select()
    .from(billingProfiles)
    .where(eq(billingProfiles.workspaceId, workspaceId))
    .for("update");
  const known = profile?.provider === provider ? profile.providerCustomerId : null;
  if (known && known !== gone) return known;
  await tx
    .update(billingProfiles)
    .set({
      ...{ provider, providerCustomerId: id, paymentMethodId: null },
      ...{ cardBrand: null, cardLast4: null, cardExpiryMonth: null, cardExpiryYear: null },
      updatedAt: sql`now()`,
    })
    .where(eq(billingProfiles.workspaceId, workspaceId));
  return id;
}

/** Tries with the customer that is known, and once more with a new one where that is gone. */
export async function withCustomer<T>(
  db: Db,
  scope: Scope,
  provider: PaymentProvider,
  ask: (customerId: string, isNew: boolean) => Promise<T>,
): Promise<T> {
  const customerId = await ensureCustomer(db, scope, provider);
  try {
    return await ask(customerId, false);
  } catch (error) {
    if (!(error instanceof CustomerGone)) throw error;
    return await ask(await ensureCustomer(db, scope, provider, customerId), true);
  }
}

/**
 * Opens the provider's page on which a card is saved for auto top-up, and answers its address. The card
 * itself comes with the provider's event.
 *
 * Errors, in this order: FORBIDDEN for a role that may not spend; RATE_LIMITED after 30 in an hour; UNAVAILABLE
 * where the provider doesn't answer.
 */
export async function openCardSetup(
  db: Db,
  scope: Scope,
  provider: PaymentProvider,
  origin: RequestOrigin,
): Promise<{ url: string }> {
  requirePermission(scope, "billing.manage");
  await requireFewSetups(db, scope);
  const id = newId("event");
  try {
    const url = await withCustomer(db, scope, provider, (customerId, isNew) =>
      provider.openCardSetup({
        ...{ id: isNew ? `${id}:2` : id, customerId },
        savedUrl: `${appOrigin()}/billing?card=saved`,
        cancelledUrl: `${appOrigin()}/billing?card=cancelled`,
      }),
    );
    await recordAudit(db, {
      ...{ workspaceId: scope.workspaceId, userId: scope.userId },
      action: setupOpened,
      ...{ targetType: "workspace", targetId: scope.workspaceId, origin },
    });
    return { url };
  } catch (error) {
    if (error instanceof ProviderUnavailable) throw providerAway();
    throw error;
  }
}

async function requireFewSetups(db: Db, { workspaceId }: Scope): Promise<void> {
  const [row] = await db
    .select({ setups: count() })
    .from(auditLog)
    .where(
      and(
        eq(auditLog.workspaceId, workspaceId),
        eq(auditLog.action, setupOpened),
        gt(auditLog.at, sql`now() - interval '1 hour'`),
      ),
    );
  if ((row?.setups ?? 0) < setupsPerHourMax) return;
  throw new AppError("RATE_LIMITED", "Too many cards were set up. Try again in an hour.", {
    retryAfterSeconds: 3_600,
  });
}

/**
 * Forgets the saved card here, and auto top-up with it, and then at the provider. FORBIDDEN for a role that may
 * not spend.
 */
export async function removeCard(
  db: Db,
  scope: Scope,
  provider: PaymentProvider,
  origin: RequestOrigin,
): Promise<void> {
  const forgotten = await forgetCard(db, scope, origin);
  if (!forgotten || forgotten.provider !== provider.name) return;
  await forgetAtProvider(provider, forgotten.paymentMethodId);
}

/** Nobody can charge a card that we don't know, so a provider that doesn't answer is no failure. */
export async function forgetAtProvider(provider: PaymentProvider, id: string): Promise<void> {
  try {
    await provider.forgetCard(id);
  } catch (error) {
    if (!(error instanceof ProviderUnavailable)) throw error;
    log.warn({ provider: provider.name, reason: error.message }, "a card was not detached");
  }
}
