import type { Account, ChatAnswer, ChatChoice, ChatEvent, JsonObject } from "@/lib/gateway/chat";
import { tokensOf, type UpstreamEvent } from "@/lib/gateway/upstreams/upstream";
import type { UsageFlag, UsageMeter } from "@/lib/gateway/upstreams/usage";

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

export interface CollectedAnswer extends ChatAnswer {
  /** The upstream's own body, where the caller speaks its protocol; null where the answer is ours to write. */
  body: JsonObject | null;
  flags: UsageFlag[];
}

/**
 * Puts an upstream's events together to the answer they make, and the account of it.
 */
export function collectAnswer(
  events: UpstreamEvent[],
  request: { choices: number; logprobs: number | null },
  meter: UsageMeter,
): CollectedAnswer {
  const choices = Array.from({ length: request.choices }, () =>
    emptyChoice(request.logprobs !== null),
  );
  let thinkingTokens = 0;
  let write: ((account: Account) => JsonObject) | null = null;
  for (const event of events) {
    if (event.type === "usage") meter.report(event.usage);
    // Of a whole body our own count is only wanted where the upstream told none.
    else if (event.type !== "body" || !meter.isReported) meter.count(tokensOf(event));
    if (event.type === "body") write = event.write;
    if (event.type === "thinking") thinkingTokens += event.tokens;
    if (!("choice" in event)) continue;
    const choice = choices[event.choice];
    if (choice) addTo(choice, event);
  }
  const usage = meter.complete();
  return {
    choices,
    ...usage,
    thinkingTokens: Math.min(thinkingTokens, usage.outputTokens),
    body: write ? write(usage) : null,
    flags: meter.flags(),
  };
}
