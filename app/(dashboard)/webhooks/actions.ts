"use server";

import { revalidatePath } from "next/cache";
import { createAction } from "@/lib/auth/action";
import type { ActionResult } from "@/lib/result";
import { resendDelivery, resendFailed, sendTestEvent } from "@/lib/webhooks/delivery-mutations";
import {
  type CreatedEndpoint,
  createEndpoint,
  deleteEndpoint,
  updateEndpoint,
} from "@/lib/webhooks/mutations";
import {
  CreateEndpoint,
  DeliveryReference,
  EndpointReference,
  ResendFailed,
  RollSecret,
  UpdateEndpoint,
} from "@/lib/webhooks/schema";
import { endOldSecret, type RolledSecret, rollSecret } from "@/lib/webhooks/secret-mutations";
import { webhookSettings } from "@/lib/webhooks/settings";

/** The list and every endpoint's own page come back with the answer; a secret stands in the result alone. */
function refreshWebhooks(): void {
  revalidatePath("/webhooks");
}

const create = createAction(CreateEndpoint, async (context, input) => {
  const created = await createEndpoint(
    context.db,
    context.scope,
    webhookSettings(),
    input,
    context,
  );
  refreshWebhooks();
  return created;
});

const update = createAction(UpdateEndpoint, async (context, input) => {
  await updateEndpoint(context.db, context.scope, webhookSettings(), input, context);
  refreshWebhooks();
});

// Its page is gone with it, so nothing is drawn anew before its reader has left it.
const remove = createAction(EndpointReference, async (context, input) => {
  await deleteEndpoint(context.db, context.scope, input, context);
});

const roll = createAction(RollSecret, async (context, input) => {
  const rolled = await rollSecret(context.db, context.scope, webhookSettings(), input, context);
  refreshWebhooks();
  return rolled;
});

const endOld = createAction(EndpointReference, async (context, input) => {
  await endOldSecret(context.db, context.scope, input, context);
  refreshWebhooks();
});

const test = createAction(EndpointReference, async (context, input) => {
  const sent = await sendTestEvent(context.db, context.scope, input, context);
  refreshWebhooks();
  return sent;
});

const resend = createAction(DeliveryReference, async (context, input) => {
  await resendDelivery(context.db, context.scope, input, context);
  refreshWebhooks();
});

const resendAll = createAction(ResendFailed, async (context, input) => {
  const resent = await resendFailed(context.db, context.scope, input, context);
  refreshWebhooks();
  return resent;
});

/** Answers the endpoint with its secret: the only time that it leaves the server. */
export async function createEndpointAction(
  input: CreateEndpoint,
): Promise<ActionResult<CreatedEndpoint>> {
  return await create(input);
}

export async function updateEndpointAction(input: UpdateEndpoint): Promise<ActionResult<void>> {
  return await update(input);
}

export async function deleteEndpointAction(input: { id: string }): Promise<ActionResult<void>> {
  return await remove(input);
}

/** Answers the new secret: the only time that it leaves the server. */
export async function rollWebhookSecretAction(
  input: RollSecret,
): Promise<ActionResult<RolledSecret>> {
  return await roll(input);
}

export async function endOldWebhookSecretAction(input: {
  id: string;
}): Promise<ActionResult<void>> {
  return await endOld(input);
}

/** Answers the delivery, which can be followed. */
export async function sendTestEventAction(input: {
  id: string;
}): Promise<ActionResult<{ deliveryId: string }>> {
  return await test(input);
}

export async function resendDeliveryAction(input: DeliveryReference): Promise<ActionResult<void>> {
  return await resend(input);
}

/** `since` is an instant in ISO 8601. Answers how many are sent again, and how many are left. */
export async function resendFailedAction(input: {
  id: string;
  since: string;
}): Promise<ActionResult<{ resent: number; left: number }>> {
  return await resendAll(input);
}
