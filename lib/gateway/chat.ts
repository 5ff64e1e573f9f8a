/** A generation request in neither protocol's words: what limits, prices and upstreams look at. */
export interface ChatRequest {
  model: string;
  /** System text and turns in order; text only, other parts are counted by their bytes. */
  messages: { role: "system" | "user" | "assistant" | "tool"; text: string }[];
  /** The caller's own limit on output tokens, null where it names none. */
  maxTokens: number | null;
  /** How many answers are wanted (`n`). */
  choices: number;
  stop: string[];
  stream: boolean;
  /** OpenAI's `stream_options.include_usage`. */
  includeUsage: boolean;
}

export type StopReason = "stop" | "length" | "stop_sequence";

export interface ChatChoice {
  text: string;
  stopReason: StopReason;
  stopSequence: string | null;
}

export interface ChatAnswer {
  choices: ChatChoice[];
  inputTokens: number;
  outputTokens: number;
}

/** What an upstream sends while it answers. */
export type ChatEvent =
  | { type: "text"; choice: number; text: string; tokens: number }
  | { type: "stop"; choice: number; stopReason: StopReason; stopSequence: string | null };

/** One side of the conversation with clients: how a protocol reads requests and writes answers. */
export interface Protocol {
  /** Throws param, missing_param. */
  parse(body: unknown): ChatRequest;
  /** The body of an answer that isn't streamed. */
  answerBody(request: ChatRequest, answer: ChatAnswer, answeredAt: Date): unknown;
  /** Frames of a stream, in order: open, text…, stop for each choice, usage, last. */
  openStream(request: ChatRequest, inputTokens: number, answeredAt: Date): StreamWriter;
}

export interface StreamWriter {
  open(): string;
  text(choice: number, text: string): string;
  stop(choice: number, stopReason: StopReason, stopSequence: string | null): string;
  /** All that follows the last stop but the closing frame. */
  usage(outputTokens: number): string;
  /** The frame that makes the answer complete; released only when it is paid for. */
  last(): string;
  error(body: Record<string, unknown>): string;
}
