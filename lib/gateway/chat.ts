import type { TokenUsage } from "@/lib/models/price";

/** What an answer used. */
export interface Account extends TokenUsage {
  /** Those of the input tokens that a provider read from its cache. */
  cacheReadTokens: number;
  /** Those of the input tokens that it wrote to it. */
  cacheWriteTokens: number;
}

/** A JSON object as a caller wrote it. */
export type JsonObject = Record<string, unknown>;

export interface TextPart {
  type: "text";
  text: string;
}

/** An image that is handed on as it was named; the gateway never fetches one. */
export interface ImagePart {
  type: "image";
  /** An https or a data address. */
  url: string;
  detail: "auto" | "low" | "high" | null;
}

export interface DocumentPart {
  type: "document";
  /** Plain text, or an https or a data address. */
  source: { kind: "text"; text: string } | { kind: "address"; url: string };
  title: string | null;
}

export interface ToolCallPart {
  type: "tool_call";
  id: string;
  name: string;
  /** The arguments as JSON text, just as a model wrote them: not necessarily valid. */
  arguments: string;
}

export interface ToolResultPart {
  type: "tool_result";
  callId: string;
  content: (TextPart | ImagePart | DocumentPart | ForeignPart)[];
  isError: boolean;
}

/** What a model thought aloud in an earlier turn; the signature is its maker's. */
export interface ThinkingPart {
  type: "thinking";
  text: string;
  signature: string;
}

/** A part that only its own protocol knows; it travels in the original body. */
export interface ForeignPart {
  type: "foreign";
  block: JsonObject;
}

export type ChatPart =
  | TextPart
  | ImagePart
  | DocumentPart
  | ToolCallPart
  | ToolResultPart
  | ThinkingPart
  | ForeignPart;

/** Results of tools are messages of their own; those of one turn follow each other. */
export interface ChatMessage {
  role: "system" | "user" | "assistant" | "tool";
  parts: ChatPart[];
}

export interface ChatTool {
  name: string;
  description: string | null;
  /** JSON Schema of the arguments. */
  parameters: JsonObject;
  strict: boolean;
}

export type ToolChoice = { type: "auto" | "none" | "required" } | { type: "tool"; name: string };

export type AnswerFormat =
  | { type: "text" | "json" }
  | { type: "json_schema"; name: string; schema: JsonObject; strict: boolean };

export interface Sampling {
  temperature: number | null;
  topP: number | null;
  topK: number | null;
  presencePenalty: number | null;
  frequencyPenalty: number | null;
  seed: number | null;
}

export type ProtocolName = "openai" | "anthropic";

/** A generation request in neither protocol's words: what limits, prices and upstreams look at. */
export interface ChatRequest {
  /**
   * The checked body as it came, for an upstream of the caller's own protocol, so that nothing is lost
   * on the way; null where it came in neither.
   */
  original: { protocol: ProtocolName; body: JsonObject } | null;
  /** The most bytes that the body comes to when it is written again; null where it came as none. */
  bytesMax: number | null;
  model: string;
  messages: ChatMessage[];
  tools: ChatTool[];
  toolChoice: ToolChoice;
  parallelToolCalls: boolean;
  /** The caller's own limit on output tokens, null where it names none. */
  maxTokens: number | null;
  /** The field that named it, for errors about it. */
  maxTokensField: string;
  /** How many answers are wanted (`n`). */
  choices: number;
  stop: string[];
  sampling: Sampling;
  /** How many likely alternatives to tell for each token; null where none were asked for. */
  logprobs: number | null;
  format: AnswerFormat;
  /** Tokens that may be spent on thinking aloud; null where it isn't wanted. */
  thinkingTokens: number | null;
  /** How hard to think, in the caller's words. */
  effort: string | null;
  /** The caller's own name for the end user. */
  user: string | null;
  stream: boolean;
  /** OpenAI's `stream_options.include_usage`. */
  includeUsage: boolean;
}

/** A request of text alone, for routes that speak neither protocol. */
export function textChat(
  model: string,
  messages: { role: "system" | "user" | "assistant"; text: string }[],
  options: Partial<ChatRequest> = {},
): ChatRequest {
  return {
    original: null,
    bytesMax: null,
    model,
    messages: messages.map(({ role, text }) => ({ role, parts: [{ type: "text", text }] })),
    tools: [],
    toolChoice: { type: "auto" },
    parallelToolCalls: true,
    maxTokens: null,
    maxTokensField: "max_tokens",
    choices: 1,
    stop: [],
    sampling: {
      temperature: null,
      topP: null,
      topK: null,
      presencePenalty: null,
      frequencyPenalty: null,
      seed: null,
    },
    logprobs: null,
    format: { type: "text" },
    thinkingTokens: null,
    effort: null,
    user: null,
    stream: false,
    includeUsage: false,
    ...options,
  };
}

export type StopReason = "stop" | "length" | "stop_sequence" | "tool_call" | "refusal";

export interface TokenLogprob {
  token: string;
  logprob: number;
}

/** A token with what might have stood in its place, likeliest first. */
export interface TokenChoice extends TokenLogprob {
  alternatives: TokenLogprob[];
}

export interface ChatChoice {
  text: string;
  thinking: { text: string; signature: string } | null;
  toolCalls: ToolCallPart[];
  /** Null where they weren't asked for. */
  logprobs: TokenChoice[] | null;
  stopReason: StopReason;
  stopSequence: string | null;
}

export interface ChatAnswer extends Account {
  choices: ChatChoice[];
  /** Those of the output tokens that were thought rather than said. */
  thinkingTokens: number;
}

/**
 * What an upstream sends while it answers. The parts of a choice come one after the other: thinking,
 * text, tool calls in the order of their `call` numbers, each with its arguments, and its stop.
 */
export type ChatEvent =
  | { type: "thinking"; choice: number; text: string; tokens: number }
  | { type: "signature"; choice: number; signature: string }
  | { type: "text"; choice: number; text: string; tokens: number; logprobs?: TokenChoice[] }
  | { type: "tool_call"; choice: number; call: number; id: string; name: string }
  | { type: "arguments"; choice: number; call: number; json: string; tokens: number }
  | { type: "stop"; choice: number; stopReason: StopReason; stopSequence: string | null };

export interface ParseOptions {
  /** Whether Anthropic's Messages must name `max_tokens`, as its own API demands. */
  requiresMaxTokens: boolean;
}

/** One side of the conversation with clients: how a protocol reads requests and writes answers. */
export interface Protocol {
  /** Throws param, missing_param. */
  parse(body: unknown, options: ParseOptions): ChatRequest;
  /** The body of an answer that isn't streamed. */
  answerBody(request: ChatRequest, answer: ChatAnswer, answeredAt: Date): unknown;
  /**
   * Frames of a stream, in order: open, one for each event, usage, last. `inputTokens` is what is known
   * of the input by then.
   */
  openStream(request: ChatRequest, inputTokens: number, answeredAt: Date): StreamWriter;
}

export interface StreamWriter {
  open(): string;
  /** Empty for events that the protocol has no word for. */
  event(event: ChatEvent): string;
  /** All that follows the last stop but the closing frame. */
  usage(account: Account): string;
  /** The frame that makes the answer complete; released only when it is paid for. */
  last(): string;
  error(body: Record<string, unknown>): string;
}
