import { ServerResponse } from "node:http";
import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { canRetry, isStatementTimeout } from "@/db/outage";
import { unavailable, wrongKey } from "@/lib/gateway/admission";
import { type Call, type Gateway, openCall, settleCall } from "@/lib/gateway/call";
import { readCredential } from "@/lib/gateway/credentials";
import { dialectOf } from "@/lib/gateway/dialect";
import { GatewayError, renderError } from "@/lib/gateway/errors";
import { anthropic } from "@/lib/gateway/protocols/anthropic";
import { openAi } from "@/lib/gateway/protocols/openai";
import { replyError } from "@/lib/gateway/reply";
import { handleChat } from "@/lib/gateway/routes/chat";
import { handleModel, handleModelList } from "@/lib/gateway/routes/models";
import { log } from "@/lib/log";

interface Env {
  Bindings: HttpBindings;
  Variables: { call: Call; secret: string };
}

type Handler = (c: Context<Env>, call: Call, secret: string) => Promise<Response>;

interface Route {
  method: "GET" | "POST";
  /** Hono's pattern, and the same as logs name it. */
  pattern: string;
  name: string;
  handle: Handler;
}

function routesOf(gateway: Gateway): Route[] {
  return [
    {
      method: "GET",
      pattern: "/v1/models",
      name: "/v1/models",
      handle: (_c, call, secret) => handleModelList(gateway, call, secret),
    },
    {
      method: "GET",
      // Model names may hold slashes (`vendor/model`).
      pattern: "/v1/models/:id{.+}",
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
  ];
}

/** Refuses paths that no route could mean, before anything decodes them differently. */
function refuseBadPath(url: string): void {
  try {
    const decoded = decodeURIComponent(url.split("?")[0] ?? "");
    if (decoded.includes("\u0000") || decoded.includes("\\")) throw new GatewayError("bad_request");
  } catch {
    throw new GatewayError("bad_request");
  }
}

/** Logs a refused or failed call of a known key; its hold, if it had one, was settled by its route. */
function logRefusal(gateway: Gateway, call: Call, error: GatewayError, status: number): void {
  if (!call.key || call.hold || error.failure === "unavailable") return;
  settleCall(gateway, call, {
    status,
    outcome: "refused",
    errorCode: error.failure,
    details: error.options.details ?? null,
    inputTokens: 0,
    outputTokens: 0,
    costNanos: 0n,
  }).catch((cause: unknown) => log.error({ err: cause, requestId: call.id }, "call not logged"));
}

function toGatewayError(error: unknown, call: Call): GatewayError {
  if (error instanceof GatewayError) return error;
  if (canRetry(error) || isStatementTimeout(error)) {
    log.warn({ err: error, requestId: call.id }, "the database is away");
    return unavailable();
  }
  log.error({ err: error, requestId: call.id }, "a call failed");
  return new GatewayError("internal", { details: { request_id: call.id } });
}

/**
 * The `/v1` door. Every call runs the same gauntlet: address, credential (401), route (404, 405),
 * then its handler. Failures are rendered here, once, in the dialect of the route.
 */
export function createApp(gateway: Gateway): Hono<Env> {
  const app = new Hono<Env>();
  const routes = routesOf(gateway);

  app.use("*", async (c, next) => {
    const { incoming, outgoing } = c.env;
    const path = (incoming.url ?? "").split("?")[0] ?? "";
    const dialect = dialectOf(path, incoming.headers["anthropic-version"] !== undefined);
    // Hono's bindings also cover HTTP/2, which this server doesn't speak.
    if (!(outgoing instanceof ServerResponse)) throw new TypeError("HTTP/1.1 only");
    const call = openCall(incoming, outgoing, dialect, gateway.settings);
    c.set("call", call);
    refuseBadPath(incoming.url ?? "");
    try {
      c.set("secret", readCredential(incoming));
    } catch (error) {
      const isWrong = error instanceof GatewayError && error.failure === "invalid_key";
      throw isWrong ? wrongKey(gateway, call) : error;
    }
    await next();
  });

  for (const route of routes) {
    app.on(route.method, route.pattern, (c) => {
      const call = c.get("call");
      call.route = route.name;
      return route.handle(c, call, c.get("secret"));
    });
  }
  for (const pattern of new Set(routes.map((route) => route.pattern))) {
    const allowed = routes.filter((r) => r.pattern === pattern).map((r) => r.method);
    app.all(pattern, () => {
      throw new GatewayError("method", {
        headers: { allow: allowed.join(", ") },
        details: { allowed },
      });
    });
  }
  app.notFound(() => {
    throw new GatewayError("nf");
  });

  app.onError((error, c) => {
    const call = c.get("call");
    const failure = toGatewayError(error, call);
    const { balanceStatus } = gateway.settings;
    const { status } = renderError(failure, call.dialect, { requestId: call.id, balanceStatus });
    logRefusal(gateway, call, failure, status);
    return replyError(call, failure, balanceStatus);
  });
  return app;
}
