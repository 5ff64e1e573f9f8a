import type { ChatEvent, ChatRequest, StreamWriter } from "@/lib/gateway/chat";
import {
  finishReason,
  isLegacy,
  logprobsOf,
  unixSeconds,
  usageOf,
} from "@/lib/gateway/protocols/openai/answer";
import { newId } from "@/lib/id";

function frame(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** What an event adds to its choice; null where this protocol has no word for it. */
function deltaOf(request: ChatRequest, event: ChatEvent): object | null {
  switch (event.type) {
    case "thinking":
      return { reasoning_content: event.text };
    case "text":
      return { content: event.text };
    case "tool_call": {
      const call = { name: event.name, arguments: "" };
      if (isLegacy(request)) return { function_call: call };
      return {
        tool_calls: [{ index: event.call, id: event.id, type: "function", function: call }],
      };
    }
    case "arguments": {
      const call = { arguments: event.json };
      if (isLegacy(request)) return { function_call: call };
      return { tool_calls: [{ index: event.call, function: call }] };
    }
    case "stop":
      return {};
    case "signature":
      return null;
  }
}

/** Writes `chat.completion.chunk` events. */
export function openStream(
  request: ChatRequest,
  _inputTokens: number,
  answeredAt: Date,
): StreamWriter {
  const head = {
    id: newId("chatCompletion"),
    object: "chat.completion.chunk",
    created: unixSeconds(answeredAt),
    model: request.model,
    service_tier: "default",
  };
  // With include_usage every chunk carries the field, null but in the last (OpenAI's reference).
  const usage = request.includeUsage ? { usage: null } : {};
  let thinkingTokens = 0;
  const chunk = (index: number, delta: object, rest: object) =>
    frame({ ...head, choices: [{ index, delta, ...rest }], ...usage });
  const begun = new Set<number>();
  /** The chunk that a choice begins with: whether it has text at all, its first event tells. */
  const begin = ({ choice, type }: ChatEvent) => {
    if (begun.has(choice)) return "";
    begun.add(choice);
    const content = type === "tool_call" ? null : "";
    const delta = { role: "assistant", content, refusal: null };
    return chunk(choice, delta, { logprobs: null, finish_reason: null });
  };
  return {
    open: () => "",
    event(event) {
      const delta = deltaOf(request, event);
      if (!delta) return "";
      if (event.type === "thinking") thinkingTokens += event.tokens;
      return (
        begin(event) +
        chunk(event.choice, delta, {
          logprobs: event.type === "text" ? logprobsOf(event.logprobs) : null,
          finish_reason: event.type === "stop" ? finishReason(request, event.stopReason) : null,
        })
      );
    },
    usage: (account) =>
      request.includeUsage
        ? frame({
            ...head,
            choices: [],
            usage: usageOf(account, Math.min(thinkingTokens, account.outputTokens)),
          })
        : "",
    last: () => "data: [DONE]\n\n",
    error: (body) => `event: error\n${frame(body)}`,
  };
}
