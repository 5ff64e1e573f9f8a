import { z } from "zod";
import { Block, CacheControl, TextBlock } from "@/lib/gateway/protocols/anthropic/blocks";
import {
  AnySchema,
  Flag,
  Label,
  ModelName,
  messagesMax,
  numberBetween,
  ObjectSchema,
  oneOf,
  refuseFields,
  refuseSameNames,
  Text,
  TokenLimit,
  toolName,
  toolsMax,
  wholeBetween,
} from "@/lib/gateway/protocols/fields";

const Content = z.union([Text, z.array(Block).min(1, "must have at least one content block")], {
  error: "must be a string or a list of content blocks",
});

const Message = z.looseObject(
  {
    role: oneOf(["user", "assistant", "system"]),
    content: Content,
  },
  { error: "must be an object with a role and content" },
);

const System = z.union([Text, z.array(TextBlock)], {
  error: "must be a string or a list of text blocks",
});

const Name = toolName(128);

const CustomTool = z.looseObject({
  type: z.literal("custom").nullish(),
  name: Name,
  description: Text.optional(),
  input_schema: ObjectSchema.refine((schema) => schema.type === "object", {
    path: ["type"],
    error: "must be object",
  }),
  strict: Flag.optional(),
  cache_control: CacheControl,
});

/** Tools that the client runs and Anthropic's models know by name; they have no schema. */
const clientTool = /^(bash|text_editor|computer|memory)_\d{8}$/;

const ClientTool = z.looseObject({
  type: Text.regex(clientTool, "must be custom: tools that run at Anthropic aren't supported"),
  name: Name,
  cache_control: CacheControl,
});

/** A tool is custom unless its type says otherwise. */
const Tool = z.union([CustomTool, ClientTool], { error: "must be an object" });

const parallel = { disable_parallel_tool_use: Flag.optional() };

const ToolChoice = z.discriminatedUnion(
  "type",
  [
    z.looseObject({ type: z.literal("auto"), ...parallel }),
    z.looseObject({ type: z.literal("any"), ...parallel }),
    z.looseObject({ type: z.literal("tool"), name: Name, ...parallel }),
    z.looseObject({ type: z.literal("none") }),
  ],
  { error: "must be an object of type auto, any, tool or none" },
);

const display = oneOf(["summarized", "omitted"]).nullish();

const Thinking = z.discriminatedUnion(
  "type",
  [
    z.looseObject({
      type: z.literal("enabled"),
      budget_tokens: z
        .number({ error: "must be a whole number" })
        .int("must be a whole number")
        .min(1_024, "must be at least 1024"),
      display,
    }),
    z.looseObject({ type: z.literal("disabled") }),
    z.looseObject({ type: z.literal("adaptive"), display }),
    z.looseObject({ type: z.literal("between_tools") }),
  ],
  { error: "must be an object of type enabled, disabled, adaptive or between_tools" },
);

const JsonFormat = z.looseObject(
  {
    type: z.literal("json_schema", { error: "must be json_schema" }),
    schema: AnySchema,
  },
  { error: "must be an object of type json_schema" },
);

const countedFields = {
  model: ModelName,
  messages: z
    .array(Message, { error: "must be a list of messages" })
    .min(1, "must have at least one message")
    .max(messagesMax, `must have at most ${messagesMax} messages`),
  system: System.optional(),
  tools: z
    .array(Tool, { error: "must be a list of tools" })
    .max(toolsMax, `must have at most ${toolsMax} tools`)
    .optional(),
  tool_choice: ToolChoice.optional(),
  thinking: Thinking.optional(),
  output_config: z
    .looseObject(
      {
        effort: oneOf(["low", "medium", "high", "xhigh", "max"]).nullish(),
        format: JsonFormat.nullish(),
      },
      { error: "must be an object" },
    )
    .optional(),
  output_format: JsonFormat.nullish(),
  cache_control: CacheControl,
};

const fields = {
  ...countedFields,
  // Anthropic requires it; the document this API answers to leaves it out of its own example.
  max_tokens: TokenLimit.optional(),
  stop_sequences: z
    .array(
      Text.min(1, "must not be empty").refine(
        (text) => text.trim() !== "",
        "must have more than white space",
      ),
      { error: "must be a list of strings" },
    )
    .max(8_191, "must have at most 8191 strings")
    .optional(),
  stream: Flag.optional(),
  temperature: numberBetween(0, 1).optional(),
  top_p: numberBetween(0, 1).optional(),
  top_k: wholeBetween(0, 1_000_000).optional(),
  metadata: z.looseObject({ user_id: Label.nullish() }, { error: "must be an object" }).optional(),
  service_tier: oneOf(["auto", "standard_only"]).optional(),
  inference_geo: Text.nullish(),
  container: z.null({ error: "containers aren't supported" }).optional(),
};

const counted = z.looseObject(countedFields, { error: "must be an object" });

function checkTools(body: z.infer<typeof counted>, context: z.RefinementCtx): void {
  const tools = body.tools ?? [];
  refuseSameNames(
    tools.map((tool, i) => ({ name: tool.name, path: ["tools", i, "name"] })),
    context,
  );
  const choice = body.tool_choice;
  const report = (path: PropertyKey[], message: string) =>
    context.addIssue({ code: "custom", path, message });
  if (choice?.type === "any" && tools.length === 0) {
    report(["tool_choice"], "can't be any without tools");
  }
  if (choice?.type === "tool" && !tools.some((tool) => tool.name === choice.name)) {
    report(["tool_choice", "name"], "is not the name of a tool in this request");
  }
}

/** What `/v1/messages/count_tokens` takes. */
export const CountBody = counted.superRefine(refuseFields).superRefine(checkTools);

/**
 * The Messages request, after the types that Anthropic publishes
 * (https://docs.claude.com/en/api/messages). Fields of newer clients are let through.
 */
export const Body = z
  .looseObject(fields, { error: "must be an object" })
  .superRefine(refuseFields)
  .superRefine(checkTools)
  .superRefine((body, context) => {
    const budget = body.thinking?.type === "enabled" ? body.thinking.budget_tokens : 0;
    if (body.max_tokens !== undefined && budget >= body.max_tokens) {
      const path = ["thinking", "budget_tokens"];
      context.addIssue({ code: "custom", path, message: "must be less than max_tokens" });
    }
  });

export type Body = z.infer<typeof Body>;
export type CountBody = z.infer<typeof CountBody>;
