import type { OpenHold } from "@/lib/budgets/open-holds";
import type { Outcome } from "@/lib/budgets/settlement";
import type { Reservation } from "@/lib/gateway/admission";
import { type Call, type Gateway, settleCall } from "@/lib/gateway/call";
import type { ChatEvent, StreamWriter } from "@/lib/gateway/chat";
import { GatewayError, renderError } from "@/lib/gateway/errors";
import type { FailureName } from "@/lib/gateway/failures";
import { log } from "@/lib/log";
import { priceTokens } from "@/lib/models/price";

const interruptions: Record<"revoked" | "shutdown", FailureName> = {
  revoked: "revoked_key",
  shutdown: "unavailable",
};

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
      end: (reason) => void this.interrupt(reason),
    };
    gateway.openHolds.add(this.hold);
  }

  /** Waits for the upstream's first event; answers what it failed with instead, if it did. */
  async begin(): Promise<unknown> {
    try {
      this.first = await this.events.next();
      return undefined;
    } catch (error) {
      return error ?? new GatewayError("internal");
    }
  }

  toStream(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.controller = controller;
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

  /** Hands on one event, or the end. Called when the client is ready for more. */
  private async forward(): Promise<void> {
    try {
      if (!this.isOpen) {
        this.isOpen = true;
        this.firstByteMs = Math.round(performance.now() - this.call.startedAtMs);
        this.hold.inputTokens = this.reservation.inputTokens;
        this.write(this.writer.open());
      }
      const next = this.first ?? (await this.events.next());
      this.first = undefined;
      if (this.isSettled) return;
      if (next.done) return await this.complete();
      this.relay(next.value);
    } catch (error) {
      if (!this.isSettled) await this.fail(error);
    }
  }

  private relay(event: ChatEvent): void {
    if (event.type === "text") {
      this.hold.outputTokens += event.tokens;
      this.write(this.writer.text(event.choice, event.text));
    } else {
      this.write(this.writer.stop(event.choice, event.stopReason, event.stopSequence));
    }
  }

  private async complete(): Promise<void> {
    this.write(this.writer.usage(this.hold.outputTokens));
    const state = await this.settle("ok", null);
    if (state === "lost") return this.breakOff("unavailable");
    this.write(this.writer.last());
    this.controller?.close();
  }

  private async fail(error: unknown): Promise<void> {
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
    await this.settle("client_gone", null);
  }

  private async interrupt(reason: "revoked" | "shutdown"): Promise<void> {
    if (this.isSettled) return;
    const settling = this.settle(reason, interruptions[reason]);
    this.abort.abort();
    await settling;
    this.breakOff(interruptions[reason]);
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
    setImmediate(() => this.call.response.socket?.destroySoon());
  }

  private async settle(
    outcome: Outcome,
    errorCode: FailureName | null,
  ): Promise<"settled" | "lost"> {
    if (this.isSettled) return "settled";
    this.isSettled = true;
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
