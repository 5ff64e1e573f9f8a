import "server-only";
import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { billingProfiles, type topUps } from "@/db/schema/billing";
import { recordAudit } from "@/lib/audit/record";
import { rearmAutoTopUp } from "@/lib/billing/auto-top-up-state";
import type { CardDetails } from "@/lib/billing/payment-provider";

type Provider = (typeof topUps.$inferSelect)["provider"];

export interface CustomerCard {
  workspaceId: string;
  paymentMethodId: string | null;
}

/** Whose customer that is; null where it is none of ours. */
export async function findCustomer(
  db: Db,
  provider: Provider,
  customerId: string,
): Promise<CustomerCard | null> {
  const [row] = await db
    .select({
      workspaceId: billingProfiles.workspaceId,
      paymentMethodId: billingProfiles.paymentMethodId,
    })
    .from(billingProfiles)
    .where(
      and(
        eq(billingProfiles.provider, provider),
        eq(billingProfiles.providerCustomerId, customerId),
      ),
    );
  return row ?? null;
}

/**
 * Makes a card the workspace's saved one, in place of the one before, and lets auto top-up charge again.
 * `parked` where the customer is none of ours, `ignored` where the card is kept already or is gone: an event
 * that comes late must not bring back a card that was taken away meanwhile.
 */
export async function keepCard(
  tx: Db,
  provider: Provider,
  customerId: string,
  card: CardDetails | null,
): Promise<"card_saved" | "ignored" | "parked"> {
  const owner = await findCustomer(tx, provider, customerId);
  if (!owner) return "parked";
  if (!card || card.customerId !== customerId) return "ignored";
  if (owner.paymentMethodId === card.paymentMethodId) return "ignored";
  const { workspaceId } = owner;
  await tx
    .update(billingProfiles)
    .set({
      paymentMethodId: card.paymentMethodId,
      cardBrand: card.brand,
      cardLast4: card.last4,
      cardExpiryMonth: card.expiryMonth,
      cardExpiryYear: card.expiryYear,
      updatedAt: sql`now()`,
    })
    .where(eq(billingProfiles.workspaceId, workspaceId));
  await rearmAutoTopUp(tx, workspaceId);
  await recordAudit(tx, {
    workspaceId,
    userId: null,
    action: "card.saved",
    targetType: "workspace",
    targetId: workspaceId,
    details: { brand: card.brand, last4: card.last4, provider },
  });
  return "card_saved";
}
