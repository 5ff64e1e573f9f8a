import type { ChatEvent, ChatRequest } from "@/lib/gateway/chat";

export interface UpstreamRequest {
  chat: ChatRequest;
  /** The model's name at the upstream. */
  model: string;
  /** Output tokens for each choice; the upstream must not go beyond. */
  maxTokens: number;
  /** Aborted when nobody waits for the answer any more. */
  signal: AbortSignal;
}

/** A text, or the tokens that a caller cut one into. */
export type EmbeddingInput = string | number[];

export interface EmbeddingRequest {
  inputs: EmbeddingInput[];
  /** The model's name at the upstream. */
  model: string;
  dimensions: number;
  signal: AbortSignal;
}

/** Who answers: the one interface to every kind of upstream. */
export interface Upstream {
  /**
   * Input tokens, or an upper bound of them where only the upstream can tell. Beyond `max` any number
   * above it will do.
   */
  countInput(chat: ChatRequest, max: number): number;
  /** Throws a GatewayError of the registry when it fails, before or between events. */
  answer(request: UpstreamRequest): AsyncIterable<ChatEvent>;
  /** Tokens of one input, counted as `countInput` does. */
  countEmbeddingInput(input: EmbeddingInput, max: number): number;
  /** One vector of length 1 for each input, in order. */
  embed(request: EmbeddingRequest): Promise<Float32Array[]>;
}
