import { z } from "zod";
import type { Account, ChatRequest, JsonObject, StopReason } from "@/lib/gateway/chat";
import { failureOfError, garbage, readErrorBody } from "@/lib/gateway/upstreams/provider-failure";
import type { UpstreamEvent } from "@/lib/gateway/upstreams/upstream";
import type { ReportedUsage } from "@/lib/gateway/upstreams/usage";
import { countPiece } from "@/lib/gateway/upstreams/wire";

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

type Told = z.infer<typeof Usage>;

/** Anything that isn't a count adds nothing here; the meter tells what is wrong with it. */
function countOf(told: unknown): number {
  return typeof told === "number" && Number.isInteger(told) && told > 0 ? told : 0;
}

/** Here the input doesn't include what was read from a cache or written to one. */
function inputOf(told: Told): unknown {
  const { input_tokens: input } = told;
  if (typeof input !== "number") return input;
  return input + countOf(told.cache_read_input_tokens) + countOf(told.cache_creation_input_tokens);
}

/** The usage of a message or an event; null where it has none. */
export function usageOf(raw: unknown): ReportedUsage | null {
  const usage = Usage.safeParse(raw);
  if (!usage.success) return null;
  const told = usage.data;
  return {
    inputTokens: inputOf(told),
    outputTokens: told.output_tokens,
    cacheReadTokens: told.cache_read_input_tokens,
    cacheWriteTokens: told.cache_creation_input_tokens,
  };
}

/** An upstream's usage with the figures that are billed; what it doesn't tell isn't added. */
export function billedUsage(raw: unknown, billed: Account): JsonObject {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = billed;
  const usage = Usage.safeParse(raw);
  if (!usage.success) return { input_tokens: inputTokens, output_tokens: outputTokens };
  const told = usage.data;
  const figures = {
    input_tokens: inputTokens - cacheReadTokens - cacheWriteTokens,
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cacheReadTokens,
  };
  const named = Object.entries(figures).filter(([name]) => told[name] != null);
  return { ...told, ...Object.fromEntries(named), output_tokens: outputTokens };
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
        get tokens() {
          return blocks.reduce((sum, block) => sum + countPiece(textOf(block)), 0);
        },
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
