import type {
  Account,
  ChatAnswer,
  ChatChoice,
  ChatRequest,
  StopReason,
  TokenChoice,
  TokenLogprob,
  ToolCallPart,
} from "@/lib/gateway/chat";
import { newId } from "@/lib/id";

/** Requests of the API before tools (`functions`) are answered in its words. */
export function isLegacy(request: ChatRequest): boolean {
  return request.original?.protocol === "openai" && request.original.body.functions != null;
}

export function finishReason(request: ChatRequest, reason: StopReason): string {
  switch (reason) {
    case "stop":
    case "stop_sequence":
      return "stop";
    case "length":
      return "length";
    case "tool_call":
      return isLegacy(request) ? "function_call" : "tool_calls";
    case "refusal":
      return "content_filter";
  }
}

export function unixSeconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}

export function usageOf(
  { inputTokens, outputTokens, cacheReadTokens }: Account,
  thinkingTokens: number,
) {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cacheReadTokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: thinkingTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function withBytes({ token, logprob }: TokenLogprob) {
  return { token, logprob, bytes: [...Buffer.from(token)] };
}

export function logprobsOf(tokens: TokenChoice[] | null | undefined) {
  if (!tokens) return null;
  return {
    content: tokens.map((token) => ({
      ...withBytes(token),
      top_logprobs: token.alternatives.map(withBytes),
    })),
    refusal: null,
  };
}

function toolCall(call: ToolCallPart) {
  return {
    id: call.id,
    type: "function",
    function: { name: call.name, arguments: call.arguments },
  };
}

function messageOf(request: ChatRequest, choice: ChatChoice) {
  const [first] = choice.toolCalls;
  const calls = first
    ? isLegacy(request)
      ? { function_call: { name: first.name, arguments: first.arguments } }
      : { tool_calls: choice.toolCalls.map(toolCall) }
    : {};
  return {
    role: "assistant",
    content: choice.text === "" && first ? null : choice.text,
    refusal: null,
    annotations: [],
    ...(choice.thinking ? { reasoning_content: choice.thinking.text } : {}),
    ...calls,
  };
}

/** A `chat.completion` object. */
export function answerBody(request: ChatRequest, answer: ChatAnswer, answeredAt: Date) {
  return {
    id: newId("chatCompletion"),
    object: "chat.completion",
    created: unixSeconds(answeredAt),
    model: request.model,
    choices: answer.choices.map((choice, index) => ({
      index,
      message: messageOf(request, choice),
      logprobs: logprobsOf(choice.logprobs),
      finish_reason: finishReason(request, choice.stopReason),
    })),
    usage: usageOf(answer, answer.thinkingTokens),
    service_tier: "default",
  };
}
