import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { Call, Gateway } from "@/lib/gateway/call";
import { anthropic } from "@/lib/gateway/protocols/anthropic";
import { openAi } from "@/lib/gateway/protocols/openai";
import type { Reply } from "@/lib/gateway/reply";
import type { RestRoute } from "@/lib/gateway/rest";
import { restRoutes } from "@/lib/gateway/rest-routes";
import { handleChat } from "@/lib/gateway/routes/chat";
import { handleCountTokens } from "@/lib/gateway/routes/count-tokens";
import { handleEmbeddings } from "@/lib/gateway/routes/embeddings";
import { handleModel, handleModelList } from "@/lib/gateway/routes/models";
import { openApiRoute } from "@/lib/gateway/routes/openapi";

export interface Env {
  Bindings: HttpBindings;
  Variables: { call: Call; secret: string };
}

export type Handler = (c: Context<Env>, call: Call, secret: string) => Promise<Reply>;

export interface Route {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Hono's pattern, and the same as logs name it. */
  pattern: string;
  name: string;
  /** Answered without a key, which isn't looked at. */
  isPublic?: boolean;
  handle: Handler;
}

/** Every route of the API. The first pattern that fits an address decides. */
export function routesOf(gateway: Gateway): Route[] {
  return [
    {
      method: "GET",
      pattern: "/v1/models",
      name: "/v1/models",
      handle: (_c, call, secret) => handleModelList(gateway, call, secret),
    },
    {
      method: "GET",
      // Model names may hold slashes (`vendor/model`); what else they hold is for the look-up to judge.
      pattern: "/v1/models/:id{[\\s\\S]+}",
      name: "/v1/models/{id}",
      handle: (c, call, secret) => handleModel(gateway, call, secret, c.req.param("id") ?? ""),
    },
    {
      method: "POST",
      pattern: "/v1/chat/completions",
      name: "/v1/chat/completions",
      handle: (_c, call, secret) => handleChat(gateway, call, secret, openAi),
    },
    {
      method: "POST",
      pattern: "/v1/messages",
      name: "/v1/messages",
      handle: (_c, call, secret) => handleChat(gateway, call, secret, anthropic),
    },
    {
      method: "POST",
      pattern: "/v1/messages/count_tokens",
      name: "/v1/messages/count_tokens",
      handle: (_c, call, secret) => handleCountTokens(gateway, call, secret),
    },
    {
      method: "POST",
      pattern: "/v1/embeddings",
      name: "/v1/embeddings",
      handle: (_c, call, secret) => handleEmbeddings(gateway, call, secret),
    },
    ...[...restRoutes, openApiRoute].map((route) => toRoute(gateway, route)),
  ];
}

function toRoute(gateway: Gateway, { operation, handle }: RestRoute): Route {
  return {
    method: operation.method,
    pattern: operation.path.replace(/\{(\w+)\}/g, ":$1"),
    name: operation.path,
    isPublic: operation.scope === null,
    handle: (c, call, secret) => handle(gateway, call, secret, (name) => c.req.param(name) ?? ""),
  };
}
