import type { ProtocolName } from "@/lib/gateway/chat";
import { GatewayError } from "@/lib/gateway/errors";
import type { Breaker } from "@/lib/gateway/upstreams/breaker";
import { decoded } from "@/lib/gateway/upstreams/content-encoding";
import type { Errand } from "@/lib/gateway/upstreams/errand";
import { type ExchangeAnswer, exchange, type Timeouts } from "@/lib/gateway/upstreams/exchange";
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
}

const answerBytesMax = 32 * 1024 * 1024;
const errorBytesMax = 64 * 1024;
/** The words of an error may take so long to come; its status is known already. */
const errorMsMax = 2_000;

/** One attempt at one upstream. Throws ProviderFailure. */
export async function* attempt(
  provider: Provider,
  errand: Errand,
  isFirstTry: boolean,
): AsyncGenerator<UpstreamEvent> {
  const { kind } = provider;
  const abort = new AbortController();
  const giveUp = () => abort.abort();
  if (errand.signal.aborted) giveUp();
  errand.signal.addEventListener("abort", giveUp, { once: true });
  const packed = await open(provider, { ...errand, signal: abort.signal }, isFirstTry);
  let isTaken = false;
  try {
    const answer = { ...packed, body: decoded(packed) };
    if (answer.status === 200) checkType(errand, answer);
    isTaken = true;
    if (answer.status !== 200) throw await refusal(errand, answer, giveUp);
    if (errand.stream) yield* readStream(provider, errand, answer);
    else yield* errand.readAnswer(kind, await readWhole(answer));
  } finally {
    // Nobody will read it, and it may have no end.
    if (!isTaken) giveUp();
    errand.signal.removeEventListener("abort", giveUp);
    await packed.body.return(undefined);
  }
}

/** Throws ProviderFailure for a body of another kind than was asked for. */
function checkType({ stream }: Errand, { headers }: ExchangeAnswer): void {
  const type = headers["content-type"] ?? "";
  if (stream) {
    if (!/^text\/event-stream\b/i.test(type)) throw garbage("a body where a stream was asked for");
  } else if (!/^application\/(.+\+)?json\b/i.test(type)) throw garbage("a body that is not JSON");
}

async function open(
  provider: Provider,
  errand: Errand,
  isFirstTry: boolean,
): Promise<ExchangeAnswer> {
  const { id, kind, breaker, model, baseUrl, timeouts, allowPrivate } = provider;
  const { stream, signal, onSent } = errand;
  const { url, headers, body } = errand.write(kind, {
    model,
    baseUrl,
    credential: provider.credential(),
  });
  breaker.begin(performance.now());
  // A request that fails thrice is one failure: retries don't make an upstream worse than it is.
  const failed = () => isFirstTry && breaker.fail(performance.now());
  try {
    const answer = await exchange({
      url,
      headers: {
        "content-type": "application/json",
        accept: stream ? "text/event-stream" : "application/json",
        "accept-encoding": "identity",
        "user-agent": "gatehouse",
        ...headers,
      },
      body: Buffer.from(JSON.stringify(body)),
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
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new BrokenAnswer(new GatewayError("bad_gateway"), "give_up", "a body that is cut short");
  }
}

async function refusal(
  errand: Errand,
  answer: ExchangeAnswer,
  giveUp: () => void,
): Promise<ProviderFailure> {
  let body: unknown = null;
  const timer = setTimeout(giveUp, errorMsMax);
  try {
    body = JSON.parse((await readBytes(answer, errorBytesMax)).toString("utf8"));
  } catch {
    // The status says enough.
  } finally {
    clearTimeout(timer);
  }
  return failureOfStatus(errand.original, answer.status, answer.headers["retry-after"], body);
}

async function* readStream(
  { kind }: Provider,
  errand: Errand,
  answer: ExchangeAnswer,
): AsyncGenerator<UpstreamEvent> {
  const parser = new SseParser();
  const reader = errand.readStream(kind);
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
