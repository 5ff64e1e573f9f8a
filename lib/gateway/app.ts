import type { IncomingMessage, ServerResponse } from "node:http";
import { canRetry, isStatementTimeout } from "@/db/outage";
import { unavailable, wrongKey } from "@/lib/gateway/admission";
import { answerOnce } from "@/lib/gateway/answer-once";
import { type Call, type Gateway, openCall, settleCall } from "@/lib/gateway/call";
import { readCredential } from "@/lib/gateway/credentials";
import { dialectOf } from "@/lib/gateway/dialect";
import { GatewayError } from "@/lib/gateway/errors";
import { countCall, countRefusal, countStream } from "@/lib/gateway/metrics";
import { type Reply, replyError, WholeReply } from "@/lib/gateway/reply";
import { Router } from "@/lib/gateway/router";
import { type Route, routesOf } from "@/lib/gateway/routes";
import { readTicket, redeemTicket } from "@/lib/gateway/tickets";
import { log } from "@/lib/log";
import { traceRequest } from "@/lib/tracing";

/** Refuses paths that no route could mean, before anything decodes them differently. */
function refuseBadPath(path: string): void {
  // Most paths have nothing in them that could be misread.
  if (/^(?:\/[a-zA-Z0-9_-][a-zA-Z0-9._-]*)+$/.test(path)) return;
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    throw new GatewayError("bad_request");
  }
  // Some readers resolve dot segments and some don't, so that they would disagree about the route; to some
  // a backslash is a slash.
  const isMisread = path.includes("\\") || /\/(\.|%2e){1,2}(\/|$)/i.test(path);
  if (isMisread || decoded.includes("\u0000")) throw new GatewayError("bad_request");
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

/**
 * The `/v1` door. Every call runs the same gauntlet: address, credential (401), route (404, 405),
 * then its handler. Failures are rendered here, once, in the dialect of the route.
 */
export function createApp(gateway: Gateway): (req: IncomingMessage, res: ServerResponse) => void {
  const router = new Router(routesOf(gateway));
  return (request, response) => {
    const path = (request.url ?? "").split("?", 1)[0] ?? "";
    const dialect = dialectOf(path, request.headers["anthropic-version"] !== undefined);
    const call = openCall(request, response, dialect, gateway.settings);
    response.once("close", () => watchEnd(call));
    call.trace = traceRequest(request.headers, {
      "http.request.method": call.method,
      "gatehouse.request_id": call.id,
    });
    const begin = () => {
      answer(gateway, router, call, path)
        .catch((error: unknown) => answerFailure(gateway, call, error))
        .then((reply) => {
          if (!(reply instanceof WholeReply)) countStream(call);
          reply.send(response);
        })
        .catch((error: unknown) => {
          log.error({ err: error, requestId: call.id }, "an answer was not sent");
          response.destroy();
        });
    };
    if (call.trace) call.trace.run(begin);
    else begin();
  };
}

/** Puts the end of a call where those who run this look. */
function watchEnd(call: Call): void {
  countCall(call);
  if (!call.trace) return;
  const { statusCode } = call.response;
  call.trace.rename(`${call.method} ${call.route === "" ? "(no route)" : call.route}`);
  call.trace.set({ "http.route": call.route, "http.response.status_code": statusCode });
  if (statusCode >= 500) call.trace.fail(String(statusCode));
  call.trace.end();
}

async function answer(
  gateway: Gateway,
  router: Router<Route>,
  call: Call,
  path: string,
): Promise<Reply> {
  refuseBadPath(path);
  const found = router.find(call.method, path);
  if (found?.route?.isPublic) return found.route.handle(call, "", found.params);
  const ticket = readTicket(gateway, call);
  if (ticket !== null) call.secretHash = await redeemTicket(gateway, ticket);
  const secret = ticket === null ? credentialOf(gateway, call) : "";
  if (!found) throw new GatewayError("nf");
  if (!found.route) {
    const { allowed } = found;
    throw new GatewayError("method", {
      headers: { allow: allowed.join(", ") },
      details: { allowed },
    });
  }
  const { route, params } = found;
  call.route = route.name;
  const handle = () => route.handle(call, secret, params);
  return route.method === "POST" ? answerOnce(gateway, call, handle) : handle();
}

function credentialOf(gateway: Gateway, call: Call): string {
  try {
    return readCredential(call.request, gateway.settings.importedPrefixes);
  } catch (error) {
    const isWrong = error instanceof GatewayError && error.failure === "invalid_key";
    throw isWrong ? wrongKey(gateway, call) : error;
  }
}

function answerFailure(gateway: Gateway, call: Call, error: unknown): Reply {
  const failure = toGatewayError(error, call);
  countRefusal(failure.failure);
  const reply = replyError(call, failure, gateway.settings);
  logRefusal(gateway, call, failure, reply.status);
  return reply;
}
