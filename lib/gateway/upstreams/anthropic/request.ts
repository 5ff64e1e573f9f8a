import type { ChatMessage, ChatPart, ChatRequest, JsonObject } from "@/lib/gateway/chat";
import type { WireRequest } from "@/lib/gateway/upstreams/wire";

type Content = ChatPart | Extract<ChatPart, { type: "tool_result" }>["content"][number];

/** `data:image/png;base64,AAAA` as the source that Anthropic has for it; other addresses by name. */
function sourceOf(url: string): JsonObject {
  const data = /^data:([a-z]+\/[a-z0-9.+-]+);base64,/i.exec(url.slice(0, 100));
  if (!data) return { type: "url", url };
  const mediaType = (data[1] ?? "").toLowerCase().replace("image/jpg", "image/jpeg");
  return { type: "base64", media_type: mediaType, data: url.slice(data[0].length) };
}

/** Ids of calls may have no other characters here. */
function callId(id: string): string {
  return id.replace(/[^a-zA-Z0-9_-]/g, "_");
}

function inputOf(json: string): JsonObject {
  try {
    const input: unknown = JSON.parse(json);
    const isObject = typeof input === "object" && input !== null && !Array.isArray(input);
    return isObject ? { ...input } : {};
  } catch {
    return {};
  }
}

/** A part as a content block; none for an empty text, which is refused there. */
function blocksOf(part: Content): JsonObject[] {
  switch (part.type) {
    case "text":
      return part.text.trim() === "" ? [] : [{ type: "text", text: part.text }];
    case "image":
      return [{ type: "image", source: sourceOf(part.url) }];
    case "document": {
      const { source, title } = part;
      const named = title === null ? {} : { title };
      if (source.kind === "address") {
        return [{ type: "document", source: sourceOf(source.url), ...named }];
      }
      const text = { type: "text", media_type: "text/plain", data: source.text };
      return [{ type: "document", source: text, ...named }];
    }
    case "tool_call": {
      const { name } = part;
      return [{ type: "tool_use", id: callId(part.id), name, input: inputOf(part.arguments) }];
    }
    case "tool_result":
      return [
        {
          type: "tool_result",
          tool_use_id: callId(part.callId),
          content: part.content.flatMap(blocksOf),
          ...(part.isError ? { is_error: true } : {}),
        },
      ];
    case "thinking":
    case "foreign":
      return [];
  }
}

interface Turn {
  role: "user" | "assistant";
  content: JsonObject[];
}

/** Turns alternate there: messages of one side that follow each other are one. */
function turnsOf(messages: ChatMessage[]): Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    const role = message.role === "assistant" ? "assistant" : "user";
    const content = message.parts.flatMap(blocksOf);
    const last = turns[turns.length - 1];
    if (content.length === 0) continue;
    if (last?.role === role) last.content.push(...content);
    else turns.push({ role, content });
  }
  return turns;
}

function toolsOf(chat: ChatRequest): JsonObject {
  if (chat.tools.length === 0) return {};
  const choice = chat.toolChoice;
  const type = choice.type === "required" ? "any" : choice.type;
  const serial =
    chat.parallelToolCalls || type === "none" ? {} : { disable_parallel_tool_use: true };
  return {
    tools: chat.tools.map(({ name, description, parameters, strict }) => ({
      name,
      ...(description === null ? {} : { description }),
      input_schema: { type: "object", ...parameters },
      ...(strict ? { strict } : {}),
    })),
    tool_choice: { type, ...(choice.type === "tool" ? { name: choice.name } : {}), ...serial },
  };
}

function systemOf(chat: ChatRequest): string {
  const texts = chat.messages
    .filter((message) => message.role === "system")
    .flatMap((message) => message.parts.map((part) => (part.type === "text" ? part.text : "")));
  // There is no switch for JSON without a schema.
  if (chat.format.type === "json") texts.push("Answer with one JSON object and nothing else.");
  return texts.filter((text) => text.trim() !== "").join("\n\n");
}

function translated(chat: ChatRequest): JsonObject {
  const { sampling, format } = chat;
  const system = systemOf(chat);
  const turns = turnsOf(chat.messages.filter((message) => message.role !== "system"));
  const stops = chat.stop.filter((stop) => stop.trim() !== "");
  // A conversation has to begin with the user; instructions alone are what the user says.
  const isBare = turns.length === 0;
  return {
    messages: isBare ? [{ role: "user", content: system || "." }] : turns,
    ...(isBare || system === "" ? {} : { system }),
    ...toolsOf(chat),
    ...(stops.length > 0 ? { stop_sequences: stops } : {}),
    // Zero to one here, zero to two there.
    ...(sampling.temperature === null ? {} : { temperature: Math.min(sampling.temperature, 1) }),
    ...(sampling.topP === null ? {} : { top_p: sampling.topP }),
    ...(sampling.topK === null ? {} : { top_k: sampling.topK }),
    ...(format.type === "json_schema"
      ? { output_config: { format: { type: "json_schema", schema: format.schema } } }
      : {}),
    ...(chat.user === null ? {} : { metadata: { user_id: chat.user } }),
  };
}

/**
 * A Messages request for an upstream: the caller's own body where it came as one, else the same in
 * Anthropic's words. The output never goes beyond what was set aside.
 */
export function requestBody({ chat, model, maxTokens }: WireRequest): JsonObject {
  const { original } = chat;
  const body = original?.protocol === "anthropic" ? original.body : translated(chat);
  return { ...body, model, max_tokens: maxTokens, stream: chat.stream };
}
