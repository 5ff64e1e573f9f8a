import "server-only";
import type { Db } from "@/db/client";
import { readClock } from "@/lib/billing/clock";
import { findDemoCard } from "@/lib/billing/demo/cards";
import { sendDemoEvent } from "@/lib/billing/demo/delivery";
import type { DemoEvent } from "@/lib/billing/demo/events";
import type { PaymentProvider } from "@/lib/billing/payment-provider";
import { findTopUp } from "@/lib/billing/queries";
import { ensureCustomer } from "@/lib/billing/saved-card";
import type { CompleteCardSetup, CompleteCheckout } from "@/lib/billing/schema";
import { readEnv } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { requirePermission } from "@/lib/permissions";
import type { Scope } from "@/lib/scope";

const eventTypes: Record<CompleteCheckout["choice"], DemoEvent["type"]> = {
  pay: "payment.succeeded",
  decline: "payment.failed",
  cancel: "payment.cancelled",
};

/** The card that a demo payment is made with. */
const payingCardId = "demo_card_4242";

/**
 * Plays the provider's part after its customer has chosen: tells our webhook, and changes nothing by
 * itself. A payment that has ended already is left as it is.
 *
 * Errors, in this order: NOT_FOUND where the demo isn't the provider or the payment isn't this workspace's;
 * FORBIDDEN for a role that may not spend; UNAVAILABLE where the webhook took no event.
 */
export async function completeDemoCheckout(
  db: Db,
  scope: Scope,
  provider: PaymentProvider | null,
  input: CompleteCheckout,
): Promise<void> {
  if (provider?.name !== "demo") throw new AppError("NOT_FOUND");
  const topUp = await findTopUp(db, scope, input.topUpId);
  if (!topUp) throw new AppError("NOT_FOUND");
  requirePermission(scope, "billing.manage");
  if (topUp.status !== "pending") return;
  const isKept = input.choice === "pay" && input.saveCard === true;
  const data: DemoEvent["data"] = {
    ...{ top_up_id: topUp.id, amount_cents: topUp.amountCents, currency: topUp.currency },
    ...(input.choice === "decline" ? { failure_message: "The card was declined." } : {}),
    ...(isKept ? { card: await cardOf(db, scope, provider, payingCardId) } : {}),
  };
  const event = { type: eventTypes[input.choice], data };
  if (await sendDemoEvent(readEnv(), event, await readClock(db))) return;
  throw new AppError(
    "UNAVAILABLE",
    "The payment didn't go through. Nothing was charged; try again.",
  );
}

/**
 * Plays the provider's part after its customer has given a card to be kept. Errors as above; NOT_FOUND for a
 * card that isn't one of the demo's too.
 */
export async function completeDemoCardSetup(
  db: Db,
  scope: Scope,
  provider: PaymentProvider | null,
  input: CompleteCardSetup,
): Promise<void> {
  if (provider?.name !== "demo" || !findDemoCard(input.cardId)) throw new AppError("NOT_FOUND");
  requirePermission(scope, "billing.manage");
  const data = { card: await cardOf(db, scope, provider, input.cardId) };
  if (await sendDemoEvent(readEnv(), { type: "card.saved", data }, await readClock(db))) return;
  throw new AppError("UNAVAILABLE", "The card wasn't saved. Try again.");
}

async function cardOf(db: Db, scope: Scope, provider: PaymentProvider, cardId: string) {
  const customerId = await ensureCustomer(db, scope, provider);
  return { customer_id: customerId, payment_method_id: cardId };
}
