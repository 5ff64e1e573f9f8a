import type {
  AnswerFormat,
  ChatMessage,
  ChatPart,
  ChatRequest,
  JsonObject,
} from "@/lib/gateway/chat";
import type { WireRequest } from "@/lib/gateway/upstreams/wire";

type Content = ChatPart | Extract<ChatPart, { type: "tool_result" }>["content"][number];

/** A part as OpenAI's content has it; null for what only its own protocol knows. */
function contentOf(part: Content): JsonObject | null {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "image": {
      const detail = part.detail === null ? {} : { detail: part.detail };
      return { type: "image_url", image_url: { url: part.url, ...detail } };
    }
    case "document": {
      const { source, title } = part;
      if (source.kind === "text") return { type: "text", text: source.text };
      if (!source.url.startsWith("data:")) return { type: "text", text: source.url };
      const filename = title ?? "document.pdf";
      return { type: "file", file: { filename, file_data: source.url } };
    }
    default:
      return null;
  }
}

function isThere<T>(thing: T | null): thing is T {
  return thing !== null;
}

/** Text alone is a string, which every compatible server takes. */
function simplest(parts: JsonObject[]): string | JsonObject[] {
  const isText = parts.every((part) => part.type === "text");
  return isText ? parts.map((part) => String(part.text)).join("\n") : parts;
}

function contentsOf(parts: Content[]): JsonObject[] {
  return parts.map(contentOf).filter(isThere);
}

/** The answers of tools hold text alone; their pictures follow as the user's. */
function toolMessages(message: ChatMessage): JsonObject[] {
  const pictures: JsonObject[] = [];
  const results = message.parts.flatMap((part) => {
    if (part.type !== "tool_result") return [];
    const contents = contentsOf(part.content);
    pictures.push(...contents.filter((content) => content.type !== "text"));
    const text = simplest(contents.filter((content) => content.type === "text"));
    return [{ role: "tool", tool_call_id: part.callId, content: text }];
  });
  return pictures.length === 0 ? results : [...results, { role: "user", content: pictures }];
}

function messagesOf(message: ChatMessage): JsonObject[] {
  if (message.role === "tool") return toolMessages(message);
  if (message.role !== "assistant") {
    return [{ role: message.role, content: simplest(contentsOf(message.parts)) }];
  }
  const calls = message.parts.flatMap((part) =>
    part.type === "tool_call"
      ? [
          {
            id: part.id,
            type: "function",
            function: { name: part.name, arguments: part.arguments },
          },
        ]
      : [],
  );
  const contents = contentsOf(message.parts).filter((content) => content.type === "text");
  const content = contents.length === 0 && calls.length > 0 ? null : simplest(contents);
  return [{ role: "assistant", content, ...(calls.length > 0 ? { tool_calls: calls } : {}) }];
}

function formatOf(format: AnswerFormat): JsonObject {
  switch (format.type) {
    case "text":
      return {};
    case "json":
      return { response_format: { type: "json_object" } };
    case "json_schema": {
      const { name, schema, strict } = format;
      return { response_format: { type: "json_schema", json_schema: { name, schema, strict } } };
    }
  }
}

function toolsOf(chat: ChatRequest): JsonObject {
  if (chat.tools.length === 0) return {};
  const choice = chat.toolChoice;
  return {
    tools: chat.tools.map(({ name, description, parameters, strict }) => ({
      type: "function",
      function: {
        name,
        ...(description === null ? {} : { description }),
        parameters,
        ...(strict ? { strict } : {}),
      },
    })),
    tool_choice:
      choice.type === "tool" ? { type: "function", function: { name: choice.name } } : choice.type,
    ...(chat.parallelToolCalls ? {} : { parallel_tool_calls: false }),
  };
}

/** What was asked for, without the names that have no value. */
function given(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function translated(chat: ChatRequest): JsonObject {
  const { sampling } = chat;
  return {
    messages: chat.messages.flatMap(messagesOf),
    ...toolsOf(chat),
    ...formatOf(chat.format),
    ...(chat.stop.length > 0 ? { stop: chat.stop.slice(0, 4) } : {}),
    ...given({
      temperature: sampling.temperature,
      top_p: sampling.topP,
      presence_penalty: sampling.presencePenalty,
      frequency_penalty: sampling.frequencyPenalty,
      seed: sampling.seed,
      reasoning_effort: chat.effort === "max" ? "xhigh" : chat.effort,
      user: chat.user,
    }),
  };
}

/** Tiers have prices of their own; ours are those of the default one. */
const pricedTiers = ["priority", "scale", "flex"];

function passedOn(body: JsonObject): JsonObject {
  const { service_tier, ...rest } = body;
  const isFree = service_tier === undefined || pricedTiers.includes(String(service_tier));
  return isFree ? rest : { ...rest, service_tier };
}

/** OpenAI itself wants the new name, most compatible servers know the old one only. */
function tokenLimit(request: WireRequest): JsonObject {
  const { chat, maxTokens } = request;
  const original = chat.original?.protocol === "openai" ? chat.original.body : {};
  const names = ["max_tokens", "max_completion_tokens"].filter((name) => original[name] != null);
  if (names.length === 0) {
    const isOwn = new URL(request.baseUrl).hostname === "api.openai.com";
    names.push(isOwn ? "max_completion_tokens" : "max_tokens");
  }
  return Object.fromEntries(names.map((name) => [name, maxTokens]));
}

/**
 * A Chat Completions request for an upstream: the caller's own body where it came as one, else the same
 * in OpenAI's words. Usage is always asked for, and the output never goes beyond what was set aside.
 */
export function requestBody(request: WireRequest): JsonObject {
  const { chat } = request;
  const isSame = chat.original?.protocol === "openai";
  const body = isSame && chat.original ? passedOn(chat.original.body) : translated(chat);
  const options = typeof body.stream_options === "object" ? body.stream_options : {};
  return {
    ...body,
    model: request.model,
    ...tokenLimit(request),
    ...(chat.stream
      ? { stream: true, stream_options: { ...options, include_usage: true } }
      : { stream: false }),
  };
}
