import {
  type AnswerFormat,
  type ChatMessage,
  type ChatPart,
  type ChatRequest,
  type ChatTool,
  type ImagePart,
  type TextPart,
  type ToolChoice,
  textChat,
} from "@/lib/gateway/chat";
import { Body } from "@/lib/gateway/protocols/openai/body";
import type { AnyContent, Message } from "@/lib/gateway/protocols/openai/content";
import { parseBody } from "@/lib/gateway/validation";

type ContentPart = Exclude<AnyContent, string>[number];

function toPart(part: ContentPart): ChatPart {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "refusal":
      return { type: "text", text: part.refusal };
    case "image_url":
      return { type: "image", url: part.image_url.url, detail: part.image_url.detail ?? null };
    case "file":
      return {
        type: "document",
        source: { kind: "address", url: part.file.file_data ?? "" },
        title: part.file.filename ?? null,
      };
    case "input_audio":
      return { type: "foreign", block: part };
  }
}

function toParts(content: AnyContent | null | undefined): ChatPart[] {
  if (content === null || content === undefined) return [];
  if (typeof content === "string") return [{ type: "text", text: content }];
  return content.map(toPart);
}

function isPlain(part: ChatPart): part is TextPart | ImagePart {
  return part.type === "text" || part.type === "image";
}

function toMessage(message: Message): ChatMessage {
  switch (message.role) {
    case "system":
    case "developer":
      return { role: "system", parts: toParts(message.content) };
    case "user":
      return { role: "user", parts: toParts(message.content) };
    case "tool":
    case "function": {
      // A legacy result names its function, not its call: the call got the same id.
      const callId = message.role === "tool" ? message.tool_call_id : message.name;
      const content = toParts(message.content).filter(isPlain);
      return { role: "tool", parts: [{ type: "tool_result", callId, content, isError: false }] };
    }
    case "assistant": {
      const calls = (message.tool_calls ?? []).map(({ id, function: f }) => ({ id, ...f }));
      const legacy = message.function_call;
      if (legacy) calls.push({ id: legacy.name, ...legacy });
      const refusal = message.refusal ? toParts(message.refusal) : [];
      return {
        role: "assistant",
        parts: [
          ...toParts(message.content),
          ...refusal,
          ...calls.map((call) => ({
            type: "tool_call" as const,
            id: call.id,
            name: call.name,
            arguments: call.arguments,
          })),
        ],
      };
    }
  }
}

const noParameters = { type: "object", properties: {} };

function toolsOf(body: Body): ChatTool[] {
  const definitions = [...(body.tools ?? []).map((t) => t.function), ...(body.functions ?? [])];
  const choice = body.tool_choice;
  const allowed =
    choice && typeof choice === "object" && choice.type === "allowed_tools"
      ? new Set(choice.allowed_tools.tools.map((tool) => tool.function.name))
      : null;
  return definitions
    .filter((definition) => !allowed || allowed.has(definition.name))
    .map((definition) => ({
      name: definition.name,
      description: definition.description ?? null,
      parameters: definition.parameters ?? noParameters,
      strict: definition.strict ?? false,
    }));
}

function toolChoiceOf(body: Body): ToolChoice {
  const choice = body.tool_choice ?? body.function_call ?? "auto";
  if (typeof choice === "string") return { type: choice };
  if ("name" in choice && typeof choice.name === "string")
    return { type: "tool", name: choice.name };
  const named = body.tool_choice;
  if (!named || typeof named === "string") return { type: "auto" };
  return named.type === "function"
    ? { type: "tool", name: named.function.name }
    : { type: named.allowed_tools.mode };
}

function formatOf(format: Body["response_format"]): AnswerFormat {
  if (!format || format.type === "text") return { type: "text" };
  if (format.type === "json_object") return { type: "json" };
  const { name, schema, strict } = format.json_schema;
  return { type: "json_schema", name, schema: schema ?? {}, strict: strict ?? false };
}

/** Reads a Chat Completions request. Throws param, missing_param. */
export function parseRequest(raw: unknown): ChatRequest {
  const body = parseBody(Body, raw);
  const isOld = body.max_completion_tokens == null && body.max_tokens != null;
  return textChat(body.model, [], {
    original: { protocol: "openai", body },
    messages: body.messages.map(toMessage),
    tools: toolsOf(body),
    toolChoice: toolChoiceOf(body),
    parallelToolCalls: body.parallel_tool_calls ?? true,
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? null,
    maxTokensField: isOld ? "max_tokens" : "max_completion_tokens",
    choices: body.n ?? 1,
    stop: body.stop == null ? [] : [body.stop].flat(),
    sampling: {
      temperature: body.temperature ?? null,
      topP: body.top_p ?? null,
      topK: null,
      presencePenalty: body.presence_penalty ?? null,
      frequencyPenalty: body.frequency_penalty ?? null,
      seed: body.seed ?? null,
    },
    logprobs: body.logprobs ? (body.top_logprobs ?? 0) : null,
    format: formatOf(body.response_format),
    effort: body.reasoning_effort ?? null,
    user: body.user ?? body.safety_identifier ?? null,
    stream: body.stream ?? false,
    includeUsage: body.stream_options?.include_usage ?? false,
  });
}
