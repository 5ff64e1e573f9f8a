import { setTimeout as delay } from "node:timers/promises";
import type { ChatRequest, ProtocolName } from "@/lib/gateway/chat";
import { GatewayError } from "@/lib/gateway/errors";
import { anthropicWire } from "@/lib/gateway/upstreams/anthropic";
import type { Breaker } from "@/lib/gateway/upstreams/breaker";
import { type ExchangeAnswer, exchange, type Timeouts } from "@/lib/gateway/upstreams/exchange";
import { openAiWire } from "@/lib/gateway/upstreams/openai";
import {
  BrokenAnswer,
  failureOfExchange,
  failureOfStatus,
  garbage,
  ProviderFailure,
} from "@/lib/gateway/upstreams/provider-failure";
import { SseError, SseParser } from "@/lib/gateway/upstreams/sse";
import type { UpstreamEvent, UpstreamRequest } from "@/lib/gateway/upstreams/upstream";
import type { Wire, WireRequest } from "@/lib/gateway/upstreams/wire";
import { log } from "@/lib/log";

/** One upstream of a model, ready to be asked. */
export interface Provider {
  id: string;
  kind: ProtocolName;
  /** The model's name there. */
  model: string;
  baseUrl: string;
  /** Null where it wants none; throws where it can't be read. */
  credential(): string | null;
  allowPrivate: boolean;
  timeouts: Timeouts;
  breaker: Breaker;
}

const wires: Record<ProtocolName, Wire> = { openai: openAiWire, anthropic: anthropicWire };

/** Attempts for one request, over all the upstreams of its model. */
const attemptsMax = 3;
const pauseMs = 150;
const answerBytesMax = 32 * 1024 * 1024;
const errorBytesMax = 64 * 1024;

/** Throws param for what none of a model's upstreams has a way to do. */
export function checkProviders(providers: Provider[], chat: ChatRequest): void {
  let problem: unknown;
  for (const { kind } of providers) {
    try {
      wires[kind].check(chat);
      return;
    } catch (error) {
      problem ??= error;
    }
  }
  throw problem;
}

function canAsk({ kind }: Provider, chat: ChatRequest): boolean {
  try {
    wires[kind].check(chat);
    return true;
  } catch {
    return false;
  }
}

/** Of the upstreams that may be asked, the one that was asked least, in the order of preference. */
function leastTried(candidates: Provider[], tries: Map<Provider, number>): Provider | null {
  const nowMs = performance.now();
  let best: Provider | null = null;
  for (const one of candidates) {
    if (one.breaker.waitMs(nowMs) > 0) continue;
    if (!best || (tries.get(one) ?? 0) < (tries.get(best) ?? 0)) best = one;
  }
  return best;
}

/** What is answered where every upstream is being left alone. */
function restingError(providers: Provider[]): GatewayError {
  const waits = providers.map(({ breaker }) => breaker.waitMs(performance.now()));
  const seconds = Math.max(1, Math.ceil(Math.min(...waits) / 1_000));
  return new GatewayError("overloaded", { headers: { "retry-after": String(seconds) } });
}

/** Tells whoever runs this what happened. Nothing of an upstream's body is in it but codes. */
function report(provider: Provider, failure: ProviderFailure): void {
  const facts = { upstream: provider.id, what: failure.what, answered: failure.error.failure };
  if (failure.isOurs) log.error(facts, "an upstream refuses our own account or configuration");
  else log.warn(facts, "an upstream failed");
}

/**
 * Asks the upstreams of a model in order, and again, until one begins to answer: at most three attempts,
 * none after the first event. Throws a GatewayError, or a BrokenAnswer where an answer in one piece broke
 * off.
 */
export async function* askProviders(
  providers: Provider[],
  request: UpstreamRequest,
): AsyncGenerator<UpstreamEvent> {
  const tries = new Map<Provider, number>();
  let candidates = providers.filter((provider) => canAsk(provider, request.chat));
  let last: ProviderFailure | null = null;
  while (sum(tries) < attemptsMax) {
    const provider = leastTried(candidates, tries);
    if (!provider) break;
    const tried = tries.get(provider) ?? 0;
    tries.set(provider, tried + 1);
    if (tried > 0) await pause(tried * pauseMs, request.signal);
    const events = ask(provider, request, tried === 0);
    try {
      const first = await nextEvent(provider, events);
      if (!first.done) {
        yield first.value;
        yield* rest(provider, events);
      }
      return;
    } catch (error) {
      // What breaks after the first event is a GatewayError already, and final.
      if (!(error instanceof ProviderFailure)) throw error;
      last = error;
      if (error.next === "give_up" || request.signal.aborted) break;
      if (error.next === "elsewhere") candidates = candidates.filter((one) => one !== provider);
    } finally {
      await events.return(undefined);
    }
  }
  if (last instanceof BrokenAnswer && !request.chat.stream) throw last;
  throw last?.error ?? restingError(providers);
}

function sum(tries: Map<Provider, number>): number {
  return [...tries.values()].reduce((total, count) => total + count, 0);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}

async function nextEvent(provider: Provider, events: AsyncGenerator<UpstreamEvent>) {
  try {
    return await events.next();
  } catch (error) {
    if (error instanceof ProviderFailure) report(provider, error);
    throw error;
  }
}

async function* rest(provider: Provider, events: AsyncGenerator<UpstreamEvent>) {
  try {
    for (;;) {
      const next = await nextEvent(provider, events);
      if (next.done) return;
      yield next.value;
    }
  } catch (error) {
    throw error instanceof ProviderFailure ? error.error : error;
  }
}

/** One attempt at one upstream. Throws ProviderFailure. */
async function* ask(
  provider: Provider,
  request: UpstreamRequest,
  isFirstTry: boolean,
): AsyncGenerator<UpstreamEvent> {
  const { chat } = request;
  const wire = wires[provider.kind];
  const answer = await open(provider, wire, request, isFirstTry);
  try {
    if (answer.status !== 200) throw await refusal(chat, answer);
    const type = answer.headers["content-type"] ?? "";
    const isEncoded = (answer.headers["content-encoding"] ?? "identity") !== "identity";
    if (isEncoded) throw garbage("an encoding that nobody asked for");
    if (chat.stream) {
      if (!/^text\/event-stream\b/i.test(type))
        throw garbage("a body where a stream was asked for");
      yield* readStream(wire, chat, answer);
    } else {
      if (!/^application\/(.+\+)?json\b/i.test(type)) throw garbage("a body that is not JSON");
      yield* wire.readAnswer(chat, await readWhole(answer));
    }
  } finally {
    await answer.body.return(undefined);
  }
}

async function open(
  provider: Provider,
  wire: Wire,
  { chat, maxTokens, signal, onSent }: UpstreamRequest,
  isFirstTry: boolean,
): Promise<ExchangeAnswer> {
  const { id, model, baseUrl, breaker, allowPrivate, timeouts } = provider;
  const credential = provider.credential();
  const wired: WireRequest = { chat, model, maxTokens, baseUrl, credential };
  breaker.begin(performance.now());
  // A request that fails thrice is one failure: retries don't make an upstream worse than it is.
  const failed = () => isFirstTry && breaker.fail(performance.now());
  try {
    const answer = await exchange({
      url: wire.url(wired),
      headers: {
        "content-type": "application/json",
        accept: chat.stream ? "text/event-stream" : "application/json",
        "accept-encoding": "identity",
        "user-agent": "gatehouse",
        ...wire.headers(wired),
      },
      body: Buffer.from(JSON.stringify(wire.body(wired))),
      timeouts,
      allowPrivate,
      signal,
      onSent,
    });
    if (answer.status >= 500) failed();
    else breaker.succeed();
    return answer;
  } catch (error) {
    if (!signal.aborted) failed();
    log.debug({ err: error, upstream: id }, "an upstream wasn't reached");
    throw failureOfExchange(error);
  }
}

async function readBytes(answer: ExchangeAnswer, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer.body) {
    size += chunk.length;
    if (size > bytesMax) throw garbage("a body that is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The JSON of an answer in one piece. What broke off was begun, and may have been charged for. */
async function readWhole(answer: ExchangeAnswer): Promise<unknown> {
  let bytes: Buffer;
  try {
    bytes = await readBytes(answer, answerBytesMax);
  } catch (error) {
    throw inAnswer(error);
  }
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new BrokenAnswer(new GatewayError("bad_gateway"), "give_up", "a body that is cut short");
  }
}

async function refusal(chat: ChatRequest, answer: ExchangeAnswer): Promise<ProviderFailure> {
  let body: unknown = null;
  try {
    body = JSON.parse((await readBytes(answer, errorBytesMax)).toString("utf8"));
  } catch {
    // The status says enough.
  }
  return failureOfStatus(chat, answer.status, answer.headers["retry-after"], body);
}

async function* readStream(
  wire: Wire,
  chat: ChatRequest,
  answer: ExchangeAnswer,
): AsyncGenerator<UpstreamEvent> {
  const parser = new SseParser();
  const reader = wire.readStream(chat);
  try {
    for await (const chunk of answer.body) {
      for (const event of parser.push(chunk)) yield* reader.take(event);
      if (reader.isComplete) return;
    }
  } catch (error) {
    if (error instanceof SseError) throw garbage(error.message);
    throw inAnswer(error);
  }
  // The official clients would take a stream that just ends for a whole answer.
  throw new BrokenAnswer(new GatewayError("bad_gateway"), "give_up", "a stream without its end");
}

/** An exchange that failed when its answer had begun isn't tried again. */
function inAnswer(error: unknown): unknown {
  if (error instanceof ProviderFailure || error instanceof GatewayError) return error;
  const failure = failureOfExchange(error);
  const isBroken = failure.error.failure === "bad_gateway";
  const Kind = isBroken ? BrokenAnswer : ProviderFailure;
  return new Kind(failure.error, "give_up", failure.what);
}
