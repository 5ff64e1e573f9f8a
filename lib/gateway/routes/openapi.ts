import { createHash } from "node:crypto";
import { z } from "zod";
import { brand } from "@/lib/brand";
import type { Call, Gateway, GatewaySettings } from "@/lib/gateway/call";
import { chatOperation } from "@/lib/gateway/openapi/chat";
import { describeApi } from "@/lib/gateway/openapi/document";
import { embeddingsOperation } from "@/lib/gateway/openapi/embeddings";
import { countTokensOperation, messagesOperation } from "@/lib/gateway/openapi/messages";
import { modelOperations } from "@/lib/gateway/openapi/models";
import type { Operation } from "@/lib/gateway/openapi/operation";
import { type Reply, replyNotModified, replyText } from "@/lib/gateway/reply";
import type { RestRoute } from "@/lib/gateway/rest";
import { isUnmodified } from "@/lib/gateway/rest-preconditions";
import { restRoutes } from "@/lib/gateway/rest-routes";

const maxAgeSeconds = 300;

const operation: Operation = {
  method: "GET",
  path: "/v1/openapi.json",
  operationId: "getDescription",
  tag: "Description",
  summary: "Get this document",
  description: "Public: no key is asked for.",
  scope: null,
  dialect: "rest",
  requestHeaders: { "If-None-Match": "Answers 304 if the document still has this entity tag." },
  answer: {
    status: 200,
    description: "An OpenAPI 3.1 description of every operation.",
    headers: { ETag: "The document's version." },
    body: {
      name: "Description",
      schema: z.looseObject({
        openapi: z.string(),
        info: z.looseObject({}),
        paths: z.looseObject({}),
      }),
      example: { openapi: "3.1.1", info: { title: "The API", version: "1" }, paths: {} },
    },
  },
};

/** Every operation of the API, in the order that the document has them. */
export const operations: readonly Operation[] = [
  chatOperation,
  messagesOperation,
  countTokensOperation,
  embeddingsOperation,
  ...modelOperations,
  ...restRoutes.map((route) => route.operation),
  operation,
];

interface Description {
  /** What an operator may change of it. */
  madeFor: string;
  text: string;
  etag: string;
}

const made = new WeakMap<GatewaySettings, Description>();

/** Made when it is first asked for, and anew when the brand is another; nothing else in it changes. */
function descriptionOf(settings: GatewaySettings): Description {
  const madeFor = JSON.stringify([
    brand.name,
    brand.tagline,
    brand.supportEmail,
    settings.apiBaseUrl,
    settings.topUpUrl,
  ]);
  let description = made.get(settings);
  if (description?.madeFor !== madeFor) {
    const text = JSON.stringify(describeApi(operations, settings));
    const digest = createHash("sha256").update(text).digest("base64url");
    description = { madeFor, text, etag: `"${digest.slice(0, 22)}"` };
    made.set(settings, description);
  }
  return description;
}

async function handle(gateway: Gateway, call: Call): Promise<Reply> {
  const { text, etag } = descriptionOf(gateway.settings);
  // The same for everybody, so it may be kept and read from any page.
  const shared = {
    "cache-control": `public, max-age=${maxAgeSeconds}`,
    "access-control-allow-origin": "*",
    vary: "Accept-Encoding",
  };
  if (isUnmodified(call.request, etag)) return replyNotModified(call, etag, shared);
  return replyText(call, 200, text, { etag, ...shared });
}

/** `GET /v1/openapi.json`: the API's own description, for everybody. */
export const openApiRoute: RestRoute = { operation, handle };
