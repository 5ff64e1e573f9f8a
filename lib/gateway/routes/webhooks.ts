import { z } from "zod";
import { AppError } from "@/lib/errors";
import { GatewayError } from "@/lib/gateway/errors";
import type { OperationAnswer } from "@/lib/gateway/openapi/operation";
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
  EndpointAnswer,
  EndpointCreatedAnswer,
  EndpointListAnswer,
  sampleEndpoint,
  sampleEndpointId,
  sampleWebhookSecret,
  toEndpoint,
} from "@/lib/gateway/routes/webhooks-answers";
import { createEndpoint, deleteEndpoint, updateEndpoint } from "@/lib/webhooks/mutations";
import { type Endpoint, getEndpoint, listEndpoints } from "@/lib/webhooks/queries";
import { CreateEndpoint, EndpointId, RollSecret, UpdateEndpoint } from "@/lib/webhooks/schema";
import { rollSecret } from "@/lib/webhooks/secret-mutations";

type Context = RestContext<unknown, unknown>;

export const webhookTag = "Webhooks";
const collection = { path: "/v1/webhooks", tag: webhookTag, scope: "webhook" } as const;
const member = {
  path: "/v1/webhooks/{id}",
  tag: webhookTag,
  scope: "webhook",
  params: { id: { description: "The endpoint's id.", example: sampleEndpointId } },
  ids: { id: "webhookEndpoint" },
} as const;

const one: OperationAnswer = {
  status: 200,
  description: "The endpoint.",
  body: { name: "WebhookEndpoint", schema: EndpointAnswer, example: sampleEndpoint },
};

const { id: _id, isEnabled, ...updatable } = UpdateEndpoint.shape;

const EndpointUpdateBody = z.strictObject({
  ...updatable,
  enabled: isEnabled.describe("False stops it; true lets it begin anew."),
});

const RollBody = z.strictObject({
  overlap_seconds: RollSecret.shape.overlapSeconds.describe(
    "How long the old secret signs beside the new one: 0, 3600, 86400 or 604800.",
  ),
});

/** The endpoint as it is now. Throws NOT_FOUND. */
async function readEndpoint({ db, scope }: Context, id: string): Promise<Endpoint> {
  const found = await getEndpoint(db, scope, id);
  if (!found) throw new AppError("NOT_FOUND");
  return found;
}

/** Answers an endpoint, with what is told this once beside it. */
async function answerEndpoint(
  context: Context,
  id: string,
  { status = 200, extra = {} }: { status?: 200 | 201; extra?: Record<string, unknown> } = {},
): Promise<RestAnswer> {
  return {
    status,
    body: { ...toEndpoint(await readEndpoint(context, id)), ...extra },
    ...(status === 201 ? { headers: { location: `/v1/webhooks/${id}` } } : {}),
  };
}

const listRoute = defineRest({
  ...collection,
  method: "GET",
  operationId: "listWebhooks",
  summary: "List webhook endpoints",
  description: "In the order in which they were made; a workspace has at most 20.",
  query: PageQuery,
  answer: {
    status: 200,
    description: "A page of endpoints.",
    body: {
      name: "WebhookEndpointList",
      schema: EndpointListAnswer,
      example: { data: [sampleEndpoint], has_more: false, next_cursor: null },
    },
  },
  async run(context) {
    const after = readPosition(context, z.object({ after: EndpointId }))?.after;
    const all = await listEndpoints(context.db, context.scope);
    const following = after === undefined ? all : all.filter(({ id }) => id > after);
    const page = following.slice(0, context.query.limit);
    const last = page.at(-1);
    const hasMore = following.length > page.length;
    return listAnswer(context, page.map(toEndpoint), hasMore && last ? { after: last.id } : null);
  },
});

const createRoute = defineRest({
  ...collection,
  method: "POST",
  operationId: "createWebhook",
  summary: "Create a webhook endpoint",
  description:
    "Events of the given types are sent there, signed as Standard Webhooks describes. The address must " +
    "be https on the public internet.",
  body: {
    name: "WebhookEndpointCreate",
    schema: CreateEndpoint,
    example: {
      url: "https://example.com/webhooks",
      description: "Billing service",
      events: ["balance.low", "balance.depleted"],
    },
  },
  answer: {
    status: 201,
    description: "The endpoint, made. Its signing secret is in `secret`, this once.",
    body: {
      name: "WebhookEndpointCreated",
      schema: EndpointCreatedAnswer,
      example: { ...sampleEndpoint, secret: sampleWebhookSecret },
    },
    headers: { Location: "The endpoint's own path." },
  },
  failures: ["conflict"],
  async run(context) {
    const { db, scope, body, origin, gateway } = context;
    const made = await createEndpoint(db, scope, gateway.settings.webhooks, body, origin);
    return answerEndpoint(context, made.id, { status: 201, extra: { secret: made.secret } });
  },
});

/** `/v1/webhooks`: where the workspace's events are sent. */
export const webhookRoutes: readonly RestRoute[] = [
  listRoute,
  createRoute,
  defineRest({
    ...member,
    method: "GET",
    operationId: "getWebhook",
    summary: "Get a webhook endpoint",
    answer: one,
    run: (context) => answerEndpoint(context, context.id("id")),
  }),
  defineRest({
    ...member,
    method: "PATCH",
    operationId: "updateWebhook",
    summary: "Change some fields of a webhook endpoint",
    description:
      "What is left out stays. Disabled, it gets nothing, and what waited for it has failed; enabled " +
      "again, its failures are forgotten.",
    body: {
      name: "WebhookEndpointUpdate",
      schema: EndpointUpdateBody,
      example: { events: ["*"], enabled: true },
    },
    answer: { ...one, description: "The endpoint, changed." },
    async run(context) {
      const { db, scope, body, origin, gateway } = context;
      if (Object.values(body).every((value) => value === undefined)) {
        throw new GatewayError("param", { restMessage: "Name at least one field to change" });
      }
      const id = context.id("id");
      const { enabled, ...fields } = body;
      const change = { id, ...fields, isEnabled: enabled };
      // Found before its new address is looked up: nobody's endpoint has none.
      await readEndpoint(context, id);
      await updateEndpoint(db, scope, gateway.settings.webhooks, change, origin);
      return answerEndpoint(context, id);
    },
  }),
  defineRest({
    ...member,
    method: "DELETE",
    operationId: "deleteWebhook",
    summary: "Delete a webhook endpoint",
    description: "It gets nothing any more. Its deliveries can be read for 30 days.",
    answer: {
      status: 200,
      description: "The endpoint is gone.",
      body: {
        name: "WebhookEndpointDeleted",
        schema: z.object({ id: z.string(), deleted: z.literal(true) }),
        example: { id: sampleEndpointId, deleted: true },
      },
    },
    async run(context) {
      const id = context.id("id");
      await deleteEndpoint(context.db, context.scope, { id }, context.origin);
      return { status: 200, body: { id, deleted: true } };
    },
  }),
  defineRest({
    ...member,
    path: "/v1/webhooks/{id}/roll-secret",
    method: "POST",
    operationId: "rollWebhookSecret",
    summary: "Give a webhook endpoint a new signing secret",
    description: "The old one signs too for the overlap, so that receivers can change over.",
    body: {
      name: "WebhookSecretRoll",
      schema: RollBody,
      example: { overlap_seconds: 86_400 },
      isOptional: true,
    },
    answer: {
      status: 200,
      description: "The endpoint with its new secret in `secret`, this once.",
      body: {
        name: "WebhookSecretRolled",
        schema: EndpointCreatedAnswer,
        example: {
          ...sampleEndpoint,
          previous_secret_expires_at: "2026-11-22T09:30:00.000Z",
          secret: sampleWebhookSecret,
        },
      },
    },
    async run(context) {
      const { db, scope, body, origin, gateway } = context;
      const input = { id: context.id("id"), overlapSeconds: body.overlap_seconds };
      const { secret } = await rollSecret(db, scope, gateway.settings.webhooks, input, origin);
      return answerEndpoint(context, input.id, { extra: { secret } });
    },
  }),
];
