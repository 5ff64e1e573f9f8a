"use server";

import { createAction } from "@/lib/auth/action";
import { completeDemoCheckout } from "@/lib/billing/demo-checkout";
import { CompleteCheckout } from "@/lib/billing/schema";

/** What a provider does on its own servers: tells our webhook, then sends the browser back. */
export const completeCheckoutAction = createAction(
  CompleteCheckout,
  async ({ db, scope }, input) => {
    await completeDemoCheckout(db, scope, input);
    return { returnUrl: `/billing?top_up=${input.topUpId}` };
  },
);
