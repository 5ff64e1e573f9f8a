import type { ChatRequest } from "@/lib/gateway/chat";
import { GatewayError } from "@/lib/gateway/errors";
import type { ModelFacts, UpstreamFacts } from "@/lib/gateway/facts";
import { askWhole, type Provider } from "@/lib/gateway/upstreams/attempt";
import { Breaker } from "@/lib/gateway/upstreams/breaker";
import {
  chatErrand,
  checkChat,
  checkEmbeddings,
  embeddingErrand,
} from "@/lib/gateway/upstreams/errand";
import { defaultTimeouts } from "@/lib/gateway/upstreams/exchange";
import type { UpstreamHealth } from "@/lib/gateway/upstreams/health";
import { boundEmbeddingInput, boundInput } from "@/lib/gateway/upstreams/input-bound";
import { askProviders, checkProviders, streamFrom } from "@/lib/gateway/upstreams/provider";
import { ProviderFailure } from "@/lib/gateway/upstreams/provider-failure";
import { simulated } from "@/lib/gateway/upstreams/simulated";
import type {
  EmbeddingInput,
  EmbeddingRequest,
  EmbeddingsRequest,
  Upstream,
  UpstreamRequest,
} from "@/lib/gateway/upstreams/upstream";
import { credentialContext, unseal } from "@/lib/sealed";

/** How long a provider is heard after the client has left, where its configuration says nothing. */
const drainMsDefault = 30_000;
/** More than any deployment has; what the cache forgets is decrypted again. */
const credentialsMax = 1_000;

/** Where models are answered: the built-in upstream, and providers by their rows in the database. */
export class Upstreams {
  /** By upstream and address: how it fared lately is this process's own matter. */
  private readonly breakers = new Map<string, Breaker>();
  /** By what is in the row, so that a changed credential is a new one. */
  private readonly credentials = new Map<string, string>();
  /** By the facts that they were made of, which are the same for as long as they hold. */
  private readonly models = new WeakMap<ModelFacts, Upstream>();

  /** `credentialKey`: what credentials are encrypted under, 32 bytes. */
  constructor(
    private readonly credentialKey: Uint8Array,
    private readonly health: Pick<UpstreamHealth, "record">,
  ) {}

  /** Whoever answers for a model. */
  of(model: ModelFacts): Upstream {
    const [first] = model.upstreams;
    if (first.kind === "simulated") return simulated;
    const known = this.models.get(model);
    if (known) return known;
    const providers = model.upstreams.flatMap((facts) => this.provider(facts));
    const provided = new ProvidedModel(providers, model.contextTokens);
    this.models.set(model, provided);
    return provided;
  }

  private provider(facts: UpstreamFacts): Provider[] {
    const { id, kind, model, baseUrl, allowPrivate, timeouts } = facts;
    // Invented answers never stand in for a provider's.
    if (kind === "simulated") return [];
    // Another address is another server, whatever the one before did.
    const place = `${id} ${baseUrl}`;
    const breaker = this.breakers.get(place) ?? new Breaker();
    this.breakers.set(place, breaker);
    return [
      {
        id,
        kind,
        model,
        baseUrl,
        allowPrivate,
        breaker,
        onAttempt: (status, ms) => this.health.record(id, status, ms),
        drainMs: timeouts.drainMs ?? drainMsDefault,
        timeouts: {
          connectMs: timeouts.connectMs ?? defaultTimeouts.connectMs,
          firstByteMs: timeouts.firstByteMs ?? defaultTimeouts.firstByteMs,
          idleMs: timeouts.idleMs ?? defaultTimeouts.idleMs,
          totalMs: timeouts.totalMs ?? defaultTimeouts.totalMs,
        },
        credential: () => facts.credential && this.openCredential(id, facts.credential),
        targets: new Map(),
      },
    ];
  }

  private openCredential(upstreamId: string, sealed: Buffer): string {
    const name = `${upstreamId} ${sealed.toString("base64")}`;
    const known = this.credentials.get(name);
    if (known !== undefined) return known;
    const opened = unseal(this.credentialKey, sealed, credentialContext(upstreamId));
    if (!opened) {
      const what = "its credential was encrypted under another AUTH_SECRET";
      throw new ProviderFailure(new GatewayError("bad_gateway"), "elsewhere", what, true);
    }
    const credential = opened.toString("utf8");
    if (this.credentials.size >= credentialsMax) this.credentials.clear();
    this.credentials.set(name, credential);
    return credential;
  }
}

/** A model that providers answer for, in order of preference. */
class ProvidedModel implements Upstream {
  readonly isExact = false;
  readonly drainMs: number;

  constructor(
    private readonly providers: Provider[],
    private readonly contextTokens: number,
  ) {
    this.drainMs = Math.max(...providers.map(({ drainMs }) => drainMs));
  }

  countInput(chat: ChatRequest): number {
    // An estimate: only the provider knows its tokeniser, and it has the last word on the context.
    return Math.min(simulated.countInput(chat, this.contextTokens), this.contextTokens);
  }

  boundInput(chat: ChatRequest): number {
    return boundInput(chat, this.contextTokens);
  }

  check(chat: ChatRequest): void {
    checkProviders(this.providers, (kind) => checkChat(kind, chat));
  }

  answer(request: UpstreamRequest) {
    return streamFrom(this.providers, chatErrand(request));
  }

  answerWhole(request: UpstreamRequest) {
    return askProviders(this.providers, chatErrand(request), askWhole);
  }

  countEmbeddingInput(input: EmbeddingInput): number {
    return Math.min(simulated.countEmbeddingInput(input, this.contextTokens), this.contextTokens);
  }

  boundEmbeddingInput(input: EmbeddingInput): number {
    return boundEmbeddingInput(input, this.contextTokens);
  }

  checkEmbeddings(request: EmbeddingsRequest): void {
    checkProviders(this.providers, (kind) => checkEmbeddings(kind, request));
  }

  embed(request: EmbeddingRequest) {
    return askProviders(this.providers, embeddingErrand(request), askWhole);
  }
}
