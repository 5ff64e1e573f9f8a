"use server";

import { createAction } from "@/lib/auth/action";
import { completeDemoCardSetup } from "@/lib/billing/demo/checkout";
import { findPaymentProvider } from "@/lib/billing/provider";
import { CompleteCardSetup } from "@/lib/billing/schema";

/** What a provider does after its customer has given a card: tells our webhook. */
export const completeCardSetupAction = createAction(
  CompleteCardSetup,
  async ({ db, scope }, input) => {
    await completeDemoCardSetup(db, scope, findPaymentProvider(), input);
    return { returnUrl: "/billing?card=saved" };
  },
);
