import type { ChatAnswer, ChatChoice, ChatEvent } from "@/lib/gateway/chat";
import { tokensOf } from "@/lib/gateway/chat";

function emptyChoice(withLogprobs: boolean): ChatChoice {
  return {
    text: "",
    thinking: null,
    toolCalls: [],
    logprobs: withLogprobs ? [] : null,
    stopReason: "stop",
    stopSequence: null,
  };
}

function addTo(choice: ChatChoice, event: ChatEvent): void {
  switch (event.type) {
    case "thinking":
    case "signature": {
      choice.thinking ??= { text: "", signature: "" };
      if (event.type === "thinking") choice.thinking.text += event.text;
      else choice.thinking.signature += event.signature;
      return;
    }
    case "text":
      choice.text += event.text;
      if (event.logprobs) choice.logprobs?.push(...event.logprobs);
      return;
    case "tool_call":
      choice.toolCalls[event.call] = {
        type: "tool_call",
        id: event.id,
        name: event.name,
        arguments: "",
      };
      return;
    case "arguments": {
      const call = choice.toolCalls[event.call];
      if (call) call.arguments += event.json;
      return;
    }
    case "stop":
      choice.stopReason = event.stopReason;
      choice.stopSequence = event.stopSequence;
  }
}

/** Puts an upstream's events together to the answer they make. Throws what the upstream throws. */
export async function collectAnswer(
  events: AsyncIterable<ChatEvent>,
  request: { choices: number; logprobs: number | null },
  inputTokens: number,
): Promise<ChatAnswer> {
  const answer: ChatAnswer = {
    choices: Array.from({ length: request.choices }, () => emptyChoice(request.logprobs !== null)),
    inputTokens,
    outputTokens: 0,
    thinkingTokens: 0,
  };
  for await (const event of events) {
    const choice = answer.choices[event.choice];
    if (!choice) continue;
    addTo(choice, event);
    answer.outputTokens += tokensOf(event);
    if (event.type === "thinking") answer.thinkingTokens += event.tokens;
  }
  return answer;
}
