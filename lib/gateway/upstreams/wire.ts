import type { ChatRequest, JsonObject } from "@/lib/gateway/chat";
import type { SseEvent } from "@/lib/gateway/upstreams/sse";
import type { UpstreamEvent } from "@/lib/gateway/upstreams/upstream";
import { countTokens } from "@/lib/models/tokens";

/** A chat on its way to one upstream. */
export interface WireRequest {
  chat: ChatRequest;
  /** The model's name at the upstream. */
  model: string;
  maxTokens: number;
  baseUrl: string;
  /** The provider's key; null where it wants none. */
  credential: string | null;
}

/** Reads a stream's events into ours, one after the other. */
export interface StreamReader {
  /** Throws ProviderFailure for what isn't a frame of the protocol, or tells of a failure. */
  take(event: SseEvent): UpstreamEvent[];
  /** Whether the frame that makes an answer complete was there. */
  readonly isComplete: boolean;
}

/** One side of the conversation with providers: how a protocol writes requests and reads answers. */
export interface Wire {
  /** Throws param for what the protocol has no way to say. */
  check(chat: ChatRequest): void;
  url(request: WireRequest): string;
  headers(request: WireRequest): Record<string, string>;
  body(request: WireRequest): JsonObject;
  /** Throws ProviderFailure for a body that isn't an answer. */
  readAnswer(chat: ChatRequest, body: unknown): UpstreamEvent[];
  readStream(chat: ChatRequest): StreamReader;
}

/** Our own count of a piece of output, for where the upstream reports none. */
export function countPiece(text: string): number {
  return text === "" ? 0 : countTokens(text);
}
