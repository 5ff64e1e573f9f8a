import type { ChatMessage, ChatPart, ChatRequest } from "@/lib/gateway/chat";
import { countTokens } from "@/lib/models/tokens";

/** What a message costs beside its text: role and separators. */
const tokensPerMessage = 4;
const tokensPerTool = 8;

/** An image's price, whatever its size: nobody here looks at it. */
const tokensPerImage = 1_000;
const tokensPerSmallImage = 85;

/** Base64 characters of a document that make a token. */
const documentBytesPerToken = 16;

/** The words of a part, as the model reads them; what isn't text is counted apart. */
export function textOfPart(part: ChatPart): string {
  switch (part.type) {
    case "text":
    case "thinking":
      return part.text;
    case "image":
      return "";
    case "document":
      return part.source.kind === "text" ? part.source.text : "";
    case "tool_call":
      return `${part.name} ${part.arguments}`;
    case "tool_result":
      return part.content.map(textOfPart).join("\n");
    case "foreign":
      return JSON.stringify(part.block);
  }
}

export function textOfMessage(message: ChatMessage): string {
  return message.parts
    .map(textOfPart)
    .filter((text) => text !== "")
    .join("\n");
}

function mediaTokens(part: ChatPart): number {
  switch (part.type) {
    case "image":
      return part.detail === "low" ? tokensPerSmallImage : tokensPerImage;
    case "document":
      return part.source.kind === "address"
        ? Math.ceil(part.source.url.length / documentBytesPerToken)
        : 0;
    case "tool_result":
      return part.content.reduce((sum, inner) => sum + mediaTokens(inner), 0);
    default:
      return 0;
  }
}

/**
 * Input tokens of a request, the same through either protocol; stops counting beyond `max`. What the
 * gateway bills and what `count_tokens` tells are both this.
 */
export function countInput(chat: ChatRequest, max: number): number {
  let sum = 0;
  for (const message of chat.messages) {
    sum += tokensPerMessage + message.parts.reduce((total, part) => total + mediaTokens(part), 0);
    if (sum <= max) sum += countTokens(textOfMessage(message), max - sum);
    if (sum > max) return sum;
  }
  for (const { name, description, parameters } of chat.tools) {
    const text = `${name} ${description ?? ""} ${JSON.stringify(parameters)}`;
    sum += tokensPerTool + countTokens(text, max - sum);
    if (sum > max) return sum;
  }
  if (chat.format.type === "json_schema") {
    sum += countTokens(JSON.stringify(chat.format.schema), max - sum);
  }
  return sum;
}
