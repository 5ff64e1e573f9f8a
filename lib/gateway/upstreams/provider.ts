import { setTimeout as delay } from "node:timers/promises";
import type { ProtocolName } from "@/lib/gateway/chat";
import { GatewayError } from "@/lib/gateway/errors";
import { countUpstreamFailure } from "@/lib/gateway/metrics";
import type { Stop } from "@/lib/gateway/stop";
import { askForStream, type Provider } from "@/lib/gateway/upstreams/attempt";
import type { Errand } from "@/lib/gateway/upstreams/errand";
import { BrokenAnswer, ProviderFailure } from "@/lib/gateway/upstreams/provider-failure";
import type { UpstreamEvent } from "@/lib/gateway/upstreams/upstream";
import { log } from "@/lib/log";

/** Attempts for one request, over all the upstreams of its model. */
const attemptsMax = 3;
const pauseMs = 150;

/** Throws param for what none of a model's upstreams has a way to do. */
export function checkProviders(providers: Provider[], check: (kind: ProtocolName) => void): void {
  let problem: unknown;
  for (const { kind } of providers) {
    try {
      check(kind);
      return;
    } catch (error) {
      problem ??= error;
    }
  }
  throw problem;
}

function canAsk({ kind }: Provider, errand: Errand): boolean {
  try {
    errand.check(kind);
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
  countUpstreamFailure(provider.id, failure.error.failure);
  const facts = { upstream: provider.id, what: failure.what, answered: failure.error.failure };
  if (failure.isOurs) log.error(facts, "an upstream refuses our own account or configuration");
  else log.warn(facts, "an upstream failed");
}

/**
 * Asks the upstreams of a model in order, and again, until one begins to answer: at most three attempts,
 * none after the first event. Throws a GatewayError, or a BrokenAnswer where an answer in one piece broke
 * off.
 */
export async function askProviders<T>(
  providers: Provider[],
  errand: Errand,
  ask: (provider: Provider, errand: Errand, isFirstTry: boolean) => Promise<T>,
): Promise<T> {
  const tries = new Map<Provider, number>();
  let candidates = providers.filter((provider) => canAsk(provider, errand));
  let last: ProviderFailure | null = null;
  while (sum(tries) < attemptsMax) {
    const provider = leastTried(candidates, tries);
    if (!provider) break;
    const tried = tries.get(provider) ?? 0;
    tries.set(provider, tried + 1);
    if (tried > 0) await pause(tried * pauseMs, errand.stop);
    try {
      return await ask(provider, errand, tried === 0);
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error;
      report(provider, error);
      last = error;
      if (error.next === "give_up" || errand.stop.isAsked) break;
      if (error.next === "elsewhere") candidates = candidates.filter((one) => one !== provider);
    }
  }
  if (last instanceof BrokenAnswer && !errand.stream) throw last;
  throw last?.error ?? restingError(providers);
}

/** A stream of the first of a model's upstreams that begins one. Throws a GatewayError. */
export async function* streamFrom(
  providers: Provider[],
  errand: Errand,
): AsyncGenerator<UpstreamEvent> {
  const { provider, events, first } = await askProviders(providers, errand, beginStream);
  try {
    for (let next = first; !next.done; next = await events.next()) yield next.value;
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    report(provider, error);
    throw error.error;
  } finally {
    await events.return(undefined);
  }
}

/** A stream with its first event, before which another upstream can be asked instead. */
async function beginStream(provider: Provider, errand: Errand, isFirstTry: boolean) {
  const events = askForStream(provider, errand, isFirstTry);
  return { provider, events, first: await events.next() };
}

function sum(tries: Map<Provider, number>): number {
  return [...tries.values()].reduce((total, count) => total + count, 0);
}

async function pause(ms: number, { signal }: Stop): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
