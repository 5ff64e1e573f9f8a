import type { ChatRequest, JsonObject, ProtocolName } from "@/lib/gateway/chat";
import { invalidFields } from "@/lib/gateway/errors";
import type { Stop } from "@/lib/gateway/stop";
import { anthropicWire } from "@/lib/gateway/upstreams/anthropic";
import { bearer, openAiWire } from "@/lib/gateway/upstreams/openai";
import {
  embeddingsUrl,
  readEmbeddings,
  requestBody,
} from "@/lib/gateway/upstreams/openai/embeddings";
import type {
  EmbeddingRequest,
  EmbeddingsRequest,
  UpstreamEvent,
  UpstreamRequest,
} from "@/lib/gateway/upstreams/upstream";
import type { StreamReader, Wire } from "@/lib/gateway/upstreams/wire";

/** Where a request goes at one upstream. */
export interface Destination {
  /** The model's name there. */
  model: string;
  baseUrl: string;
  /** The provider's key; null where it wants none. */
  credential: string | null;
}

/** Something to be asked of providers, in the protocol of each. */
export interface Errand {
  stream: boolean;
  /** The caller's own body, whose fields an upstream may complain about; null where it speaks neither protocol. */
  original: JsonObject | null;
  /** Asked for when nobody waits for the answer any more. */
  stop: Stop;
  /** Called when the request has left for an upstream. */
  onSent(): void;
  /** Throws param for what a provider of the kind has no way to do. */
  check(kind: ProtocolName): void;
  write(
    kind: ProtocolName,
    to: Destination,
  ): { url: string; headers: Record<string, string>; body: JsonObject };
  /** Throws ProviderFailure for a body that isn't an answer. */
  readAnswer(kind: ProtocolName, body: unknown): UpstreamEvent[];
  readStream(kind: ProtocolName): StreamReader;
}

const wires: Record<ProtocolName, Wire> = { openai: openAiWire, anthropic: anthropicWire };

/** Throws param for what an upstream of a kind has no way to answer. */
export function checkChat(kind: ProtocolName, chat: ChatRequest): void {
  wires[kind].check(chat);
}

/** Throws param for a kind of upstream that makes no vectors. */
export function checkEmbeddings(kind: ProtocolName, { model }: EmbeddingsRequest): void {
  if (kind === "openai") return;
  const message = `${model} has no upstream that makes embeddings`;
  throw invalidFields([{ path: "model", code: "invalid_value", message }]);
}

/** A chat, through either protocol. */
export function chatErrand({ chat, maxTokens, stop, onSent }: UpstreamRequest): Errand {
  return {
    stream: chat.stream,
    original: chat.original?.body ?? null,
    stop,
    onSent,
    check: (kind) => checkChat(kind, chat),
    write(kind, to) {
      const wire = wires[kind];
      const request = { chat, maxTokens, ...to };
      return {
        url: wire.url(request),
        headers: wire.headers(request),
        body: wire.body(request),
      };
    },
    readAnswer: (kind, body) => wires[kind].readAnswer(chat, body),
    readStream: (kind) => wires[kind].readStream(chat),
  };
}

/** Vectors, which only OpenAI's protocol has. */
export function embeddingErrand(request: EmbeddingRequest): Errand {
  return {
    stream: false,
    original: request.original,
    stop: request.stop,
    onSent: request.onSent,
    check: (kind) => checkEmbeddings(kind, request),
    write: (_, to) => ({
      url: embeddingsUrl(to.baseUrl),
      headers: bearer(to.credential),
      body: requestBody(request, to.model),
    }),
    readAnswer: (_, body) => readEmbeddings(request, body),
    readStream() {
      throw new Error("embeddings don't stream");
    },
  };
}
