import { SpanKind } from "@opentelemetry/api";
import type { ProtocolName } from "@/lib/gateway/chat";
import { GatewayError } from "@/lib/gateway/errors";
import { countUpstreamHead } from "@/lib/gateway/metrics";
import type { Breaker } from "@/lib/gateway/upstreams/breaker";
import { decoded } from "@/lib/gateway/upstreams/content-encoding";
import type { Errand } from "@/lib/gateway/upstreams/errand";
import {
  type AnswerBody,
  type ExchangeAnswer,
  exchange,
  Target,
  type Timeouts,
} from "@/lib/gateway/upstreams/exchange";
import {
  BrokenAnswer,
  failureOfExchange,
  failureOfStatus,
  garbage,
  ProviderFailure,
} from "@/lib/gateway/upstreams/provider-failure";
import { SseError, SseParser } from "@/lib/gateway/upstreams/sse";
import type { UpstreamEvent } from "@/lib/gateway/upstreams/upstream";
import { log } from "@/lib/log";
import { nameOfFailure, TracedWork } from "@/lib/tracing";

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
  /** How long it is heard after the client has left. */
  drainMs: number;
  breaker: Breaker;
  /** Hears of each attempt: the status of its answer, 0 where none came, and the time to its head. */
  onAttempt(status: number, ms: number): void;
  /** Where its addresses lead, by address. */
  targets: Map<string, Target>;
}

const answerBytesMax = 32 * 1024 * 1024;
const errorBytesMax = 64 * 1024;
/** It drops a byte order mark. */
const decoder = new TextDecoder();
/** The words of an error may take so long to come; its status is known already. */
const errorMsMax = 2_000;

/** One attempt at one upstream, for an answer in one piece. Throws ProviderFailure. */
export async function askWhole(
  provider: Provider,
  errand: Errand,
  isFirstTry: boolean,
): Promise<UpstreamEvent[]> {
  const attributes = attributesOf(provider);
  const span = TracedWork.begin("upstream", attributes, { kind: SpanKind.CLIENT });
  try {
    const answer = await open(provider, errand, isFirstTry, span);
    try {
      const body = await begin(errand, answer);
      return errand.readAnswer(provider.kind, await readWhole(body));
    } finally {
      answer.leave();
    }
  } catch (error) {
    span?.fail(nameOfFailure(error));
    throw error;
  } finally {
    span?.end();
  }
}

function attributesOf({ id, model }: Provider) {
  return { "gatehouse.upstream": id, "gen_ai.request.model": model };
}

/** One attempt at one upstream, for a stream. Throws ProviderFailure. */
export async function* askForStream(
  provider: Provider,
  errand: Errand,
  isFirstTry: boolean,
): AsyncGenerator<UpstreamEvent> {
  const attributes = attributesOf(provider);
  const span = TracedWork.begin("upstream", attributes, { kind: SpanKind.CLIENT });
  try {
    const answer = await open(provider, errand, isFirstTry, span);
    try {
      const body = await begin(errand, answer);
      yield* readStream(provider, errand, body);
    } finally {
      answer.leave();
    }
  } catch (error) {
    span?.fail(nameOfFailure(error));
    throw error;
  } finally {
    span?.end();
  }
}

/** The body of an answer, unpacked. Throws ProviderFailure where it isn't what was asked for. */
async function begin(errand: Errand, answer: ExchangeAnswer): Promise<AnswerBody> {
  let body: AnswerBody;
  try {
    body = decoded(answer);
    if (answer.status === 200) checkType(errand, answer);
  } catch (error) {
    // Nobody will read it, and it may have no end.
    answer.abort();
    throw error;
  }
  if (answer.status !== 200) throw await refusal(errand, answer, body);
  return body;
}

/** Throws ProviderFailure for a body of another kind than was asked for. */
function checkType({ stream }: Errand, answer: ExchangeAnswer): void {
  const type = answer.header("content-type") ?? "";
  if (stream) {
    if (!/^text\/event-stream\b/i.test(type)) throw garbage("a body where a stream was asked for");
  } else if (!/^application\/(.+\+)?json\b/i.test(type)) throw garbage("a body that is not JSON");
}

async function open(
  provider: Provider,
  errand: Errand,
  isFirstTry: boolean,
  span: TracedWork | null,
): Promise<ExchangeAnswer> {
  const { id, kind, breaker, model, baseUrl, timeouts } = provider;
  const { stream, stop, onSent } = errand;
  const { url, headers, body } = errand.write(kind, {
    model,
    baseUrl,
    credential: provider.credential(),
  });
  const begunAtMs = performance.now();
  breaker.begin(begunAtMs);
  // A request that fails thrice is one failure: retries don't make an upstream worse than it is.
  const failed = () => isFirstTry && breaker.fail(performance.now());
  try {
    const answer = await exchange({
      target: targetOf(provider, url),
      headers: {
        "content-type": "application/json",
        accept: stream ? "text/event-stream" : "application/json",
        "accept-encoding": "identity",
        "user-agent": "gatehouse",
        ...headers,
        ...span?.headers(),
      },
      body: Buffer.from(JSON.stringify(body)),
      timeouts,
      stop,
      onSent,
    });
    provider.onAttempt(answer.status, performance.now() - begunAtMs);
    countUpstreamHead(id, performance.now() - begunAtMs);
    span?.set({ "http.response.status_code": answer.status });
    if (answer.status >= 500) failed();
    else breaker.succeed();
    return answer;
  } catch (error) {
    if (!stop.isAsked) {
      failed();
      provider.onAttempt(0, performance.now() - begunAtMs);
    }
    log.debug({ err: error, upstream: id }, "an upstream wasn't reached");
    throw failureOfExchange(error);
  }
}

/** Where an address of a provider leads; the same for all requests that go there. */
function targetOf({ targets, allowPrivate, timeouts }: Provider, url: string): Target {
  const known = targets.get(url);
  if (known) return known;
  const target = new Target(new URL(url), allowPrivate, timeouts.connectMs);
  targets.set(url, target);
  return target;
}

/** The JSON of an answer in one piece. What broke off was begun, and may have been charged for. */
async function readWhole(body: AnswerBody): Promise<unknown> {
  let bytes: Buffer | null;
  try {
    bytes = await body.bytes(answerBytesMax);
  } catch (error) {
    throw inAnswer(error);
  }
  if (!bytes) throw garbage("a body that is too large");
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    throw new BrokenAnswer(new GatewayError("bad_gateway"), "give_up", "a body that is cut short");
  }
}

async function refusal(
  errand: Errand,
  answer: ExchangeAnswer,
  body: AnswerBody,
): Promise<ProviderFailure> {
  let told: unknown = null;
  const timer = setTimeout(() => answer.abort(), errorMsMax);
  try {
    const bytes = await body.bytes(errorBytesMax);
    told = bytes && JSON.parse(bytes.toString("utf8"));
  } catch {
    // The status says enough.
  } finally {
    clearTimeout(timer);
  }
  return failureOfStatus(errand.original, answer.status, answer.header("retry-after"), told);
}

async function* readStream(
  { kind }: Provider,
  errand: Errand,
  body: AnswerBody,
): AsyncGenerator<UpstreamEvent> {
  const parser = new SseParser();
  const reader = errand.readStream(kind);
  try {
    for await (const chunk of body.chunks()) {
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
