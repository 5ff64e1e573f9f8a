import "server-only";
import type { Db } from "@/db/client";
import { readClock } from "@/lib/billing/clock";
import type { PaymentEventType } from "@/lib/billing/payment-event";
import { findPaymentProvider, sendDemoEvent } from "@/lib/billing/provider";
import { findTopUp } from "@/lib/billing/queries";
import { type CompleteCheckout, canTopUp } from "@/lib/billing/schema";
import { AppError } from "@/lib/errors";
import type { Scope } from "@/lib/scope";

const eventTypes: Record<CompleteCheckout["choice"], PaymentEventType> = {
  pay: "payment.succeeded",
  decline: "payment.failed",
  cancel: "payment.cancelled",
};

/**
 * Plays the provider's part after its customer has chosen: tells our webhook, and changes nothing by
 * itself. A payment that has ended already is left as it is.
 *
 * Errors, in this order: NOT_FOUND where the demo isn't configured or the payment isn't this
 * workspace's; FORBIDDEN for a role that may not spend; UNAVAILABLE where the webhook took no event.
 */
export async function completeDemoCheckout(
  db: Db,
  scope: Scope,
  input: CompleteCheckout,
): Promise<void> {
  if (findPaymentProvider()?.name !== "demo") throw new AppError("NOT_FOUND");
  const topUp = await findTopUp(db, scope, input.topUpId);
  if (!topUp) throw new AppError("NOT_FOUND");
  if (!canTopUp(scope.role)) throw new AppError("FORBIDDEN");
  if (topUp.status !== "pending") return;
  if (await sendDemoEvent(topUp, eventTypes[input.choice], await readClock(db))) return;
  throw new AppError(
    "UNAVAILABLE",
    "The payment didn't go through. Nothing was charged; try again.",
  );
}
