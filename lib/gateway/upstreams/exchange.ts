import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import {
  AddressForbidden,
  checkHost,
  lookupPublic,
} from "@/lib/gateway/upstreams/outbound-address";

/**
 * How an exchange failed. `refused`: no connection was made. `connect_timeout`, `timeout`: none in time;
 * no answer, or no more of it, in time. `stale`: a kept connection had been closed meanwhile. `broken`:
 * the connection or the answer broke. `aborted`: from our side.
 */
export type ExchangeFailure =
  | "refused"
  | "connect_timeout"
  | "timeout"
  | "stale"
  | "broken"
  | "aborted";

export class ExchangeError extends Error {
  constructor(
    readonly reason: ExchangeFailure,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/** Limits in milliseconds (BAR P16). */
export interface Timeouts {
  /** Name look-up, TCP and TLS. */
  connectMs: number;
  /** From the request to the head of the answer. */
  firstByteMs: number;
  /** Between two pieces of the answer. */
  idleMs: number;
  totalMs: number;
}

export const defaultTimeouts: Timeouts = {
  connectMs: 5_000,
  firstByteMs: 60_000,
  idleMs: 60_000,
  totalMs: 600_000,
};

export interface ExchangeRequest {
  url: URL;
  headers: Record<string, string>;
  body: Buffer;
  timeouts: Timeouts;
  /** Whether plain http and addresses that only insiders have are fine. */
  allowPrivate: boolean;
  signal: AbortSignal;
  onSent(): void;
}

export interface ExchangeAnswer {
  status: number;
  headers: IncomingMessage["headers"];
  /** Throws ExchangeError. Whoever stops early gives the connection up. */
  body: AsyncGenerator<Buffer>;
}

const agentOptions = { keepAlive: true, keepAliveMsecs: 30_000, maxFreeSockets: 256 };
const agents = {
  http: new HttpAgent(agentOptions),
  https: new HttpsAgent(agentOptions),
  /** Its connections go to checked addresses, and are never shared with the ones above. */
  guarded: new HttpsAgent({ ...agentOptions, lookup: lookupPublic }),
};

/** What else is on a connection after the end that matters is read for so long, to keep it. */
const restMsMax = 1_000;

/**
 * One POST to an upstream over a kept connection. Resolves with the head of the answer, whatever its
 * status; redirects aren't followed. Throws ExchangeError, AddressForbidden.
 */
export async function exchange(request: ExchangeRequest): Promise<ExchangeAnswer> {
  const { url, timeouts, signal } = request;
  if (!request.allowPrivate) checkHost(url);
  if (signal.aborted) throw new ExchangeError("aborted");
  let response: IncomingMessage | undefined;
  const fail = (reason: ExchangeFailure) => {
    (response ?? sent).destroy(new ExchangeError(reason));
  };
  const onAbort = () => fail("aborted");
  const total = setTimeout(() => fail("timeout"), timeouts.totalMs);
  const sent = send(request, fail);
  signal.addEventListener("abort", onAbort, { once: true });
  const cleanUp = () => {
    clearTimeout(total);
    signal.removeEventListener("abort", onAbort);
  };
  try {
    response = await new Promise<IncomingMessage>((resolve, reject) => {
      sent.once("response", resolve);
      // Stays: one that breaks later is told by its answer.
      sent.on("error", (error) => reject(toExchangeError(error, sent)));
    });
  } catch (error) {
    cleanUp();
    throw error;
  }
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: readBody(response, timeouts.idleMs, fail, cleanUp),
  };
}

function send(request: ExchangeRequest, fail: (reason: ExchangeFailure) => void) {
  const { url, allowPrivate, timeouts } = request;
  const isTls = url.protocol === "https:";
  const start = isTls ? requestHttps : requestHttp;
  const agent = isTls ? (allowPrivate ? agents.https : agents.guarded) : agents.http;
  const sent = start(url, {
    method: "POST",
    agent,
    headers: { ...request.headers, "content-length": String(request.body.length) },
  });
  let timer = setTimeout(() => fail("connect_timeout"), timeouts.connectMs);
  let isConnected = false;
  const tell = () => {
    if (isConnected && sent.writableFinished) request.onSent();
  };
  const connected = () => {
    isConnected = true;
    clearTimeout(timer);
    timer = setTimeout(() => fail("timeout"), timeouts.firstByteMs);
    tell();
  };
  sent.once("socket", (socket) => {
    socket.setNoDelay(true);
    if (socket.connecting) socket.once(isTls ? "secureConnect" : "connect", connected);
    else connected();
  });
  sent.once("finish", tell);
  sent.once("response", () => clearTimeout(timer));
  sent.once("close", () => clearTimeout(timer));
  sent.end(request.body);
  return sent;
}

function toExchangeError(
  error: Error,
  sent?: {
    reusedSocket: boolean;
    writableFinished: boolean;
    socket: { connecting: boolean } | null;
  },
): Error {
  if (error instanceof ExchangeError || error instanceof AddressForbidden) return error;
  const options = { cause: error };
  if (sent?.reusedSocket) return new ExchangeError("stale", options);
  const code = "code" in error ? String(error.code) : "";
  const isConnecting = sent !== undefined && !sent.writableFinished;
  const isRefusal = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(code);
  return new ExchangeError(isConnecting || isRefusal ? "refused" : "broken", options);
}

async function* readBody(
  response: IncomingMessage,
  idleMs: number,
  fail: (reason: ExchangeFailure) => void,
  cleanUp: () => void,
): AsyncGenerator<Buffer> {
  const chunks: AsyncIterator<Buffer> = response.iterator({ destroyOnReturn: false });
  try {
    for (;;) {
      const idle = setTimeout(() => fail("timeout"), idleMs);
      const next = await chunks.next().finally(() => clearTimeout(idle));
      if (next.done) break;
      yield next.value;
    }
    // An answer whose end never came closes without an error where it was destroyed in between.
    if (!response.complete) throw new ExchangeError("broken");
  } catch (error) {
    throw error instanceof Error ? toExchangeError(error) : error;
  } finally {
    cleanUp();
    await chunks.return?.();
    leave(response);
  }
}

/** Lets a connection be used again if what is left of its answer comes at once; otherwise ends it. */
function leave(response: IncomingMessage): void {
  if (response.complete || response.destroyed) return;
  const timer = setTimeout(() => response.destroy(), restMsMax);
  timer.unref();
  response.once("close", () => clearTimeout(timer));
  response.on("error", () => undefined);
  response.resume();
}
