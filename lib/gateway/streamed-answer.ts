import type { ServerResponse } from "node:http";
import type { EndReason, OpenHold } from "@/lib/budgets/open-holds";
import type { Outcome } from "@/lib/budgets/settlement";
import { type Call, type Gateway, settleCall } from "@/lib/gateway/call";
import { failedEnd, flagsEnd, interruption, interruptions } from "@/lib/gateway/call-end";
import type { Protocol, StreamWriter } from "@/lib/gateway/chat";
import { endTogether, writeTogether } from "@/lib/gateway/corked";
import { GatewayError, renderError } from "@/lib/gateway/errors";
import type { FailureName } from "@/lib/gateway/failures";
import { type ChatPlan, meterOf } from "@/lib/gateway/plan";
import { type StreamRecorder, type StreamReply, streamHeaders } from "@/lib/gateway/reply";
import { Stop } from "@/lib/gateway/stop";
import { endUnterminated } from "@/lib/gateway/unterminated";
import { tokensOf, type UpstreamEvent } from "@/lib/gateway/upstreams/upstream";
import type { UsageMeter } from "@/lib/gateway/upstreams/usage";
import { log } from "@/lib/log";
import { priceTokens, type TokenUsage } from "@/lib/models/price";

/** Longer than any answer may take, from the first event to the last (BAR P16). */
const totalMsMax = 600_000;
/** A client that takes nothing for so long isn't there any more. */
const silenceMsMax = 60_000;

/** Ends a call whose client has left; it is in the books already. */
function nobodyListens(): GatewayError {
  return new GatewayError("unavailable", { isCharged: true });
}

/**
 * An answer on its way out as server-sent events. What was handed to the client is metered as it
 * passes; the closing frame waits for the settlement, so a complete answer is always a paid one.
 * However it ends (completed, client gone, upstream failed, key revoked, shutdown), it settles once.
 */
export class StreamedAnswer implements StreamReply {
  recorder: StreamRecorder | null = null;
  private readonly stop = new Stop();
  private readonly hold: OpenHold;
  private readonly meter: UsageMeter;
  private readonly events: AsyncIterator<UpstreamEvent>;
  private writer: StreamWriter | undefined;
  private first: IteratorResult<UpstreamEvent> | undefined;
  /** The head of the answer has been sent. */
  private isBegun = false;
  private isOpen = false;
  /** The upstream's own frames are handed on, the first and the last of them included. */
  private isRelayed = false;
  private isSent = false;
  private isSettled = false;
  /** The client is gone; the upstream may be listened to a little longer. */
  private hasLeft = false;
  private isBroken = false;
  private endedBy: EndReason | null = null;
  private totalTimer: NodeJS.Timeout | undefined;
  private firstByteMs: number | null = null;

  constructor(
    private readonly gateway: Gateway,
    private readonly call: Call,
    private readonly plan: ChatPlan,
    private readonly protocol: Protocol,
  ) {
    this.meter = meterOf(plan);
    this.hold = {
      requestId: call.id,
      openedAtMs: performance.now(),
      inputTokens: 0,
      outputTokens: 0,
      spending: call.spending,
      end: (reason) => this.interrupt(reason),
    };
    gateway.openHolds.add(this.hold);
    const request = {
      chat: plan.chat,
      maxTokens: plan.reservation.outputTokensMax,
      stop: this.stop,
      onSent: () => {
        this.isSent = true;
      },
    };
    this.events = plan.upstream.answer(request)[Symbol.asyncIterator]();
  }

  /**
   * Waits for the upstream's first event. Until it is there a failure still has a status of its own:
   * then it throws, and the call is settled. So it is when the client leaves meanwhile.
   */
  async begin(): Promise<void> {
    const { response } = this.call;
    const onClose = () => this.leaveEarly();
    response.once("close", onClose);
    try {
      this.first = await this.nextWord();
    } catch (error) {
      if (this.hasLeft && (await this.endUnheard(error))) throw nobodyListens();
      const cause = this.endedBy ? interruption(this.endedBy) : error;
      await settleCall(this.gateway, this.call, failedEnd(cause));
      throw cause;
    } finally {
      response.off("close", onClose);
      if (this.hasLeft) this.gateway.openCalls--;
    }
    if (!this.hasLeft) return;
    await this.listenOn();
    throw nobodyListens();
  }

  /** Hands the answer on until it ends, at the pace that the client takes it. */
  send(response: ServerResponse): void {
    this.isBegun = true;
    response.writeHead(200, streamHeaders(this.call));
    response.once("close", () => {
      this.leave().catch((error: unknown) => this.logUnsettled(error));
    });
    this.watchClient();
    this.forwardAll(response).catch((error: unknown) => this.logUnsettled(error));
  }

  private async forwardAll(response: ServerResponse): Promise<void> {
    while (!this.isSettled && !this.hasLeft) {
      await this.forward();
      if (response.writableNeedDrain) await untilTaken(response);
    }
  }

  private write(text: string): void {
    if (text === "") return;
    writeTogether(this.call.response, text);
    this.recorder?.add(text);
  }

  /** The next event that isn't an account alone. */
  private async nextWord(): Promise<IteratorResult<UpstreamEvent>> {
    for (;;) {
      const next = await this.events.next();
      if (next.done || next.value.type !== "usage") return next;
      this.meter.report(next.value.usage);
    }
  }

  /** Made with the first event, when more may be known of the input than our own count. */
  private get words(): StreamWriter {
    const { inputTokens } = this.meter.delivered();
    this.writer ??= this.protocol.openStream(this.plan.chat, inputTokens, new Date());
    return this.writer;
  }

  /** Hands on the next event, or the end. Called when the client is ready for more. */
  private async forward(): Promise<void> {
    try {
      if (!this.isOpen) this.open();
      const next = this.first ?? (await this.nextWord());
      this.first = undefined;
      if (this.isSettled || this.hasLeft) return;
      if (next.done) await this.complete();
      else this.relay(next.value);
    } catch (error) {
      if (this.hasLeft) this.isBroken = true;
      else if (!this.isSettled) await this.fail(error);
    }
  }

  private open(): void {
    this.isOpen = true;
    this.firstByteMs = Math.round(performance.now() - this.call.startedAtMs);
    this.isRelayed = this.first?.done === false && this.first.value.type === "frame";
    if (!this.isRelayed) this.write(this.words.open());
    this.note();
  }

  /** What a crash would leave to be charged. */
  private note(): void {
    Object.assign(this.hold, this.meter.delivered());
  }

  private relay(event: UpstreamEvent): void {
    this.meter.count(tokensOf(event));
    this.note();
    this.write(this.textOf(event));
  }

  private textOf(event: UpstreamEvent): string {
    switch (event.type) {
      case "frame":
        return event.write(this.meter.complete());
      case "usage":
      case "body":
        return "";
      default:
        return this.words.event(event);
    }
  }

  private async complete(): Promise<void> {
    const usage = this.meter.complete();
    if (!this.isRelayed) this.write(this.words.usage(usage));
    const state = await this.settle("ok", null, usage);
    if (state === "lost") return this.breakOff("unavailable");
    this.write(this.words.last());
    await this.recorder?.end(true);
    endTogether(this.call.response);
  }

  private async fail(reason: unknown): Promise<void> {
    if (this.isSettled) return;
    this.stop.ask();
    // One that we ended ourselves fails with the abort; what ended it is the better answer.
    const error = this.endedBy ? interruption(this.endedBy) : reason;
    const failure = error instanceof GatewayError ? error.failure : "internal";
    if (!(error instanceof GatewayError)) {
      log.error({ err: error, requestId: this.call.id }, "a stream failed");
    }
    await this.settle("upstream_error", failure);
    this.breakOff(failure);
  }

  /** The connection is closed: a client that did so early pays for what it was sent, or what that turns out to be. */
  private async leave(): Promise<void> {
    if (!this.isSettled) {
      this.hasLeft = true;
      await Promise.all([this.recorder?.end(false), this.listenOn()]);
    } else await this.recorder?.end(false);
  }

  /** The client closed its side before there was anything to send. */
  private leaveEarly(): void {
    // The server doesn't count it any more, but it isn't over.
    this.gateway.openCalls++;
    this.hasLeft = true;
    if (!this.isSent) this.stop.ask();
    else setTimeout(() => this.stop.ask(), this.plan.upstream.drainMs).unref();
  }

  /**
   * Listens to the upstream for a while after the client has left, to learn its own figure; without one
   * what was handed to the client is what counts.
   */
  private async listenOn(): Promise<void> {
    const delivered = this.meter.delivered();
    this.gateway.openCalls++;
    const timer = setTimeout(() => this.stop.ask(), this.plan.upstream.drainMs);
    if (this.plan.upstream.drainMs === 0) this.stop.ask();
    try {
      while (!this.stop.isAsked) {
        const next = await this.nextWord();
        if (next.done) break;
      }
    } catch {
      this.isBroken = true;
    } finally {
      clearTimeout(timer);
      this.gateway.openCalls--;
    }
    const isWhole = !this.isBroken && !this.stop.isAsked && this.meter.isReported;
    await this.settle("client_gone", null, isWhole ? this.meter.complete() : delivered);
  }

  /**
   * The client left, and then the upstream had nothing to say either. False where that failed by itself,
   * which is free as ever.
   */
  private async endUnheard(error: unknown): Promise<boolean> {
    if (!this.isSent) {
      const end = { status: 499, outcome: "cancelled" as const, errorCode: null };
      this.isSettled = true;
      await settleCall(this.gateway, this.call, { ...failedEnd(error), ...end });
    } else if (this.stop.isAsked) await this.settle("client_gone", null);
    return this.isSettled;
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
    this.stop.ask();
    // Before the first event `begin` answers with it; after the client has left nobody is to be told.
    if (!this.isBegun || this.hasLeft) return;
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
    this.write(this.words.error(body));
    endUnterminated(this.call.response);
  }

  private async settle(
    outcome: Outcome,
    errorCode: FailureName | null,
    usage: TokenUsage = this.meter.delivered(),
  ): Promise<"settled" | "lost"> {
    if (this.isSettled) return "settled";
    this.isSettled = true;
    clearTimeout(this.totalTimer);
    // A generator that waits at a yield has things to put away.
    if (outcome !== "ok") this.events.return?.().catch(() => undefined);
    const settlement = await settleCall(this.gateway, this.call, {
      status: this.isOpen ? 200 : 499,
      outcome,
      errorCode,
      ...usage,
      costNanos: priceTokens(usage, this.plan.reservation.price),
      firstByteMs: this.firstByteMs,
      ...flagsEnd(this.call, this.meter.flags()),
    });
    return settlement.state;
  }
}

/** Resolves when the client has taken what was sent, or is gone. */
function untilTaken(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
}
