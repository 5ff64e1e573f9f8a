import type { ChatPart, ChatRequest } from "@/lib/gateway/chat";
import type { EmbeddingInput } from "@/lib/gateway/upstreams/upstream";

/**
 * What an image may take, whatever its size: providers scale larger ones down. The most that any of
 * them documents for one is below it.
 */
const tokensPerImageMax = 8_192;
/** What a provider adds of its own: a preamble where there are tools, roles and separators. */
const tokensBeside = 1_024;
const tokensPerMessage = 16;

function imageUrls(part: ChatPart): string[] {
  if (part.type === "image") return [part.url];
  if (part.type === "tool_result") return part.content.flatMap(imageUrls);
  return [];
}

function hasFarDocument(part: ChatPart): boolean {
  if (part.type === "tool_result") return part.content.some(hasFarDocument);
  // A file is read by the provider, page by page, as text and as pictures: nobody here can tell.
  return part.type === "document" && part.source.kind === "address";
}

/**
 * An upper bound of a request's input tokens at a provider whose tokeniser isn't known: byte-level
 * vocabularies make at most one token of a byte, so the bytes of the body will do; images count by
 * number, not by size. It is what is set aside, never what is billed, and at most `contextTokens`.
 */
export function boundInput(chat: ChatRequest, contextTokens: number): number {
  const parts = chat.messages.flatMap((message) => message.parts);
  if (parts.some(hasFarDocument)) return contextTokens;
  const images = parts.flatMap(imageUrls);
  const imageBytes = images.reduce((sum, url) => sum + Buffer.byteLength(url), 0);
  const bytes = (chat.bytesMax ?? Buffer.byteLength(JSON.stringify(chat))) - imageBytes;
  const tokens =
    // What base64 is named in bytes, in a data address or beside it, never makes less than nothing.
    Math.max(0, bytes) +
    images.length * tokensPerImageMax +
    chat.messages.length * tokensPerMessage +
    tokensBeside;
  return Math.min(tokens, contextTokens);
}

/** The same for one input of an embedding; a list of tokens is as long as it is. */
export function boundEmbeddingInput(input: EmbeddingInput, contextTokens: number): number {
  const tokens = typeof input === "string" ? Buffer.byteLength(input) : input.length;
  return Math.min(tokens + tokensPerMessage, contextTokens);
}
