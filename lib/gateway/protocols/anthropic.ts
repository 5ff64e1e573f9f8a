import { z } from "zod";
import type { ChatRequest, Protocol, StopReason } from "@/lib/gateway/chat";
import {
  Flag,
  ModelName,
  messagesMax,
  numberBetween,
  refuseFields,
  TokenLimit,
} from "@/lib/gateway/protocols/fields";
import { parseBody } from "@/lib/gateway/validation";
import { newId } from "@/lib/id";

const TextBlock = z.looseObject({ type: z.literal("text"), text: z.string() });

/** Blocks other than text are counted by their bytes; which there are is the protocol's matter. */
const OtherBlock = z.looseObject({
  type: z.enum(["image", "document", "tool_use", "tool_result", "thinking", "redacted_thinking"]),
});

const Content = z.union([z.string(), z.array(z.union([TextBlock, OtherBlock])).min(1)], {
  error: "must be a string or a list of content blocks of known types",
});

const System = z.union([z.string(), z.array(TextBlock)], {
  error: "must be a string or a list of text blocks",
});

/** https://docs.claude.com/en/api/messages; unknown fields are let through. */
const Body = z
  .looseObject(
    {
      model: ModelName,
      messages: z
        .array(
          z.looseObject({
            role: z.enum(["user", "assistant"], { error: "must be user or assistant" }),
            content: Content,
          }),
          { error: "must be a list of messages" },
        )
        .min(1, "must have at least one message")
        .max(messagesMax, `must have at most ${messagesMax} messages`),
      system: System.optional(),
      // Anthropic requires it; the document this API answers to leaves it out of its own example.
      max_tokens: TokenLimit.optional(),
      stop_sequences: z.array(z.string().min(1)).max(64).optional(),
      stream: Flag.optional(),
      temperature: numberBetween(0, 1).optional(),
      top_p: numberBetween(0, 1).optional(),
      top_k: z.number({ error: "must be a whole number" }).int().min(0).optional(),
      metadata: z.looseObject({ user_id: z.string().max(512).nullish() }).optional(),
      tools: z
        .array(z.looseObject({ name: z.string() }))
        .max(128)
        .optional(),
    },
    { error: "must be an object" },
  )
  .superRefine(refuseFields);

/** Output tokens when a request to `/v1/messages` names no limit. */
const maxTokensDefault = 4_096;

function textOf(content: z.infer<typeof Content>): string {
  if (typeof content === "string") return content;
  return content
    .map((block) => (typeof block.text === "string" ? block.text : JSON.stringify(block)))
    .join("\n");
}

function parse(raw: unknown): ChatRequest {
  const body = parseBody(Body, raw);
  const system =
    body.system === undefined ? [] : [{ role: "system" as const, text: textOf(body.system) }];
  const tools = body.tools ? [{ role: "system" as const, text: JSON.stringify(body.tools) }] : [];
  return {
    model: body.model,
    messages: [
      ...system,
      ...tools,
      ...body.messages.map((message) => ({ role: message.role, text: textOf(message.content) })),
    ],
    maxTokens: body.max_tokens ?? maxTokensDefault,
    choices: 1,
    stop: body.stop_sequences ?? [],
    stream: body.stream ?? false,
    includeUsage: true,
  };
}

const stopReasons: Record<StopReason, string> = {
  stop: "end_turn",
  length: "max_tokens",
  stop_sequence: "stop_sequence",
};

function frame(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}

/** Anthropic's Messages. */
export const anthropic: Protocol = {
  parse,

  answerBody(request, answer) {
    const [choice] = answer.choices;
    return {
      id: newId("message"),
      type: "message",
      role: "assistant",
      model: request.model,
      content: [{ type: "text", text: choice?.text ?? "" }],
      stop_reason: stopReasons[choice?.stopReason ?? "stop"],
      stop_sequence: choice?.stopSequence ?? null,
      usage: {
        input_tokens: answer.inputTokens,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        output_tokens: answer.outputTokens,
      },
    };
  },

  openStream(request, inputTokens) {
    let ending = { stop_reason: stopReasons.stop, stop_sequence: null as string | null };
    return {
      open: () =>
        frame("message_start", {
          message: {
            id: newId("message"),
            type: "message",
            role: "assistant",
            model: request.model,
            content: [],
            stop_reason: null,
            stop_sequence: null,
            usage: {
              input_tokens: inputTokens,
              cache_creation_input_tokens: 0,
              cache_read_input_tokens: 0,
              output_tokens: 0,
            },
          },
        }) +
        frame("content_block_start", { index: 0, content_block: { type: "text", text: "" } }) +
        frame("ping", {}),
      text: (_choice, text) =>
        frame("content_block_delta", { index: 0, delta: { type: "text_delta", text } }),
      stop: (_choice, stopReason, stopSequence) => {
        ending = { stop_reason: stopReasons[stopReason], stop_sequence: stopSequence };
        return frame("content_block_stop", { index: 0 });
      },
      usage: (outputTokens) =>
        frame("message_delta", { delta: ending, usage: { output_tokens: outputTokens } }),
      last: () => frame("message_stop", {}),
      error: (body) => `event: error\ndata: ${JSON.stringify(body)}\n\n`,
    };
  },
};
