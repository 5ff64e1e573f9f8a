import { z } from "zod";
import { countText } from "@/lib/count-text";
import { AppError } from "@/lib/errors";
import {
  defineRest,
  listAnswer,
  type RestAnswer,
  type RestContext,
  type RestRoute,
  readPosition,
} from "@/lib/gateway/rest";
import { PageQuery } from "@/lib/gateway/rest-query";
import {
  DeliveryDetailAnswer,
  DeliveryListAnswer,
  sampleDelivery,
  sampleDeliveryDetail,
  sampleDeliveryId,
  sampleEndpointId,
  toDelivery,
  toDeliveryDetail,
} from "@/lib/gateway/routes/webhooks-answers";
import { resendDelivery, resendFailed, sendTestEvent } from "@/lib/webhooks/delivery-mutations";
import { getDelivery, hadEndpoint, listDeliveries } from "@/lib/webhooks/queries";
import { DeliveryId, ResendFailed } from "@/lib/webhooks/schema";
import { deliveryStates, resendMax } from "@/lib/webhooks/terms";

type Context = RestContext<unknown, unknown>;

const endpointParam = { description: "The endpoint's id.", example: sampleEndpointId };
const ofEndpoint = {
  tag: "Webhooks",
  scope: "webhook",
  params: { id: endpointParam },
  ids: { id: "webhookEndpoint" },
} as const;
const member = {
  ...ofEndpoint,
  path: "/v1/webhooks/{id}/deliveries/{delivery_id}",
  params: {
    id: endpointParam,
    delivery_id: { description: "The delivery's id.", example: sampleDeliveryId },
  },
  ids: { id: "webhookEndpoint", delivery_id: "webhookDelivery" },
} as const;

const detail = {
  name: "WebhookDelivery",
  schema: DeliveryDetailAnswer,
  example: sampleDeliveryDetail,
};

async function answerDelivery(
  { db, scope }: Context,
  reference: { endpointId: string; id: string },
): Promise<RestAnswer> {
  const found = await getDelivery(db, scope, reference);
  if (!found) throw new AppError("NOT_FOUND");
  return { status: 200, body: toDeliveryDetail(found) };
}

const DeliveryListParams = PageQuery.extend({
  status: z
    .enum(deliveryStates, { error: `must be one of ${deliveryStates.join(", ")}` })
    .optional()
    .describe("Those of one state only."),
});

/** What was sent to an endpoint, what came of it, and sending it again. */
export const webhookDeliveryRoutes: readonly RestRoute[] = [
  defineRest({
    ...ofEndpoint,
    path: "/v1/webhooks/{id}/test",
    method: "POST",
    operationId: "testWebhook",
    summary: "Send a test event",
    description:
      "A `webhook.test` event, whatever the endpoint subscribes to. The delivery that is answered can be " +
      "followed like any other. An endpoint gets at most ten a minute.",
    answer: { status: 200, description: "The delivery, on its way.", body: detail },
    failures: ["conflict"],
    async run(context) {
      const { db, scope, origin } = context;
      const endpointId = context.id("id");
      const { deliveryId } = await sendTestEvent(db, scope, { id: endpointId }, origin);
      return answerDelivery(context, { endpointId, id: deliveryId });
    },
  }),
  defineRest({
    ...ofEndpoint,
    path: "/v1/webhooks/{id}/resend-failed",
    method: "POST",
    operationId: "resendFailedWebhooks",
    summary: "Send again what has failed since a time",
    description: `The oldest first, at most ${countText(resendMax)} at a time.`,
    body: {
      name: "WebhookResendFailed",
      schema: z.strictObject({ since: ResendFailed.shape.since }),
      example: { since: "2026-11-21T00:00:00Z" },
    },
    answer: {
      status: 200,
      description: "How many are on their way, and how many are left for another call.",
      body: {
        name: "WebhookResent",
        schema: z.object({ resent: z.number().int(), left: z.number().int() }),
        example: { resent: 12, left: 0 },
      },
    },
    failures: ["conflict"],
    async run(context) {
      const { db, scope, body, origin } = context;
      const input = { id: context.id("id"), since: body.since };
      return { status: 200, body: await resendFailed(db, scope, input, origin) };
    },
  }),
  defineRest({
    ...ofEndpoint,
    path: "/v1/webhooks/{id}/deliveries",
    method: "GET",
    operationId: "listWebhookDeliveries",
    summary: "List an endpoint's deliveries",
    description: "Of the last 30 days, newest first. Those of a deleted endpoint can be read too.",
    query: DeliveryListParams,
    answer: {
      status: 200,
      description: "A page of deliveries.",
      body: {
        name: "WebhookDeliveryList",
        schema: DeliveryListAnswer,
        example: { data: [sampleDelivery], has_more: false, next_cursor: null },
      },
    },
    async run(context) {
      const { db, scope, query } = context;
      const endpointId = context.id("id");
      const position = readPosition(
        context,
        z.object({ endpoint: z.literal(endpointId), after: DeliveryId }),
      );
      if (!(await hadEndpoint(db, scope, endpointId))) throw new AppError("NOT_FOUND");
      const asked = { endpointId, state: query.status, after: position?.after };
      const { deliveries, next } = await listDeliveries(db, scope, asked, query.limit);
      const place = next === null ? null : { endpoint: endpointId, after: next };
      return listAnswer(context, deliveries.map(toDelivery), place);
    },
  }),
  defineRest({
    ...member,
    method: "GET",
    operationId: "getWebhookDelivery",
    summary: "Get a delivery with its payload and attempts",
    answer: { status: 200, description: "The delivery.", body: detail },
    run: (context) =>
      answerDelivery(context, { endpointId: context.id("id"), id: context.id("delivery_id") }),
  }),
  defineRest({
    ...member,
    path: "/v1/webhooks/{id}/deliveries/{delivery_id}/resend",
    method: "POST",
    operationId: "resendWebhookDelivery",
    summary: "Send a delivery again",
    description:
      "The same message under the same `webhook-id`, with the schedule from its beginning.",
    answer: { status: 200, description: "The delivery, on its way.", body: detail },
    failures: ["conflict"],
    async run(context) {
      const { db, scope, origin } = context;
      const reference = { endpointId: context.id("id"), id: context.id("delivery_id") };
      await resendDelivery(db, scope, reference, origin);
      return answerDelivery(context, reference);
    },
  }),
];
