import { Client, type Dispatcher } from "undici";
import type { Stop } from "@/lib/gateway/stop";
import { AddressForbidden, checkHost, lookupPublic } from "@/lib/outbound-address";

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
  target: Target;
  headers: Record<string, string>;
  body: Buffer;
  timeouts: Timeouts;
  stop: Stop;
  onSent(): void;
}

/** A body that comes over a connection; it is read once, in one way or the other. */
export interface AnswerBody {
  /** All of it; null where it is longer than `max`. Throws ExchangeError. */
  bytes(max: number): Promise<Buffer | null>;
  /** Piece by piece. Throws ExchangeError. */
  chunks(): AsyncGenerator<Buffer>;
}

export interface ExchangeAnswer extends AnswerBody {
  status: number;
  /** By its name in lower case; of one that comes several times, the first. */
  header(name: string): string | undefined;
  /** Nothing more of it is wanted. What comes at once is still read, so that the connection can be kept. */
  leave(): void;
  /** Ends it, and its connection. */
  abort(): void;
}

/** A connection that nobody uses is kept so long, unless the upstream says otherwise. */
const keepMs = 30_000;
const freeMax = 256;
/** What else is on a connection after the end that matters is read for so long, to keep it. */
const restMsMax = 1_000;
/** Beyond it the upstream waits until the reader has caught up. */
const waitingBytesMax = 256 * 1024;

/** Connections that are open and not in use, by where they lead and how they were made. */
const free = new Map<string, Client[]>();

/** Where requests go. */
export class Target {
  readonly origin: string;
  readonly path: string;
  /** The same for all that may share connections. */
  readonly place: string;

  /** `allowPrivate`: whether plain http and addresses that only insiders have are fine. */
  constructor(
    readonly url: URL,
    readonly allowPrivate: boolean,
    readonly connectMs: number,
  ) {
    this.origin = url.origin;
    this.path = `${url.pathname}${url.search}`;
    this.place = `${this.origin} ${allowPrivate ? "any" : "public"} ${connectMs}`;
  }
}

/** One client is one connection: whose it is, and whether it was used before, is ours to know. */
function connectTo({ origin, place, allowPrivate, connectMs }: Target): Client {
  const client = new Client(origin, {
    connect: {
      timeout: connectMs,
      // Connections to checked addresses are never shared with others.
      ...(allowPrivate ? {} : { lookup: lookupPublic }),
    },
    keepAliveTimeout: keepMs,
    pipelining: 1,
    // Each request has its own.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  client.on("disconnect", () => {
    const waiting = free.get(place);
    const at = waiting?.indexOf(client) ?? -1;
    if (at >= 0) waiting?.splice(at, 1);
  });
  return client;
}

/** Keeps a connection for the next request there. */
function keep(client: Client, place: string): void {
  const waiting = free.get(place) ?? [];
  free.set(place, waiting);
  if (waiting.length < freeMax) waiting.push(client);
  else client.destroy().catch(() => undefined);
}

/**
 * One POST to an upstream over a kept connection, or at once over a fresh one where that had been closed
 * meanwhile. Resolves with the head of the answer, whatever its status; redirects aren't followed. Throws
 * ExchangeError, AddressForbidden.
 */
export async function exchange(request: ExchangeRequest): Promise<ExchangeAnswer> {
  const { target, stop } = request;
  if (!target.allowPrivate) checkHost(target.url);
  if (stop.isAsked) throw new ExchangeError("aborted");
  const kept = free.get(target.place)?.pop();
  if (!kept) return await new Exchange(request, connectTo(target), false).head;
  try {
    return await new Exchange(request, kept, true).head;
  } catch (error) {
    if (!(error instanceof ExchangeError) || error.reason !== "stale") throw error;
    return await new Exchange(request, connectTo(target), false).head;
  }
}

/** One request and its answer on one connection. */
class Exchange implements Dispatcher.DispatchHandler, ExchangeAnswer {
  readonly head: Promise<ExchangeAnswer>;
  status = 0;
  private headers: Record<string, string | string[] | undefined> = {};
  private tellHead: (answer: ExchangeAnswer) => void = () => undefined;
  private failHead: (error: Error) => void = () => undefined;
  private controller: Dispatcher.DispatchController | undefined;
  private hasEnded = false;
  private isLeft = false;
  /** Of the body, what nobody has taken yet. */
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  private failure: Error | null = null;
  private wake: (() => void) | null = null;
  private readonly total: NodeJS.Timeout;
  private untilHead: NodeJS.Timeout | undefined;

  constructor(
    private readonly request: ExchangeRequest,
    private readonly client: Client,
    private readonly isReused: boolean,
  ) {
    this.head = new Promise((resolve, reject) => {
      this.tellHead = resolve;
      this.failHead = reject;
    });
    const { target, headers, body, timeouts, stop } = request;
    this.total = setTimeout(() => this.giveUp("timeout"), timeouts.totalMs);
    stop.add(this.abort);
    client.dispatch(
      {
        method: "POST",
        path: target.path,
        headers,
        body,
        // A head that comes bit by bit, or hints without end, would put undici's off for ever.
        headersTimeout: 0,
        bodyTimeout: timeouts.idleMs,
      },
      this,
    );
  }

  header(name: string): string | undefined {
    const value = this.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  readonly abort = (): void => this.giveUp("aborted");

  /** Ends it from our side, also while there is no connection yet. */
  private giveUp(reason: ExchangeFailure): void {
    if (this.hasEnded) return;
    const error = new ExchangeError(reason);
    if (this.controller) this.controller.abort(error);
    else this.fail(error);
    if (!this.controller || this.failure === null) this.client.destroy().catch(() => undefined);
  }

  /** It is on a connection, and goes out now. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.failure) controller.abort(this.failure);
    else {
      const { timeouts, onSent } = this.request;
      this.untilHead = setTimeout(() => this.giveUp("timeout"), timeouts.firstByteMs);
      onSent();
    }
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    // Early hints and the like: the answer is yet to come.
    if (status < 200) return;
    this.status = status;
    this.headers = headers;
    clearTimeout(this.untilHead);
    this.tellHead(this);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.isLeft) return;
    this.waiting.push(chunk);
    this.waitingBytes += chunk.length;
    if (this.waitingBytes > waitingBytesMax) controller.pause();
    this.wake?.();
  }

  onResponseEnd(): void {
    this.hasEnded = true;
    this.finish();
    keep(this.client, this.request.target.place);
    this.wake?.();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(this.toFailure(error));
    this.client.destroy().catch(() => undefined);
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.finish();
    this.failHead(this.failure);
    this.wake?.();
  }

  private finish(): void {
    clearTimeout(this.total);
    clearTimeout(this.untilHead);
    this.request.stop.delete(this.abort);
  }

  private toFailure(error: Error): Error {
    if (error instanceof ExchangeError || error instanceof AddressForbidden) return error;
    const options = { cause: error };
    switch ("code" in error ? error.code : "") {
      case "UND_ERR_CONNECT_TIMEOUT":
        return new ExchangeError("connect_timeout", options);
      case "UND_ERR_HEADERS_TIMEOUT":
      case "UND_ERR_BODY_TIMEOUT":
        return new ExchangeError("timeout", options);
    }
    if (!this.controller) return new ExchangeError("refused", options);
    return new ExchangeError(this.isReused && this.status === 0 ? "stale" : "broken", options);
  }

  async bytes(max: number): Promise<Buffer | null> {
    const pieces: Buffer[] = [];
    let size = 0;
    for (;;) {
      const piece = this.take() ?? (await this.next());
      if (!piece) return pieces.length === 1 ? (pieces[0] ?? null) : Buffer.concat(pieces);
      size += piece.length;
      if (size > max) return null;
      pieces.push(piece);
    }
  }

  async *chunks(): AsyncGenerator<Buffer> {
    for (;;) {
      const piece = this.take() ?? (await this.next());
      if (!piece) return;
      yield piece;
    }
  }

  /** What has come and nobody has taken yet. */
  private take(): Buffer | null {
    const { waiting } = this;
    const [first] = waiting;
    if (!first) return null;
    this.waiting = [];
    this.waitingBytes = 0;
    this.controller?.resume();
    return waiting.length === 1 ? first : Buffer.concat(waiting);
  }

  /** What comes next; null at the end. */
  private async next(): Promise<Buffer | null> {
    for (;;) {
      const piece = this.take();
      if (piece) return piece;
      if (this.failure) throw this.failure;
      if (this.hasEnded || this.isLeft) return null;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = null;
    }
  }

  leave(): void {
    this.isLeft = true;
    this.waiting = [];
    this.wake?.();
    if (this.hasEnded || this.failure) return;
    this.controller?.resume();
    setTimeout(this.abort, restMsMax).unref();
  }
}
