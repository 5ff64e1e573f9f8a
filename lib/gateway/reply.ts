import type { ServerResponse } from "node:http";
import type { Call, GatewaySettings } from "@/lib/gateway/call";
import type { Dialect } from "@/lib/gateway/dialect";
import { type GatewayError, renderError } from "@/lib/gateway/errors";

/** An answer in one piece. */
export class WholeReply {
  constructor(
    readonly status: number,
    readonly headers: Record<string, string>,
    readonly body: string | Buffer | null,
  ) {}

  send(response: ServerResponse): void {
    const { status, headers, body } = this;
    if (body !== null) headers["content-length"] = String(Buffer.byteLength(body));
    response.writeHead(status, headers);
    response.end(body);
  }
}

/** Told what a stream has sent, and how it ended; its end is waited for. */
export interface StreamRecorder {
  add(text: string): void;
  end(isWhole: boolean): Promise<void>;
}

/** An answer that comes bit by bit; a failure can still be told before it is sent. */
export interface StreamReply {
  recorder: StreamRecorder | null;
  send(response: ServerResponse): void;
}

export type Reply = WholeReply | StreamReply;

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
): WholeReply {
  return replyText(call, status, JSON.stringify(body), headers);
}

/** JSON that is text already. */
export function replyText(
  call: Call,
  status: number,
  text: string,
  headers: Record<string, string> = {},
): WholeReply {
  const all = { ...baseHeaders(call), "content-type": "application/json", ...headers };
  return new WholeReply(status, all, text);
}

/** What a reader that has this version already is told. */
export function replyNotModified(
  call: Call,
  etag: string,
  headers: Record<string, string> = {},
): WholeReply {
  return new WholeReply(304, { ...baseHeaders(call), etag, ...headers }, null);
}

/** An answer that was kept, under this call's own id and limits. */
export function replyAgain(call: Call, kept: WholeReply): WholeReply {
  return new WholeReply(kept.status, { ...baseHeaders(call), ...kept.headers }, kept.body);
}

/** Headers of an answer in server-sent events. */
export function streamHeaders(call: Call): Record<string, string> {
  return {
    ...baseHeaders(call),
    "content-type": "text/event-stream; charset=utf-8",
    // no-transform keeps proxies from compressing, and so from buffering, the events.
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
  };
}

export function replyError(call: Call, error: GatewayError, settings: GatewaySettings): WholeReply {
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
