import { z } from "zod";
import { streamFailures } from "@/lib/gateway/openapi/failures";
import type { Operation } from "@/lib/gateway/openapi/operation";
import { Body } from "@/lib/gateway/protocols/openai/body";

const FunctionCall = z.object({ name: z.string(), arguments: z.string() });

const TokenLogprob = z.object({
  token: z.string(),
  logprob: z.number(),
  bytes: z.array(z.int()).nullable(),
});

const Logprobs = z.object({
  content: z.array(TokenLogprob.extend({ top_logprobs: z.array(TokenLogprob) })).nullable(),
  refusal: z.null(),
});

/** OpenAI's `chat.completion`; objects that it may yet add fields to are left open. */
const ChatCompletion = z.looseObject({
  id: z.string(),
  object: z.literal("chat.completion"),
  created: z.int().describe("Unix seconds."),
  model: z.string(),
  choices: z.array(
    z.object({
      index: z.int(),
      message: z.looseObject({
        role: z.literal("assistant"),
        content: z.string().nullable(),
        refusal: z.string().nullable(),
        tool_calls: z
          .array(z.object({ id: z.string(), type: z.literal("function"), function: FunctionCall }))
          .optional(),
        function_call: FunctionCall.optional(),
      }),
      logprobs: Logprobs.nullable(),
      finish_reason: z.enum(["stop", "length", "tool_calls", "function_call", "content_filter"]),
    }),
  ),
  usage: z.looseObject({
    prompt_tokens: z.int(),
    completion_tokens: z.int(),
    total_tokens: z.int(),
  }),
});

export const chatOperation: Operation = {
  method: "POST",
  path: "/v1/chat/completions",
  operationId: "createChatCompletion",
  tag: "Generation",
  summary: "Chat, as OpenAI's Chat Completions",
  description: "Any model answers, whosever protocol is its own. Charged by tokens.",
  scope: "read",
  dialect: "openai",
  body: {
    name: "ChatCompletionRequest",
    schema: Body,
    example: { model: "deepseek-chat", messages: [{ role: "user", content: "Hello" }] },
  },
  answer: {
    status: 200,
    description: "The answer, paid for; with `stream: true` its chunks as they come.",
    isCharged: true,
    body: {
      name: "ChatCompletion",
      schema: ChatCompletion,
      example: {
        id: "chatcmpl_01kah5v3zq8m2n4c6d7e8f9gab",
        object: "chat.completion",
        created: 1_795_253_400,
        model: "deepseek-chat",
        choices: [
          {
            index: 0,
            message: { role: "assistant", content: "Hello!", refusal: null },
            logprobs: null,
            finish_reason: "stop",
          },
        ],
        usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
      },
    },
    stream: {
      description: "`chat.completion.chunk` objects as `data:` lines, ended by `data: [DONE]`.",
      example:
        'data: {"id":"chatcmpl_…","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"Hello"}}]}\n\ndata: [DONE]\n\n',
    },
  },
  failures: streamFailures,
};
