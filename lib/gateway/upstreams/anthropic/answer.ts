import { z } from "zod";
import type { ChatRequest, JsonObject, StopReason } from "@/lib/gateway/chat";
import { failureOfError, garbage, readErrorBody } from "@/lib/gateway/upstreams/provider-failure";
import type { UpstreamEvent } from "@/lib/gateway/upstreams/upstream";
import type { ReportedUsage } from "@/lib/gateway/upstreams/usage";
import { countPiece } from "@/lib/gateway/upstreams/wire";
import type { TokenUsage } from "@/lib/models/price";

const Text = z.string();

/** A block of an answer, as far as it has a meaning in other protocols. */
const Block = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("text"), text: Text }),
  z.looseObject({ type: z.literal("thinking"), thinking: Text, signature: Text.catch("") }),
  z.looseObject({
    type: z.literal("tool_use"),
    id: Text,
    name: Text,
    input: z.unknown().optional(),
  }),
]);
type Block = z.infer<typeof Block>;

const AnyBlock = z.looseObject({ type: Text });

const Answer = z.looseObject({
  type: z.literal("message"),
  content: z.array(AnyBlock),
  stop_reason: Text.nullish(),
  stop_sequence: Text.nullish(),
});

const Usage = z.looseObject({
  input_tokens: z.unknown().optional(),
  output_tokens: z.unknown().optional(),
  cache_creation_input_tokens: z.unknown().optional(),
  cache_read_input_tokens: z.unknown().optional(),
});

const Count = z.number().int().nonnegative();

/** What was read from or written to a cache is input as well, told apart; nothing where it isn't told. */
function cachedTokens(usage: z.infer<typeof Usage>): number {
  const tokens = [usage.cache_creation_input_tokens, usage.cache_read_input_tokens].map((count) => {
    const parsed = Count.safeParse(count);
    return parsed.success ? parsed.data : 0;
  });
  return tokens.reduce((sum, count) => sum + count, 0);
}

/** The usage of a message or an event; null where it has none. */
export function usageOf(raw: unknown): ReportedUsage | null {
  const usage = Usage.safeParse(raw);
  if (!usage.success) return null;
  const { input_tokens: input, output_tokens: output } = usage.data;
  return {
    inputTokens: typeof input === "number" ? input + cachedTokens(usage.data) : input,
    outputTokens: output,
  };
}

/** An upstream's usage with the figures that are billed; those that were told right stay as they are. */
export function billedUsage(raw: unknown, billed: TokenUsage): JsonObject {
  const usage = Usage.safeParse(raw);
  if (!usage.success) {
    return { input_tokens: billed.inputTokens, output_tokens: billed.outputTokens };
  }
  const told = usage.data;
  const cached = cachedTokens(told);
  const output = { ...told, output_tokens: billed.outputTokens };
  if (told.input_tokens === undefined) return output;
  if (typeof told.input_tokens === "number" && told.input_tokens + cached === billed.inputTokens) {
    return output;
  }
  return {
    ...output,
    input_tokens: billed.inputTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
  };
}

export function stopReasonOf(reason: string | null | undefined): StopReason {
  switch (reason) {
    case "max_tokens":
    case "model_context_window_exceeded":
      return "length";
    case "stop_sequence":
      return "stop_sequence";
    case "tool_use":
      return "tool_call";
    case "refusal":
      return "refusal";
    default:
      return "stop";
  }
}

function knownBlocks(blocks: z.infer<typeof AnyBlock>[]): Block[] {
  return blocks.flatMap((block) => {
    const known = Block.safeParse(block);
    return known.success ? [known.data] : [];
  });
}

function textOf(block: Block): string {
  switch (block.type) {
    case "text":
      return block.text;
    case "thinking":
      return block.thinking;
    case "tool_use":
      return `${block.name} ${JSON.stringify(block.input ?? {})}`;
  }
}

function eventsOf(blocks: Block[]): UpstreamEvent[] {
  const choice = 0;
  const events: UpstreamEvent[] = [];
  let calls = 0;
  for (const block of blocks) {
    const tokens = countPiece(textOf(block));
    if (block.type === "text") {
      events.push({ type: "text", choice, text: block.text, tokens });
    } else if (block.type === "thinking") {
      events.push(
        { type: "thinking", choice, text: block.thinking, tokens },
        { type: "signature", choice, signature: block.signature },
      );
    } else {
      const call = calls++;
      const json = JSON.stringify(block.input ?? {});
      events.push(
        { type: "tool_call", choice, call, id: block.id, name: block.name },
        { type: "arguments", choice, call, json, tokens },
      );
    }
  }
  return events;
}

/** Reads a `message` object. Throws ProviderFailure for anything else. */
export function readAnswer(chat: ChatRequest, raw: unknown): UpstreamEvent[] {
  const error = readErrorBody(raw);
  if (error) throw failureOfError(error);
  const parsed = Answer.safeParse(raw);
  if (!parsed.success) throw garbage("a body that is no message");
  const body = parsed.data;
  const usage = usageOf(body.usage);
  const report = usage ? [{ type: "usage" as const, usage }] : [];
  const blocks = knownBlocks(body.content);
  if (chat.original?.protocol === "anthropic") {
    return [
      ...report,
      {
        type: "body",
        tokens: blocks.reduce((sum, block) => sum + countPiece(textOf(block)), 0),
        write: (billed) => ({ ...body, model: chat.model, usage: billedUsage(body.usage, billed) }),
      },
    ];
  }
  return [
    ...report,
    ...eventsOf(blocks),
    {
      type: "stop",
      choice: 0,
      stopReason: stopReasonOf(body.stop_reason),
      stopSequence: body.stop_sequence ?? null,
    },
  ];
}
