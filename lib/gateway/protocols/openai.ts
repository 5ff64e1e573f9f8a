import { z } from "zod";
import type { ChatRequest, Protocol, StopReason } from "@/lib/gateway/chat";
import { invalidFields } from "@/lib/gateway/errors";
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

const TextPart = z.object({ type: z.literal("text"), text: z.string() });

const ImagePart = z.object({
  type: z.literal("image_url"),
  image_url: z.looseObject({
    url: z.string().regex(/^(https:\/\/|data:image\/)/, "must be an https or data address"),
  }),
});

const Content = z.union([z.string(), z.array(z.union([TextPart, ImagePart])).min(1)], {
  error: "must be a string or a list of text and image_url parts",
});

const Message = z.discriminatedUnion(
  "role",
  [
    z.looseObject({ role: z.enum(["system", "developer", "user"]), content: Content }),
    z.looseObject({ role: z.literal("assistant"), content: Content.nullish() }),
    z.looseObject({ role: z.literal("tool"), content: Content, tool_call_id: z.string() }),
  ],
  { error: "must have one of the roles system, developer, user, assistant, tool" },
);

const Stop = z.union([z.string().min(1), z.array(z.string().min(1)).max(4)], {
  error: "must be a string or a list of at most 4 strings",
});

/** https://platform.openai.com/docs/api-reference/chat/create; unknown fields are let through. */
const Body = z
  .looseObject(
    {
      model: ModelName,
      messages: z
        .array(Message, { error: "must be a list of messages" })
        .min(1, "must have at least one message")
        .max(messagesMax, `must have at most ${messagesMax} messages`),
      max_tokens: TokenLimit.nullish(),
      max_completion_tokens: TokenLimit.nullish(),
      n: z.number({ error: "must be a whole number" }).int().min(1).max(128).nullish(),
      stream: Flag.nullish(),
      stream_options: z.looseObject({ include_usage: Flag.nullish() }).nullish(),
      stop: Stop.nullish(),
      temperature: numberBetween(0, 2).nullish(),
      top_p: numberBetween(0, 1).nullish(),
      presence_penalty: numberBetween(-2, 2).nullish(),
      frequency_penalty: numberBetween(-2, 2).nullish(),
      seed: z.number({ error: "must be a whole number" }).int("must be a safe integer").nullish(),
      user: z.string({ error: "must be a string" }).max(512).nullish(),
      tools: z
        .array(z.looseObject({ type: z.string() }))
        .max(128)
        .nullish(),
    },
    { error: "must be an object" },
  )
  .superRefine(refuseFields);

function textOf(content: z.infer<typeof Content> | null | undefined): string {
  if (content === null || content === undefined) return "";
  if (typeof content === "string") return content;
  return content.map((part) => (part.type === "text" ? part.text : part.image_url.url)).join("\n");
}

function parse(raw: unknown): ChatRequest {
  const body = parseBody(Body, raw);
  const limits = [body.max_completion_tokens, body.max_tokens].filter((limit) => limit != null);
  if (limits.length === 2 && limits[0] !== limits[1]) {
    throw invalidFields([
      { path: "max_tokens", code: "invalid_value", message: "differs from max_completion_tokens" },
    ]);
  }
  const tools = body.tools ? JSON.stringify(body.tools) : "";
  return {
    model: body.model,
    messages: [
      ...(tools === "" ? [] : [{ role: "system" as const, text: tools }]),
      ...body.messages.map((message) => ({
        role: message.role === "developer" ? ("system" as const) : message.role,
        text: textOf(message.content),
      })),
    ],
    maxTokens: limits[0] ?? null,
    choices: body.n ?? 1,
    stop: body.stop == null ? [] : [body.stop].flat(),
    stream: body.stream ?? false,
    includeUsage: body.stream_options?.include_usage ?? false,
  };
}

const finishReasons: Record<StopReason, string> = {
  stop: "stop",
  length: "length",
  stop_sequence: "stop",
};

function usageOf(inputTokens: number, outputTokens: number) {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}

const unixSeconds = (at: Date) => Math.floor(at.getTime() / 1000);

function frame(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** OpenAI's Chat Completions. */
export const openAi: Protocol = {
  parse,

  answerBody(request, answer, answeredAt) {
    return {
      id: newId("chatCompletion"),
      object: "chat.completion",
      created: unixSeconds(answeredAt),
      model: request.model,
      choices: answer.choices.map((choice, index) => ({
        index,
        message: { role: "assistant", content: choice.text, refusal: null },
        logprobs: null,
        finish_reason: finishReasons[choice.stopReason],
      })),
      usage: usageOf(answer.inputTokens, answer.outputTokens),
      system_fingerprint: null,
    };
  },

  openStream(request, inputTokens, answeredAt) {
    const head = {
      id: newId("chatCompletion"),
      object: "chat.completion.chunk",
      created: unixSeconds(answeredAt),
      model: request.model,
      system_fingerprint: null,
    };
    // With include_usage every chunk carries the field, null but in the last (OpenAI's reference).
    const usage = request.includeUsage ? { usage: null } : {};
    const chunk = (index: number, delta: object, finish_reason: string | null = null) =>
      frame({ ...head, choices: [{ index, delta, logprobs: null, finish_reason }], ...usage });
    return {
      open: () =>
        Array.from({ length: request.choices }, (_, index) =>
          chunk(index, { role: "assistant", content: "", refusal: null }),
        ).join(""),
      text: (choice, text) => chunk(choice, { content: text }),
      stop: (choice, stopReason) => chunk(choice, {}, finishReasons[stopReason]),
      usage: (outputTokens) =>
        request.includeUsage
          ? frame({ ...head, choices: [], usage: usageOf(inputTokens, outputTokens) })
          : "",
      last: () => "data: [DONE]\n\n",
      error: (body) => `event: error\n${frame(body)}`,
    };
  },
};
