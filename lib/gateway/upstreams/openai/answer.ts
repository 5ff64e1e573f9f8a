import { z } from "zod";
import type { Account, ChatRequest, JsonObject, StopReason } from "@/lib/gateway/chat";
import { failureOfError, garbage, readErrorBody } from "@/lib/gateway/upstreams/provider-failure";
import type { UpstreamEvent } from "@/lib/gateway/upstreams/upstream";
import type { ReportedUsage } from "@/lib/gateway/upstreams/usage";
import { countPiece } from "@/lib/gateway/upstreams/wire";
import { newId } from "@/lib/id";

const Text = z.string().nullish();

/** As DeepSeek and others tell what a model thought. */
export const thoughtFields = { reasoning_content: Text, reasoning: Text };

const Message = z.looseObject({
  content: Text,
  refusal: Text,
  ...thoughtFields,
  tool_calls: z
    .array(
      z.looseObject({
        id: Text,
        function: z.looseObject({ name: z.string(), arguments: z.string().catch("") }),
      }),
    )
    .nullish(),
  function_call: z.looseObject({ name: z.string(), arguments: z.string().catch("") }).nullish(),
});

const Answer = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        index: z.int().nonnegative().optional(),
        message: Message,
        finish_reason: Text,
      }),
    )
    .min(1),
});

const Usage = z.looseObject({
  prompt_tokens: z.unknown().optional(),
  completion_tokens: z.unknown().optional(),
  total_tokens: z.unknown().optional(),
  prompt_tokens_details: z
    .looseObject({ cached_tokens: z.unknown().optional() })
    .nullish()
    .catch(null),
});

type Answer = z.infer<typeof Answer>;

/**
 * Whether an answer is of the kind that most are, text and nothing else: told by hand, at a tenth of what
 * the schema takes. It says no to much that the schema takes, and yes to nothing else.
 */
function isPlainAnswer(raw: unknown): raw is Answer {
  if (typeof raw !== "object" || raw === null || !("choices" in raw)) return false;
  const { choices } = raw;
  return Array.isArray(choices) && choices.length > 0 && choices.every(isPlainChoice);
}

function isPlainChoice(choice: unknown): boolean {
  if (typeof choice !== "object" || choice === null || !("message" in choice)) return false;
  const index = "index" in choice ? choice.index : 0;
  if (!Number.isSafeInteger(index) || Number(index) < 0) return false;
  const { message } = choice;
  if (typeof message !== "object" || message === null || Array.isArray(message)) return false;
  const hasCalls = "tool_calls" in message || "function_call" in message;
  return (
    !hasCalls && hasTexts(message) && (!("finish_reason" in choice) || isText(choice.finish_reason))
  );
}

const textFields = ["content", "refusal", "reasoning", "reasoning_content"];

function hasTexts(message: object): boolean {
  return textFields.every((name) => isText(Reflect.get(message, name)));
}

function isText(value: unknown): boolean {
  return value == null || typeof value === "string";
}

/** The usage of a body or a chunk; null where it has none. */
export function usageOf(body: JsonObject): ReportedUsage | null {
  if (body.usage == null) return null;
  const usage = Usage.safeParse(body.usage);
  if (!usage.success) return null;
  const { prompt_tokens, completion_tokens, total_tokens, prompt_tokens_details } = usage.data;
  return {
    inputTokens: prompt_tokens,
    outputTokens: completion_tokens,
    totalTokens: total_tokens,
    // Here they are part of the input already.
    cacheReadTokens: prompt_tokens_details?.cached_tokens,
  };
}

/** An upstream's usage with the figures that are billed; its details stay as they are. */
export function billedUsage(usage: unknown, billed: Account): JsonObject {
  const told = Usage.safeParse(usage);
  const details = told.success ? told.data.prompt_tokens_details : null;
  const cached = { ...details, cached_tokens: billed.cacheReadTokens };
  return {
    ...(told.success ? told.data : {}),
    prompt_tokens: billed.inputTokens,
    completion_tokens: billed.outputTokens,
    total_tokens: billed.inputTokens + billed.outputTokens,
    ...(details?.cached_tokens == null ? {} : { prompt_tokens_details: cached }),
  };
}

export function stopReasonOf(reason: string | null | undefined): StopReason {
  switch (reason) {
    case "length":
      return "length";
    case "tool_calls":
    case "function_call":
      return "tool_call";
    case "content_filter":
      return "refusal";
    default:
      return "stop";
  }
}

type Choice = z.infer<typeof Answer>["choices"][number];

function callsOf({ message }: Choice) {
  const calls = (message.tool_calls ?? []).map(({ id, function: f }) => ({ id, ...f }));
  const legacy = message.function_call;
  return legacy ? [...calls, { id: null, ...legacy }] : calls;
}

function thoughtOf({ message }: Choice): string {
  return message.reasoning_content ?? message.reasoning ?? "";
}

function textOf({ message }: Choice): string {
  return `${message.content ?? ""}${message.refusal ?? ""}`;
}

function tokensIn(choice: Choice): number {
  const calls = callsOf(choice).map((call) => countPiece(`${call.name} ${call.arguments}`));
  const words = countPiece(thoughtOf(choice)) + countPiece(textOf(choice));
  return calls.reduce((sum, tokens) => sum + tokens, words);
}

function eventsOf(raw: Choice, position: number): UpstreamEvent[] {
  const choice = raw.index ?? position;
  const [thought, text] = [thoughtOf(raw), textOf(raw)];
  return [
    ...(thought === ""
      ? []
      : [{ type: "thinking" as const, choice, text: thought, tokens: countPiece(thought) }]),
    ...(text === "" ? [] : [{ type: "text" as const, choice, text, tokens: countPiece(text) }]),
    ...callsOf(raw).flatMap((call, index) => [
      {
        type: "tool_call" as const,
        choice,
        call: index,
        id: call.id || newId("toolCall"),
        name: call.name,
      },
      {
        type: "arguments" as const,
        choice,
        call: index,
        json: call.arguments,
        tokens: countPiece(`${call.name} ${call.arguments}`),
      },
    ]),
    {
      type: "stop" as const,
      choice,
      stopReason: stopReasonOf(raw.finish_reason),
      stopSequence: null,
    },
  ];
}

/** Reads a `chat.completion` object. Throws ProviderFailure for anything else. */
export function readAnswer(chat: ChatRequest, raw: unknown): UpstreamEvent[] {
  const error = readErrorBody(raw);
  if (error) throw failureOfError(error);
  const body = isPlainAnswer(raw) ? raw : Answer.safeParse(raw).data;
  if (!body) throw garbage("a body that is no chat completion");
  const usage = usageOf(body);
  const report = usage ? [{ type: "usage" as const, usage }] : [];
  if (chat.original?.protocol !== "openai") return [...report, ...body.choices.flatMap(eventsOf)];
  return [
    ...report,
    {
      type: "body",
      get tokens() {
        return body.choices.reduce((sum, choice) => sum + tokensIn(choice), 0);
      },
      write: (billed) => ({
        ...body,
        model: chat.model,
        usage: billedUsage(body.usage, billed),
      }),
    },
  ];
}
