import { z } from "zod";
import { streamFailures } from "@/lib/gateway/openapi/failures";
import type { Operation } from "@/lib/gateway/openapi/operation";
import { Body, CountBody } from "@/lib/gateway/protocols/anthropic/body";

const ContentBlock = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("text"), text: z.string() }),
  z.looseObject({ type: z.literal("thinking"), thinking: z.string(), signature: z.string() }),
  z.looseObject({
    type: z.literal("tool_use"),
    id: z.string(),
    name: z.string(),
    input: z.record(z.string(), z.unknown()),
  }),
]);

/** Anthropic's `message`; objects that it may yet add fields to are left open. */
const MessageAnswer = z.looseObject({
  id: z.string(),
  type: z.literal("message"),
  role: z.literal("assistant"),
  model: z.string(),
  content: z.array(ContentBlock),
  stop_reason: z.enum(["end_turn", "max_tokens", "stop_sequence", "tool_use", "refusal"]),
  stop_sequence: z.string().nullable(),
  usage: z.looseObject({ input_tokens: z.int(), output_tokens: z.int() }),
});

const hello = {
  model: "claude-haiku-4-5-20251001",
  messages: [{ role: "user", content: "Hello!" }],
};

const requestHeaders = {
  "anthropic-version": "Sent by Anthropic's SDKs; any value is taken, and none.",
};

export const messagesOperation: Operation = {
  method: "POST",
  path: "/v1/messages",
  operationId: "createMessage",
  tag: "Generation",
  summary: "Chat, as Anthropic's Messages",
  description: "Any model answers, whosever protocol is its own. Charged by tokens.",
  scope: "read",
  dialect: "anthropic",
  requestHeaders,
  body: { name: "MessageRequest", schema: Body, example: { ...hello, max_tokens: 1024 } },
  answer: {
    status: 200,
    description: "The message, paid for; with `stream: true` its events as they come.",
    isCharged: true,
    body: {
      name: "Message",
      schema: MessageAnswer,
      example: {
        id: "msg_01kah5v3zq8m2n4c6d7e8f9gab",
        type: "message",
        role: "assistant",
        model: hello.model,
        content: [{ type: "text", text: "Hello!", citations: null }],
        stop_reason: "end_turn",
        stop_sequence: null,
        usage: { input_tokens: 9, output_tokens: 2 },
      },
    },
    stream: {
      description: "Events from `message_start` to `message_stop`.",
      example: 'event: message_stop\ndata: {"type":"message_stop"}\n\n',
    },
  },
  failures: streamFailures,
};

export const countTokensOperation: Operation = {
  method: "POST",
  path: "/v1/messages/count_tokens",
  operationId: "countTokens",
  tag: "Generation",
  summary: "Count a message's input tokens",
  description: "What the input of a request would be billed as. Free.",
  scope: "read",
  dialect: "anthropic",
  requestHeaders,
  body: { name: "CountTokensRequest", schema: CountBody, example: hello },
  answer: {
    status: 200,
    description: "The count.",
    body: {
      name: "TokenCount",
      schema: z.object({ input_tokens: z.int() }),
      example: { input_tokens: 9 },
    },
  },
  failures: ["model404", "model_forbidden"],
};
