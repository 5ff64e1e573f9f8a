import type { Account, ChatEvent, ChatRequest, JsonObject } from "@/lib/gateway/chat";
import type { VectorEncoding } from "@/lib/gateway/protocols/openai/vectors";
import type { Stop } from "@/lib/gateway/stop";
import type { ReportedUsage } from "@/lib/gateway/upstreams/usage";

export interface UpstreamRequest {
  chat: ChatRequest;
  /** Output tokens for each choice; the upstream must not go beyond. */
  maxTokens: number;
  /** Asked for when nobody waits for the answer any more. */
  stop: Stop;
  /** Called when the request has left for an upstream: from then on it may cost something. */
  onSent(): void;
}

/**
 * What comes from an upstream: events in neither protocol's words, or, where caller and upstream speak
 * the same, what is handed on as it came. One answer is all of one or all of the other. The functions
 * write what is handed on with the usage that is billed.
 */
export type UpstreamEvent =
  | ChatEvent
  | { type: "usage"; usage: ReportedUsage }
  /** A checked frame of a stream, and the output tokens that it stands for. */
  | { type: "frame"; tokens: number; write(account: Account): string }
  /** A checked body of an answer in one piece. */
  | { type: "body"; tokens: number; write(account: Account): JsonObject };

/** Output tokens that an event stands for. */
export function tokensOf(event: UpstreamEvent): number {
  return "tokens" in event ? event.tokens : 0;
}

/** A text, or the tokens that a caller cut one into. */
export type EmbeddingInput = string | number[];

/** What a caller wants vectors of. */
export interface EmbeddingsRequest {
  /** The checked body as it came, for an upstream that speaks the same. */
  original: JsonObject;
  model: string;
  inputs: EmbeddingInput[];
  /** Null where the model's own number is wanted. */
  dimensions: number | null;
  encoding: VectorEncoding;
}

export interface EmbeddingRequest extends EmbeddingsRequest {
  /** Asked for when nobody waits for the answer any more. */
  stop: Stop;
  /** Called when the request has left for an upstream: from then on it may cost something. */
  onSent(): void;
}

/** Who answers for a model: the one interface to every kind of upstream. */
export interface Upstream {
  /** Whether `countInput` and the tokens of its events are exact, and so the bill. */
  readonly isExact: boolean;
  /** How long it is listened to after the client has left, to learn what it really used. */
  readonly drainMs: number;
  /** Input tokens; an estimate where only the upstream can tell. Beyond `max` any larger number will do. */
  countInput(chat: ChatRequest, max: number): number;
  /** What the input takes at most, so that it can be set aside; the same as `countInput` where exact. */
  boundInput(chat: ChatRequest, max: number): number;
  /** Throws param for what no upstream of the model has a way to do. */
  check(chat: ChatRequest): void;
  /** A stream's events as they come. Throws a GatewayError when it fails, before or between them. */
  answer(request: UpstreamRequest): AsyncIterable<UpstreamEvent>;
  /** All events of an answer in one piece. Throws a GatewayError, or a BrokenAnswer where it broke off. */
  answerWhole(request: UpstreamRequest): Promise<UpstreamEvent[]>;
  /** Tokens of one input, counted as `countInput` does. */
  countEmbeddingInput(input: EmbeddingInput, max: number): number;
  /** What one input takes at most, as `boundInput` does. */
  boundEmbeddingInput(input: EmbeddingInput, max: number): number;
  /** Throws param for what no upstream of the model has a way to do. */
  checkEmbeddings(request: EmbeddingsRequest): void;
  /** A body with one vector for each input, in order. Throws as `answerWhole` does. */
  embed(request: EmbeddingRequest): Promise<UpstreamEvent[]>;
}
