import "server-only";
import { eq } from "drizzle-orm";
import type { Db } from "@/db/client";
import { billingProfiles, topUps } from "@/db/schema/billing";
import {
  CustomerGone,
  type PaymentProvider,
  ProviderUnavailable,
} from "@/lib/billing/payment-provider";
import { settleNews } from "@/lib/billing/payment-settlement";
import { brand } from "@/lib/brand";
import { log } from "@/lib/log";

export type AutoCharge =
  /** `processing`: the provider will tell by an event. */
  | { outcome: "succeeded" | "processing" }
  | {
      outcome: "declined" | "requires_action";
      /** For people. */
      message: string;
      /** The provider's own. */
      code: string | null;
      declineCode: string | null;
    }
  /** Nobody knows yet. The row stays open until the provider has been asked. */
  | { outcome: "unknown" };

/**
 * Charges the saved card for an auto top-up that is written down and pending, and writes down what came of
 * it: credit, status and audit in one transaction, by the same rules as an event. Call it outside of any
 * transaction. Calling it twice charges once, because the row's id is the provider's idempotency key.
 */
export async function chargeSavedCard(
  db: Db,
  provider: PaymentProvider,
  topUpId: string,
): Promise<AutoCharge> {
  const [row] = await db
    .select({ topUp: topUps, profile: billingProfiles })
    .from(topUps)
    .innerJoin(billingProfiles, eq(billingProfiles.workspaceId, topUps.workspaceId))
    .where(eq(topUps.id, topUpId));
  if (row?.topUp.kind !== "auto" || row.topUp.provider !== provider.name) {
    throw new Error(`${topUpId} is no auto top-up of ${provider.name}`);
  }
  const { topUp, profile } = row;
  if (topUp.status === "succeeded") return { outcome: "succeeded" };
  if (topUp.status !== "pending") return { outcome: "unknown" };
  const { providerCustomerId: customerId, paymentMethodId } = profile;
  if (!customerId || !paymentMethodId || profile.provider !== provider.name) {
    return await fail(db, provider, topUpId, "The saved card is gone. Save a card again.");
  }
  const { amountCents, currency } = topUp;
  try {
    const result = await provider.chargeCard({
      ...{ topUpId, amountCents, currency, customerId, paymentMethodId },
      description: `${brand.name} prepaid credit, auto top-up`,
    });
    await db.transaction((tx) =>
      settleNews(tx, provider.name, result.news, { source: "answer", card: null }),
    );
    const { news: _news, ...charge } = result;
    return charge;
  } catch (error) {
    if (error instanceof CustomerGone) {
      return await fail(db, provider, topUpId, "The saved card is gone. Save a card again.");
    }
    if (!(error instanceof ProviderUnavailable)) throw error;
    log.warn({ topUpId, reason: error.message }, "an auto top-up's outcome is not known yet");
    return { outcome: "unknown" };
  }
}

async function fail(
  db: Db,
  provider: PaymentProvider,
  topUpId: string,
  message: string,
): Promise<AutoCharge> {
  const payment = { topUpId, sessionId: null, paymentId: null };
  await db.transaction((tx) =>
    settleNews(
      tx,
      provider.name,
      { kind: "failed", payment, message },
      { source: "answer", card: null },
    ),
  );
  return { outcome: "declined", message, code: "card_missing", declineCode: null };
}
