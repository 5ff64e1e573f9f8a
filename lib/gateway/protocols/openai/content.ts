import { z } from "zod";
import { documentAddressProblem, imageAddressProblem } from "@/lib/gateway/protocols/addresses";
import { oneOf, Text, toolName } from "@/lib/gateway/protocols/fields";

export const TextPart = z.looseObject(
  { type: z.literal("text", { error: "must be text" }), text: Text },
  { error: "must be an object" },
);

const ImagePart = z.looseObject({
  type: z.literal("image_url"),
  image_url: z.looseObject(
    {
      url: Text.superRefine((url, context) => {
        const problem = imageAddressProblem(url);
        if (problem) context.addIssue({ code: "custom", message: problem });
      }),
      detail: oneOf(["auto", "low", "high"]).nullish(),
    },
    { error: "must be an object with a url" },
  ),
});

/** Audio can't be passed between protocols; files only with their data in them. */
const AudioPart = z
  .looseObject({ type: z.literal("input_audio") })
  .superRefine((_part, context) =>
    context.addIssue({ code: "custom", path: ["type"], message: "audio isn't supported" }),
  );

const FilePart = z
  .looseObject({
    type: z.literal("file"),
    file: z.looseObject(
      {
        file_data: Text.optional(),
        file_id: Text.nullish(),
        filename: Text.nullish(),
      },
      { error: "must be an object" },
    ),
  })
  .superRefine(({ file }, context) => {
    const report = (name: string, message: string) =>
      context.addIssue({ code: "custom", path: ["file", name], message });
    if (file.file_id != null) return report("file_id", "uploaded files aren't supported");
    if (file.file_data === undefined) return report("file_data", "must be a PDF as a data address");
    const problem = documentAddressProblem(file.file_data);
    if (problem || !file.file_data.startsWith("data:")) {
      report("file_data", "must be a PDF as a data address");
    }
  });

const RefusalPart = z.looseObject({ type: z.literal("refusal"), refusal: Text });

const noParts = "must have at least one part";

const TextContent = z.union([Text, z.array(TextPart).min(1, noParts)], {
  error: "must be a string or a list of text parts",
});

const UserContent = z.union(
  [
    Text,
    z
      .array(
        z.discriminatedUnion("type", [TextPart, ImagePart, AudioPart, FilePart], {
          error: "must be one of text, image_url, file",
        }),
      )
      .min(1, noParts),
  ],
  { error: "must be a string or a list of content parts" },
);

const AssistantContent = z.union(
  [
    Text,
    z
      .array(
        z.discriminatedUnion("type", [TextPart, RefusalPart], {
          error: "must be one of text, refusal",
        }),
      )
      .min(1, noParts),
  ],
  { error: "must be a string or a list of text and refusal parts" },
);

const Call = z.looseObject(
  { name: toolName(64), arguments: Text },
  { error: "must be an object with a name and arguments" },
);

const ToolCall = z.discriminatedUnion(
  "type",
  [
    z.looseObject({
      type: z.literal("function"),
      id: Text.min(1, "must not be empty"),
      function: Call,
    }),
  ],
  { error: "must be function" },
);

const name = Text.max(256, "must have at most 256 characters").nullish();

const AssistantMessage = z
  .looseObject({
    role: z.literal("assistant"),
    content: AssistantContent.nullish(),
    refusal: Text.nullish(),
    name,
    audio: z.null({ error: "audio isn't supported" }).optional(),
    tool_calls: z
      .array(ToolCall, { error: "must be a list of tool calls" })
      .max(128, "must have at most 128 calls")
      .nullish(),
    function_call: Call.nullish(),
  })
  .superRefine((message, context) => {
    const saysNothing =
      message.content == null &&
      message.refusal == null &&
      message.function_call == null &&
      (message.tool_calls ?? []).length === 0;
    if (saysNothing) {
      context.addIssue({
        code: "invalid_type",
        expected: "string",
        path: ["content"],
        message: "must not be null without tool calls",
      });
    }
  });

export const Message = z.discriminatedUnion(
  "role",
  [
    z.looseObject({ role: z.literal("system"), content: TextContent, name }),
    z.looseObject({ role: z.literal("developer"), content: TextContent, name }),
    z.looseObject({ role: z.literal("user"), content: UserContent, name }),
    AssistantMessage,
    z.looseObject({ role: z.literal("tool"), content: TextContent, tool_call_id: Text }),
    z.looseObject({ role: z.literal("function"), content: Text.nullable(), name: toolName(64) }),
  ],
  { error: "must be one of system, developer, user, assistant, tool" },
);

export type Message = z.infer<typeof Message>;
export type AnyContent =
  | z.infer<typeof UserContent>
  | z.infer<typeof AssistantContent>
  | z.infer<typeof TextContent>;
