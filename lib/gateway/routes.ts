import type { Call, Gateway } from "@/lib/gateway/call";
import { anthropic } from "@/lib/gateway/protocols/anthropic";
import { openAi } from "@/lib/gateway/protocols/openai";
import type { Reply } from "@/lib/gateway/reply";
import type { RestRoute } from "@/lib/gateway/rest";
import { restRoutes } from "@/lib/gateway/rest-routes";
import type { PathParams } from "@/lib/gateway/router";
import { handleChat } from "@/lib/gateway/routes/chat";
import { handleCountTokens } from "@/lib/gateway/routes/count-tokens";
import { handleEmbeddings } from "@/lib/gateway/routes/embeddings";
import { handleModel, handleModelList } from "@/lib/gateway/routes/models";
import { openApiRoute } from "@/lib/gateway/routes/openapi";

export interface Route {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** As `Router` takes it. */
  pattern: string;
  /** The same as logs name it. */
  name: string;
  /** Answered without a key, which isn't looked at. */
  isPublic?: boolean;
  handle(call: Call, secret: string, params: PathParams): Promise<Reply>;
}

/** Every route of the API. */
export function routesOf(gateway: Gateway): Route[] {
  return [
    {
      method: "GET",
      pattern: "/v1/models",
      name: "/v1/models",
      handle: (call, secret) => handleModelList(gateway, call, secret),
    },
    {
      method: "GET",
      // Model names may hold slashes (`vendor/model`); what else they hold is for the look-up to judge.
      pattern: "/v1/models/{id...}",
      name: "/v1/models/{id}",
      handle: (call, secret, { id = "" }) => handleModel(gateway, call, secret, id),
    },
    {
      method: "POST",
      pattern: "/v1/chat/completions",
      name: "/v1/chat/completions",
      handle: (call, secret) => handleChat(gateway, call, secret, openAi),
    },
    {
      method: "POST",
      pattern: "/v1/messages",
      name: "/v1/messages",
      handle: (call, secret) => handleChat(gateway, call, secret, anthropic),
    },
    {
      method: "POST",
      pattern: "/v1/messages/count_tokens",
      name: "/v1/messages/count_tokens",
      handle: (call, secret) => handleCountTokens(gateway, call, secret),
    },
    {
      method: "POST",
      pattern: "/v1/embeddings",
      name: "/v1/embeddings",
      handle: (call, secret) => handleEmbeddings(gateway, call, secret),
    },
    ...[...restRoutes, openApiRoute].map((route) => toRoute(gateway, route)),
  ];
}

function toRoute(gateway: Gateway, { operation, handle }: RestRoute): Route {
  return {
    method: operation.method,
    pattern: operation.path,
    name: operation.path,
    isPublic: operation.scope === null,
    handle: (call, secret, params) => handle(gateway, call, secret, (name) => params[name] ?? ""),
  };
}
