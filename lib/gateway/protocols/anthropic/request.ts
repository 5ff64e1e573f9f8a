import {
  type AnswerFormat,
  type ChatMessage,
  type ChatPart,
  type ChatRequest,
  type ChatTool,
  type DocumentPart,
  type ForeignPart,
  type ImagePart,
  type ParseOptions,
  type TextPart,
  type ToolChoice,
  textChat,
} from "@/lib/gateway/chat";
import { invalidFields } from "@/lib/gateway/errors";
import type { Block, ResultContent } from "@/lib/gateway/protocols/anthropic/blocks";
import { Body, CountBody } from "@/lib/gateway/protocols/anthropic/body";
import { parseBody } from "@/lib/gateway/validation";

/** Output tokens when a request to `/v1/messages` names no limit. */
const maxTokensDefault = 4_096;

type ContentBlock = Exclude<ResultContent, string>[number];
type ContentPart = TextPart | ImagePart | DocumentPart | ForeignPart;

function addressOf(
  source: { type: "url"; url: string } | { type: "base64"; media_type: string; data: string },
): string {
  return source.type === "url" ? source.url : `data:${source.media_type};base64,${source.data}`;
}

function toDocument(block: Extract<ContentBlock, { type: "document" }>): DocumentPart {
  const { source } = block;
  const title = block.title ?? null;
  switch (source.type) {
    case "text":
      return { type: "document", source: { kind: "text", text: source.data }, title };
    case "content": {
      const text =
        typeof source.content === "string"
          ? source.content
          : source.content.map((b) => (b.type === "text" ? b.text : "")).join("\n");
      return { type: "document", source: { kind: "text", text }, title };
    }
    default:
      return { type: "document", source: { kind: "address", url: addressOf(source) }, title };
  }
}

function toContent(block: ContentBlock): ContentPart {
  switch (block.type) {
    case "text":
      return { type: "text", text: block.text };
    case "image":
      return { type: "image", url: addressOf(block.source), detail: null };
    case "document":
      return toDocument(block);
    case "search_result": {
      const text = block.content.map((part) => part.text).join("\n");
      return { type: "document", source: { kind: "text", text }, title: block.title };
    }
    case "tool_reference":
      return { type: "foreign", block };
  }
}

function toPart(block: Block): ChatPart {
  switch (block.type) {
    case "text":
    case "image":
    case "document":
    case "search_result":
      return toContent(block);
    case "thinking":
      return { type: "thinking", text: block.thinking, signature: block.signature };
    case "tool_use":
      return {
        type: "tool_call",
        id: block.id,
        name: block.name,
        arguments: JSON.stringify(block.input),
      };
    case "tool_result": {
      const content =
        typeof block.content === "string"
          ? [{ type: "text" as const, text: block.content }]
          : (block.content ?? []).map(toContent);
      const isError = block.is_error ?? false;
      return { type: "tool_result", callId: block.tool_use_id, content, isError };
    }
    default:
      return { type: "foreign", block };
  }
}

/** A user's turn may hold results of tools and words of its own: each run is a message. */
function toMessages(message: Body["messages"][number]): ChatMessage[] {
  const { role, content } = message;
  if (typeof content === "string") return [{ role, parts: [{ type: "text", text: content }] }];
  const messages: ChatMessage[] = [];
  for (const part of content.map(toPart)) {
    const partRole = part.type === "tool_result" && role === "user" ? "tool" : role;
    const last = messages[messages.length - 1];
    if (last?.role === partRole) last.parts.push(part);
    else messages.push({ role: partRole, parts: [part] });
  }
  return messages;
}

function systemOf(system: Body["system"]): ChatMessage[] {
  if (system === undefined) return [];
  const parts =
    typeof system === "string"
      ? [{ type: "text" as const, text: system }]
      : system.map((block) => ({ type: "text" as const, text: block.text }));
  return [{ role: "system", parts }];
}

function toTool(tool: NonNullable<Body["tools"]>[number]): ChatTool {
  const isCustom = "input_schema" in tool && typeof tool.input_schema === "object";
  return {
    name: tool.name,
    description: typeof tool.description === "string" ? tool.description : null,
    parameters: isCustom && tool.input_schema ? { ...tool.input_schema } : { type: "object" },
    strict: tool.strict === true,
  };
}

function toolChoiceOf(choice: Body["tool_choice"]): ToolChoice {
  if (choice === undefined) return { type: "auto" };
  if (choice.type === "any") return { type: "required" };
  return choice.type === "tool" ? { type: "tool", name: choice.name } : { type: choice.type };
}

function formatOf(body: CountBody): AnswerFormat {
  const format = body.output_config?.format ?? body.output_format;
  if (!format) return { type: "text" };
  return { type: "json_schema", name: "answer", schema: format.schema, strict: true };
}

function toChat(body: CountBody, options: Partial<ChatRequest>): ChatRequest {
  const choice = body.tool_choice;
  return textChat(body.model, [], {
    original: { protocol: "anthropic", body },
    messages: [...systemOf(body.system), ...body.messages.flatMap(toMessages)],
    tools: (body.tools ?? []).map(toTool),
    toolChoice: toolChoiceOf(choice),
    parallelToolCalls: !(choice && choice.type !== "none" && choice.disable_parallel_tool_use),
    format: formatOf(body),
    thinkingTokens: body.thinking?.type === "enabled" ? body.thinking.budget_tokens : null,
    effort: body.output_config?.effort ?? null,
    ...options,
  });
}

/** Reads a Messages request. Throws param, missing_param. */
export function parseRequest(raw: unknown, options: ParseOptions): ChatRequest {
  const body = parseBody(Body, raw);
  if (body.max_tokens === undefined && options.requiresMaxTokens) {
    throw invalidFields([{ path: "max_tokens", code: "required", message: "field required" }]);
  }
  return toChat(body, {
    maxTokens: body.max_tokens ?? maxTokensDefault,
    stop: body.stop_sequences ?? [],
    sampling: {
      temperature: body.temperature ?? null,
      topP: body.top_p ?? null,
      topK: body.top_k ?? null,
      presencePenalty: null,
      frequencyPenalty: null,
      seed: null,
    },
    user: body.metadata?.user_id ?? null,
    stream: body.stream ?? false,
    includeUsage: true,
  });
}

/** Reads a request to count its tokens. Throws param, missing_param. */
export function parseCountRequest(raw: unknown): ChatRequest {
  return toChat(parseBody(CountBody, raw), {});
}
