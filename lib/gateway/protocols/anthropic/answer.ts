import type { Account, ChatAnswer, ChatChoice, ChatRequest, StopReason } from "@/lib/gateway/chat";
import { newId } from "@/lib/id";

export const stopReasons: Record<StopReason, string> = {
  stop: "end_turn",
  length: "max_tokens",
  stop_sequence: "stop_sequence",
  tool_call: "tool_use",
  refusal: "refusal",
};

export const emptyText = { type: "text", text: "", citations: null };

/** A call as it begins; its input follows. */
export function toolUse(id: string, name: string) {
  return { type: "tool_use", id, name, input: {}, caller: { type: "direct" } };
}

/** Arguments as the object they are; a call that was cut short has none that could be read. */
function inputOf(json: string): unknown {
  try {
    const input: unknown = JSON.parse(json);
    return typeof input === "object" && input !== null && !Array.isArray(input) ? input : {};
  } catch {
    return {};
  }
}

function blocksOf(choice: ChatChoice | undefined): object[] {
  if (!choice) return [];
  const { thinking } = choice;
  return [
    ...(thinking
      ? [{ type: "thinking", thinking: thinking.text, signature: thinking.signature }]
      : []),
    ...(choice.text === "" ? [] : [{ ...emptyText, text: choice.text }]),
    ...choice.toolCalls.map((call) => ({
      ...toolUse(call.id, call.name),
      input: inputOf(call.arguments),
    })),
  ];
}

/** What was used, as far as both events of a stream that tell it have the same words. */
export function accountOf(account: Account) {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = account;
  return {
    // Here the input doesn't include what a cache had to do with.
    input_tokens: inputTokens - cacheReadTokens - cacheWriteTokens,
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cacheReadTokens,
    output_tokens: outputTokens,
  };
}

export function usageOf(account: Account) {
  const { cacheWriteTokens } = account;
  return {
    ...accountOf(account),
    cache_creation: { ephemeral_5m_input_tokens: cacheWriteTokens, ephemeral_1h_input_tokens: 0 },
    output_tokens_details: null,
    server_tool_use: null,
    service_tier: "standard",
    inference_geo: null,
    speed: null,
  };
}

/** A `message` object with no content yet, as streams begin with it. */
export function openMessage(request: ChatRequest, account: Account) {
  return {
    id: newId("message"),
    type: "message",
    role: "assistant",
    model: request.model,
    content: [] as object[],
    stop_reason: null as string | null,
    stop_sequence: null as string | null,
    stop_details: null,
    container: null,
    usage: usageOf(account),
  };
}

/** A `message` object. */
export function answerBody(request: ChatRequest, answer: ChatAnswer) {
  const [choice] = answer.choices;
  return {
    ...openMessage(request, answer),
    content: blocksOf(choice),
    stop_reason: stopReasons[choice?.stopReason ?? "stop"],
    stop_sequence: choice?.stopSequence ?? null,
  };
}
