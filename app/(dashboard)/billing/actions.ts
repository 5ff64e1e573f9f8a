"use server";

import { createAction } from "@/lib/auth/action";
import { startTopUp } from "@/lib/billing/mutations";
import { findPaymentProvider } from "@/lib/billing/provider";
import { StartTopUp } from "@/lib/billing/schema";
import { AppError } from "@/lib/errors";

/** Writes the payment down and answers the address of the provider's page. */
export const startTopUpAction = createAction(
  StartTopUp,
  async ({ db, scope, address, userAgent }, input) => {
    const provider = findPaymentProvider();
    if (!provider) throw new AppError("NOT_FOUND", "Payments aren't configured. Contact support.");
    const topUp = await startTopUp(db, scope, provider.name, input, { address, userAgent });
    return { checkoutUrl: await provider.startCheckout(topUp) };
  },
);
