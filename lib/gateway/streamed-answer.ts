import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { EndReason, OpenHold } from "@/lib/budgets/open-holds";
import type { Outcome } from "@/lib/budgets/settlement";
import { type Reservation, unavailable } from "@/lib/gateway/admission";
import { type Call, type Gateway, settleCall } from "@/lib/gateway/call";
import { type ChatEvent, type StreamWriter, tokensOf } from "@/lib/gateway/chat";
import { GatewayError, renderError } from "@/lib/gateway/errors";
import { type FailureName, failureDefinition } from "@/lib/gateway/failures";
import { log } from "@/lib/log";
import { priceTokens } from "@/lib/models/price";

/** Longer than any answer may take, from the first event to the last (BAR P16). */
const totalMsMax = 600_000;
/** A client that takes nothing for so long isn't there any more. */
const silenceMsMax = 60_000;
/** How long the last bytes may take to leave before the socket is destroyed with them. */
const flushMsMax = 2_000;

const interruptions: Record<EndReason, FailureName> = {
  lost: "unavailable",
  revoked: "revoked_key",
  expired: "expired_key",
  suspended: "suspended",
  shutdown: "unavailable",
};

/** Why a call was ended from our side, in the registry's words. */
export function interruption(reason: EndReason): GatewayError {
  const failure = interruptions[reason];
  return failure === "unavailable" ? unavailable() : new GatewayError(failure);
}

/** The end of a call that failed before anything was delivered: free, and logged. */
export function failedEnd(error: unknown) {
  const failure = error instanceof GatewayError ? error.failure : "internal";
  return {
    status: failureDefinition(failure).status,
    outcome: "failed" as const,
    errorCode: failure,
    inputTokens: 0,
    outputTokens: 0,
    costNanos: 0n,
  };
}

/**
 * An answer on its way out as server-sent events. What was handed to the client is metered as it
 * passes; the closing frame waits for the settlement, so a complete answer is always a paid one.
 * However it ends (completed, client gone, upstream failed, key revoked, shutdown), it settles once.
 */
export class StreamedAnswer {
  private readonly encoder = new TextEncoder();
  private readonly hold: OpenHold;
  private controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  private first: IteratorResult<ChatEvent> | undefined;
  private isOpen = false;
  private isSettled = false;
  private endedBy: EndReason | null = null;
  private totalTimer: NodeJS.Timeout | undefined;
  private firstByteMs: number | null = null;

  constructor(
    private readonly gateway: Gateway,
    private readonly call: Call,
    private readonly reservation: Reservation,
    private readonly writer: StreamWriter,
    private readonly events: AsyncIterator<ChatEvent>,
    private readonly abort: AbortController,
  ) {
    this.hold = {
      requestId: call.id,
      openedAtMs: performance.now(),
      inputTokens: 0,
      outputTokens: 0,
      end: (reason) => this.interrupt(reason),
    };
    gateway.openHolds.add(this.hold);
  }

  /**
   * Waits for the upstream's first event. Until it is there a failure still has a status of its own:
   * then it throws, and the call is settled.
   */
  async begin(): Promise<void> {
    try {
      this.first = await this.events.next();
    } catch (error) {
      const cause = this.endedBy ? interruption(this.endedBy) : error;
      await settleCall(this.gateway, this.call, failedEnd(cause));
      throw cause;
    }
  }

  toStream(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.controller = controller;
          this.watchClient();
        },
        pull: () => this.forward(),
        cancel: () => this.leave(),
      },
      { highWaterMark: 1 },
    );
  }

  private write(text: string): void {
    if (text !== "") this.controller?.enqueue(this.encoder.encode(text));
  }

  /** Hands on the next event that says something, or the end. Called when the client is ready for more. */
  private async forward(): Promise<void> {
    try {
      if (!this.isOpen) {
        this.isOpen = true;
        this.firstByteMs = Math.round(performance.now() - this.call.startedAtMs);
        this.hold.inputTokens = this.reservation.inputTokens;
        this.write(this.writer.open());
      }
      // A pull that hands on nothing would be the last one.
      let isWritten = false;
      while (!isWritten) {
        const next = this.first ?? (await this.events.next());
        this.first = undefined;
        if (this.isSettled) return;
        if (next.done) return await this.complete();
        isWritten = this.relay(next.value);
      }
    } catch (error) {
      if (!this.isSettled) await this.fail(error);
    }
  }

  /** False where the event has no words in the caller's protocol. */
  private relay(event: ChatEvent): boolean {
    this.hold.outputTokens += tokensOf(event);
    const frames = this.writer.event(event);
    this.write(frames);
    return frames !== "";
  }

  private async complete(): Promise<void> {
    this.write(this.writer.usage(this.hold.outputTokens));
    const state = await this.settle("ok", null);
    if (state === "lost") return this.breakOff("unavailable");
    this.write(this.writer.last());
    this.controller?.close();
  }

  private async fail(reason: unknown): Promise<void> {
    if (this.isSettled) return;
    this.abort.abort();
    // One that we ended ourselves fails with the abort; what ended it is the better answer.
    const error = this.endedBy ? interruption(this.endedBy) : reason;
    const failure = error instanceof GatewayError ? error.failure : "internal";
    if (!(error instanceof GatewayError)) {
      log.error({ err: error, requestId: this.call.id }, "a stream failed");
    }
    await this.settle("upstream_error", failure);
    this.breakOff(failure);
  }

  /** The client closed its side: it pays for what it was sent. */
  private async leave(): Promise<void> {
    this.abort.abort();
    await this.settle("client_gone", null).catch((error: unknown) => this.logUnsettled(error));
  }

  /** Neither a client that stopped reading nor an answer without end may keep its hold. */
  private watchClient(): void {
    const { response } = this.call;
    response.setTimeout(silenceMsMax, () => response.socket?.destroy());
    this.totalTimer = setTimeout(() => {
      this.fail(new GatewayError("gw_timeout")).catch((error: unknown) => this.logUnsettled(error));
    }, totalMsMax);
  }

  private interrupt(reason: EndReason): void {
    if (this.isSettled || this.endedBy) return;
    this.endedBy = reason;
    this.abort.abort();
    // Before the first event `begin` answers with it.
    if (!this.controller) return;
    const failure = interruptions[reason];
    const outcome = reason === "shutdown" || reason === "lost" ? "shutdown" : "revoked";
    this.settle(outcome, failure).then(
      () => this.breakOff(failure),
      (error: unknown) => this.logUnsettled(error),
    );
  }

  private logUnsettled(error: unknown): void {
    log.error({ err: error, requestId: this.call.id }, "an ended stream was not settled");
  }

  /** Tells the client in its dialect, then destroys the socket: a clean end would read as success. */
  private breakOff(failure: FailureName): void {
    const { body } = renderError(new GatewayError(failure), this.call.dialect, {
      requestId: this.call.id,
      balanceStatus: this.gateway.settings.balanceStatus,
    });
    try {
      this.write(this.writer.error(body));
    } catch (error) {
      log.debug({ err: error, requestId: this.call.id }, "the client had gone already");
    }
    // The frame gets its turn on the socket; then the socket goes, with the body left unterminated.
    setImmediate(() => destroySoon(this.call.response));
  }

  private async settle(
    outcome: Outcome,
    errorCode: FailureName | null,
  ): Promise<"settled" | "lost"> {
    if (this.isSettled) return "settled";
    this.isSettled = true;
    clearTimeout(this.totalTimer);
    // A generator that waits at a yield has things to put away.
    if (outcome !== "ok") this.events.return?.().catch(() => undefined);
    const { inputTokens, outputTokens } = this.hold;
    const settlement = await settleCall(this.gateway, this.call, {
      status: 200,
      outcome,
      errorCode,
      inputTokens,
      outputTokens,
      costNanos: priceTokens({ inputTokens, outputTokens }, this.reservation.price),
      firstByteMs: this.firstByteMs,
    });
    return settlement.state;
  }
}

/** Destroys the connection as soon as what was written has left, or soon after if it never does. */
function destroySoon(response: ServerResponse): void {
  const end = (socket: Socket): void => {
    socket.destroySoon();
    setTimeout(() => socket.destroy(), flushMsMax).unref();
  };
  // In a pipeline an answer has no socket until those before it are complete.
  if (response.socket) end(response.socket);
  else response.once("socket", end);
}
