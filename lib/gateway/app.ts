import { ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono } from "hono";
import { canRetry, isStatementTimeout } from "@/db/outage";
import { unavailable, wrongKey } from "@/lib/gateway/admission";
import { answerOnce } from "@/lib/gateway/answer-once";
import { type Call, type Gateway, openCall, settleCall } from "@/lib/gateway/call";
import { readCredential } from "@/lib/gateway/credentials";
import { dialectOf } from "@/lib/gateway/dialect";
import { GatewayError } from "@/lib/gateway/errors";
import { type Reply, replyError, WholeReply } from "@/lib/gateway/reply";
import { type Env, routesOf } from "@/lib/gateway/routes";
import { log } from "@/lib/log";

/** Refuses paths that no route could mean, before anything decodes them differently. */
function refuseBadPath(url: string): void {
  try {
    const path = url.split("?")[0] ?? "";
    const decoded = decodeURIComponent(path);
    if (decoded.includes("\u0000")) throw new GatewayError("bad_request");
    // Some readers resolve these and some don't, so that they would disagree about the route; to some a
    // backslash is a slash.
    if (path.includes("\\")) throw new GatewayError("bad_request");
    if (/\/(\.|%2e){1,2}(\/|$)/i.test(path)) throw new GatewayError("bad_request");
  } catch {
    throw new GatewayError("bad_request");
  }
}

/** What the refusing check compared, for whoever asks why. */
function comparedBy({ options }: GatewayError): Record<string, unknown> | null {
  return options.details || options.logged ? { ...options.details, ...options.logged } : null;
}

/** Logs a refused or failed call of a known key; its hold, if it had one, was settled by its route. */
function logRefusal(gateway: Gateway, call: Call, error: GatewayError, status: number): void {
  if (!call.key || call.hold || error.failure === "unavailable") return;
  settleCall(gateway, call, {
    status,
    outcome: "refused",
    errorCode: error.failure,
    details: comparedBy(error),
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
  return new GatewayError("internal");
}

/** Sends what is whole by Node's own means, which take a third of the time of the framework's. */
function handOver(call: Call, reply: Reply): Response {
  if (!(reply instanceof WholeReply)) return reply;
  reply.send(call.response);
  return RESPONSE_ALREADY_SENT;
}

/**
 * The `/v1` door. Every call runs the same gauntlet: address, credential (401), route (404, 405),
 * then its handler. Failures are rendered here, once, in the dialect of the route.
 */
export function createApp(gateway: Gateway): Hono<Env> {
  const app = new Hono<Env>();
  const routes = routesOf(gateway);
  const publicPaths = new Set(routes.filter((r) => r.isPublic).map((r) => r.pattern));

  app.use("*", async (c, next) => {
    const { incoming, outgoing } = c.env;
    const path = (incoming.url ?? "").split("?")[0] ?? "";
    const dialect = dialectOf(path, incoming.headers["anthropic-version"] !== undefined);
    // Hono's bindings also cover HTTP/2, which this server doesn't speak.
    if (!(outgoing instanceof ServerResponse)) throw new TypeError("HTTP/1.1 only");
    const call = openCall(incoming, outgoing, dialect, gateway.settings);
    c.set("call", call);
    refuseBadPath(incoming.url ?? "");
    if (publicPaths.has(path) && (call.method === "GET" || call.method === "HEAD")) return next();
    try {
      c.set("secret", readCredential(incoming));
    } catch (error) {
      const isWrong = error instanceof GatewayError && error.failure === "invalid_key";
      throw isWrong ? wrongKey(gateway, call) : error;
    }
    await next();
  });

  for (const route of routes) {
    app.on(route.method, route.pattern, async (c) => {
      const call = c.get("call");
      call.route = route.name;
      const handle = () => route.handle(c, call, c.get("secret"));
      const isRepeatable = route.method === "POST";
      return handOver(call, await (isRepeatable ? answerOnce(gateway, call, handle) : handle()));
    });
  }
  for (const pattern of new Set(routes.map((route) => route.pattern))) {
    const allowed = routes
      .filter((r) => r.pattern === pattern)
      .flatMap((r) => (r.method === "GET" ? ["GET", "HEAD"] : [r.method]));
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
    const answer = replyError(call, failure, gateway.settings);
    logRefusal(gateway, call, failure, answer.status);
    return handOver(call, answer);
  });
  return app;
}
