import type { Call, GatewaySettings } from "@/lib/gateway/call";
import type { Dialect } from "@/lib/gateway/dialect";
import { type GatewayError, renderError } from "@/lib/gateway/errors";

/** On every answer of the API: nothing is cached, sniffed, or shared between callers. */
export function commonHeaders(requestId: string, dialect: Dialect): Record<string, string> {
  return {
    "x-request-id": requestId,
    ...(dialect === "anthropic" ? { "request-id": requestId } : {}),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    vary: "Authorization, x-api-key",
  };
}

function baseHeaders(call: Call): Record<string, string> {
  return { ...commonHeaders(call.id, call.dialect), ...call.headers };
}

export function replyJson(
  call: Call,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...baseHeaders(call), "content-type": "application/json", ...headers },
  });
}

/** An answer that was kept, under this call's own id and limits. */
export function replyAgain(call: Call, kept: Response): Response {
  return new Response(kept.body, {
    status: kept.status,
    headers: { ...baseHeaders(call), ...Object.fromEntries(kept.headers) },
  });
}

export function replyStream(call: Call, stream: ReadableStream<Uint8Array>): Response {
  return new Response(stream, {
    headers: {
      ...baseHeaders(call),
      "content-type": "text/event-stream; charset=utf-8",
      // no-transform keeps proxies from compressing, and so from buffering, the events.
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    },
  });
}

export function replyError(call: Call, error: GatewayError, settings: GatewaySettings): Response {
  const path = (call.request.url ?? "").split("?")[0] ?? "";
  const rendered = renderError(error, call.dialect, {
    requestId: call.id,
    balanceStatus: settings.balanceStatus,
    problem: call.wantsProblem
      ? { instance: `${path}#${call.id}`, docsUrl: new URL("/docs/errors", settings.topUpUrl).href }
      : null,
  });
  return replyJson(call, rendered.status, rendered.body, rendered.headers);
}
