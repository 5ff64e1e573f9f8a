"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { createAction } from "@/lib/auth/action";
import { cancelCheckout, openCheckout } from "@/lib/billing/checkout";
import { redeemCode } from "@/lib/billing/codes";
import {
  resumeAutoTopUp,
  setAutoTopUp,
  setLowBalanceAlert,
  turnOffAutoTopUp,
} from "@/lib/billing/profile-mutations";
import { RedeemCode, SetAutoTopUp, SetLowBalanceAlert } from "@/lib/billing/profile-schema";
import { findPaymentProvider } from "@/lib/billing/provider";
import { openCardSetup, removeCard } from "@/lib/billing/saved-card";
import { StartTopUp, TopUpReference } from "@/lib/billing/schema";
import { AppError } from "@/lib/errors";
import { changePlan } from "@/lib/workspaces/plan";
import { ChangePlan } from "@/lib/workspaces/schema";

/** For what takes no input: anything but an empty object is refused. */
const Nothing = z.strictObject({});

/** Everything on the page is drawn from the database, and comes back with the answer. */
function refreshBilling(): void {
  revalidatePath("/billing");
}

function requireProvider() {
  const provider = findPaymentProvider();
  if (provider) return provider;
  throw new AppError("NOT_FOUND", "Payments aren't configured. Contact support.");
}

/** Writes the payment down and answers the address of the provider's page. */
export const startTopUpAction = createAction(StartTopUp, async (context, input) => {
  const { db, scope } = context;
  const { checkoutUrl } = await openCheckout(db, scope, requireProvider(), input, context);
  return { checkoutUrl };
});

export const cancelTopUpAction = createAction(TopUpReference, async (context, input) => {
  const { db, scope } = context;
  await cancelCheckout(db, scope, requireProvider(), input.topUpId, context);
  refreshBilling();
});

/** Answers the address of the provider's page where a card is saved. */
export const saveCardAction = createAction(Nothing, async (context) => {
  const { url } = await openCardSetup(context.db, context.scope, requireProvider(), context);
  return { url };
});

export const removeCardAction = createAction(Nothing, async (context) => {
  await removeCard(context.db, context.scope, requireProvider(), context);
  refreshBilling();
});

export const setAutoTopUpAction = createAction(SetAutoTopUp, async (context, input) => {
  await setAutoTopUp(context.db, context.scope, input, context);
  refreshBilling();
});

export const turnOffAutoTopUpAction = createAction(Nothing, async (context) => {
  await turnOffAutoTopUp(context.db, context.scope, context);
  refreshBilling();
});

export const resumeAutoTopUpAction = createAction(Nothing, async (context) => {
  await resumeAutoTopUp(context.db, context.scope, context);
  refreshBilling();
});

export const setLowBalanceAlertAction = createAction(SetLowBalanceAlert, async (context, input) => {
  await setLowBalanceAlert(context.db, context.scope, input, context);
  refreshBilling();
});

export const redeemCodeAction = createAction(RedeemCode, async (context, input) => {
  const { amountNanos } = await redeemCode(context.db, context.scope, input, context);
  refreshBilling();
  return { amountNanos: amountNanos.toString() };
});

export const changePlanAction = createAction(ChangePlan, async (context, { planId }) => {
  await changePlan(context.db, context.scope, planId, context);
  refreshBilling();
});
