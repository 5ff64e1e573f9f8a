"use server";

import { createAction } from "@/lib/auth/action";
import { completeDemoCheckout } from "@/lib/billing/demo/checkout";
import { findPaymentProvider } from "@/lib/billing/provider";
import { CompleteCheckout } from "@/lib/billing/schema";

/** What a provider does on its own servers: tells our webhook, then sends the browser back. */
export const completeCheckoutAction = createAction(
  CompleteCheckout,
  async ({ db, scope }, input) => {
    await completeDemoCheckout(db, scope, findPaymentProvider(), input);
    return { returnUrl: `/billing?top_up=${input.topUpId}` };
  },
);
