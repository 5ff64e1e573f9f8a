import { z } from "zod";
import { documentAddressProblem, imageAddressProblem } from "@/lib/gateway/protocols/addresses";
import { Flag, oneOf, Text, toolName } from "@/lib/gateway/protocols/fields";

export const CacheControl = z
  .looseObject(
    {
      type: z.literal("ephemeral", { error: "must be ephemeral" }),
      ttl: oneOf(["5m", "1h"]).optional(),
    },
    { error: "must be an object of type ephemeral" },
  )
  .nullish();

export const TextBlock = z.looseObject({
  type: z.literal("text", { error: "must be text" }),
  text: Text,
  cache_control: CacheControl,
  citations: z.array(z.looseObject({ type: Text }), { error: "must be a list" }).nullish(),
});

const WebAddress = Text.superRefine((url, context) => {
  const problem = url.startsWith("data:") ? "must be an https address" : imageAddressProblem(url);
  if (problem) context.addIssue({ code: "custom", message: problem });
});

const imageTypes = ["image/jpeg", "image/png", "image/gif", "image/webp"] as const;

function encoded<const T extends readonly [string, ...string[]]>(mediaTypes: T) {
  return z
    .looseObject({ type: z.literal("base64"), media_type: oneOf(mediaTypes), data: Text })
    .superRefine(({ media_type, data }, context) => {
      const url = `data:${media_type};base64,${data}`;
      const check = media_type === "application/pdf" ? documentAddressProblem : imageAddressProblem;
      const problem = check(url);
      if (problem) context.addIssue({ code: "custom", path: ["data"], message: problem });
    });
}

const UrlSource = z.looseObject({ type: z.literal("url"), url: WebAddress });

export const ImageBlock = z.looseObject({
  type: z.literal("image"),
  source: z.discriminatedUnion("type", [encoded(imageTypes), UrlSource], {
    error: "must be of type base64 or url: uploaded files aren't supported",
  }),
  cache_control: CacheControl,
});

const ContentSource = z.looseObject({
  type: z.literal("content"),
  content: z.union(
    [
      Text,
      z.array(
        z.discriminatedUnion("type", [TextBlock, ImageBlock], { error: "must be text or image" }),
      ),
    ],
    { error: "must be a string or a list of text and image blocks" },
  ),
});

export const DocumentBlock = z.looseObject({
  type: z.literal("document"),
  source: z.discriminatedUnion(
    "type",
    [
      encoded(["application/pdf"]),
      z.looseObject({ type: z.literal("text"), media_type: oneOf(["text/plain"]), data: Text }),
      ContentSource,
      UrlSource,
    ],
    { error: "must be of type base64, text, content or url: uploaded files aren't supported" },
  ),
  title: Text.nullish(),
  context: Text.nullish(),
  citations: z.looseObject({ enabled: Flag.optional() }, { error: "must be an object" }).nullish(),
  cache_control: CacheControl,
});

const SearchResultBlock = z.looseObject({
  type: z.literal("search_result"),
  source: Text,
  title: Text,
  content: z.array(TextBlock, { error: "must be a list of text blocks" }),
  cache_control: CacheControl,
});

const ToolUseBlock = z.looseObject({
  type: z.literal("tool_use"),
  id: Text.regex(/^[a-zA-Z0-9_-]+$/, "must be letters, digits, underscores or hyphens"),
  name: toolName(200),
  input: z.record(z.string(), z.unknown(), { error: "must be an object" }),
  cache_control: CacheControl,
});

const ResultContent = z.union(
  [
    Text,
    z.array(
      z.discriminatedUnion(
        "type",
        [
          TextBlock,
          ImageBlock,
          DocumentBlock,
          SearchResultBlock,
          z.looseObject({ type: z.literal("tool_reference"), tool_name: Text }),
        ],
        { error: "must be one of text, image, document, search_result" },
      ),
    ),
  ],
  { error: "must be a string or a list of content blocks" },
);

const ToolResultBlock = z.looseObject({
  type: z.literal("tool_result"),
  tool_use_id: Text.regex(/^[a-zA-Z0-9_-]+$/, "must be letters, digits, underscores or hyphens"),
  content: ResultContent.optional(),
  is_error: Flag.optional(),
  cache_control: CacheControl,
});

/** Blocks that earlier answers of Anthropic's own models may hold; they are handed back as they are. */
const foreignTypes = [
  "server_tool_use",
  "web_search_tool_result",
  "web_fetch_tool_result",
  "code_execution_tool_result",
  "bash_code_execution_tool_result",
  "text_editor_code_execution_tool_result",
  "tool_search_tool_result",
  "mcp_tool_use",
  "mcp_tool_result",
  "compaction",
] as const;

const ForeignBlock = z.looseObject({ type: z.enum(foreignTypes) });

export const Block = z.discriminatedUnion(
  "type",
  [
    TextBlock,
    ImageBlock,
    DocumentBlock,
    SearchResultBlock,
    ToolUseBlock,
    ToolResultBlock,
    z.looseObject({ type: z.literal("thinking"), thinking: Text, signature: Text }),
    z.looseObject({ type: z.literal("redacted_thinking"), data: Text }),
    ForeignBlock,
  ],
  {
    error:
      "must be one of text, image, document, search_result, tool_use, tool_result, thinking, redacted_thinking",
  },
);

export type Block = z.infer<typeof Block>;
export type ResultContent = z.infer<typeof ResultContent>;
