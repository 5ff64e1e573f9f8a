import { z } from "zod";
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
import { Message, TextPart } from "@/lib/gateway/protocols/openai/content";

const Name = toolName(64);

const FunctionDefinition = z.looseObject(
  {
    name: Name,
    description: Text.nullish(),
    parameters: ObjectSchema.nullish(),
    strict: Flag.nullish(),
  },
  { error: "must be an object with a name" },
);

const Tool = z.discriminatedUnion(
  "type",
  [z.looseObject({ type: z.literal("function"), function: FunctionDefinition })],
  { error: "must be function: custom tools aren't supported" },
);

const NamedTool = z.looseObject({
  type: z.literal("function"),
  function: z.looseObject({ name: Name }, { error: "must be an object with a name" }),
});

const AllowedTools = z.looseObject({
  type: z.literal("allowed_tools"),
  allowed_tools: z.looseObject(
    {
      mode: oneOf(["auto", "required"]),
      tools: z.array(NamedTool, { error: "must be a list of tools" }),
    },
    { error: "must be an object with a mode and tools" },
  ),
});

const ToolChoice = z.union(
  [
    oneOf(["none", "auto", "required"]),
    z.discriminatedUnion("type", [NamedTool, AllowedTools], {
      error: "must be one of function, allowed_tools",
    }),
  ],
  { error: "must be none, auto, required, or an object that names a function" },
);

const ResponseFormat = z.discriminatedUnion(
  "type",
  [
    z.looseObject({ type: z.literal("text") }),
    z.looseObject({ type: z.literal("json_object") }),
    z.looseObject({
      type: z.literal("json_schema"),
      json_schema: z.looseObject(
        {
          name: Name,
          description: Text.nullish(),
          schema: AnySchema.optional(),
          strict: Flag.nullish(),
        },
        { error: "must be an object with a name" },
      ),
    }),
  ],
  { error: "must be an object of type text, json_object or json_schema" },
);

const Stop = z.union(
  [
    Text.min(1, "must not be empty"),
    z.array(Text.min(1, "must not be empty")).max(4, "must have at most 4 strings"),
  ],
  { error: "must be a string or a list of at most 4 strings" },
);

const Metadata = z
  .record(
    z.string().max(64, "names must have at most 64 characters"),
    Text.max(512, "must have at most 512 characters"),
    { error: "must be an object of strings" },
  )
  .refine((value) => Object.keys(value).length <= 16, "must have at most 16 entries");

/** 64-bit, as the API documents it; beyond 2^53 a JSON number is only as exact as a double. */
const Seed = z
  .number({ error: "must be a whole number" })
  .refine(
    (seed) => Number.isInteger(seed) && seed >= -(2 ** 63) && seed < 2 ** 63,
    "must be a 64-bit whole number",
  );

const TopP = z
  .number({ error: "must be a number" })
  .gt(0, "must be above 0 and at most 1")
  .max(1, "must be above 0 and at most 1");

const LogitBias = z.record(
  z.string().regex(/^\d{1,9}$/, "names must be token ids"),
  numberBetween(-100, 100),
  { error: "must be an object of numbers" },
);

const Prediction = z.looseObject({
  type: z.literal("content", { error: "must be content" }),
  content: z.union([Text, z.array(TextPart)], {
    error: "must be a string or a list of text parts",
  }),
});

const fields = {
  model: ModelName,
  messages: z
    .array(Message, { error: "must be a list of messages" })
    .min(1, "must have at least one message")
    .max(messagesMax, `must have at most ${messagesMax} messages`),
  max_tokens: TokenLimit.nullish(),
  max_completion_tokens: TokenLimit.nullish(),
  n: wholeBetween(1, 128).nullish(),
  stream: Flag.nullish(),
  stream_options: z
    .looseObject(
      { include_usage: Flag.nullish(), include_obfuscation: Flag.nullish() },
      { error: "must be an object" },
    )
    .nullish(),
  stop: Stop.nullish(),
  temperature: numberBetween(0, 2).nullish(),
  top_p: TopP.nullish(),
  presence_penalty: numberBetween(-2, 2).nullish(),
  frequency_penalty: numberBetween(-2, 2).nullish(),
  logit_bias: LogitBias.nullish(),
  logprobs: Flag.nullish(),
  top_logprobs: wholeBetween(0, 20).nullish(),
  seed: Seed.nullish(),
  user: Label.nullish(),
  safety_identifier: Label.nullish(),
  prompt_cache_key: Label.nullish(),
  prompt_cache_retention: Text.nullish(),
  metadata: Metadata.nullish(),
  store: Flag.nullish(),
  service_tier: oneOf(["auto", "default", "flex", "scale", "priority"]).nullish(),
  reasoning_effort: oneOf(["none", "minimal", "low", "medium", "high", "xhigh", "max"]).nullish(),
  verbosity: oneOf(["low", "medium", "high"]).nullish(),
  modalities: z
    .array(z.literal("text", { error: "must be text: audio isn't supported" }), {
      error: "must be a list",
    })
    .nullish(),
  audio: z.null({ error: "audio isn't supported" }).optional(),
  prediction: Prediction.nullish(),
  web_search_options: z.null({ error: "web search isn't supported" }).optional(),
  response_format: ResponseFormat.nullish(),
  tools: z
    .array(Tool, { error: "must be a list of tools" })
    .max(toolsMax, `must have at most ${toolsMax} tools`)
    .nullish(),
  tool_choice: ToolChoice.nullish(),
  parallel_tool_calls: Flag.nullish(),
  functions: z
    .array(FunctionDefinition, { error: "must be a list of functions" })
    .min(1, "must have at least one function")
    .max(toolsMax, `must have at most ${toolsMax} functions`)
    .nullish(),
  function_call: z
    .union([oneOf(["none", "auto"]), z.looseObject({ name: Name })], {
      error: "must be none, auto, or an object that names a function",
    })
    .nullish(),
};

type Fields = z.infer<z.ZodObject<typeof fields, z.core.$loose>>;

/** The functions that a choice of tools names, each with the path of its name. */
function chosenNames(body: Fields): { name: string; path: PropertyKey[] }[] {
  const choice = body.tool_choice;
  const legacy = body.function_call;
  const names: { name: string; path: PropertyKey[] }[] = [];
  if (choice && typeof choice === "object") {
    if (choice.type === "function") {
      names.push({ name: choice.function.name, path: ["tool_choice", "function", "name"] });
    } else {
      choice.allowed_tools.tools.forEach((tool, i) => {
        const path = ["tool_choice", "allowed_tools", "tools", i, "function", "name"];
        names.push({ name: tool.function.name, path });
      });
    }
  }
  if (legacy && typeof legacy === "object") {
    names.push({ name: legacy.name, path: ["function_call", "name"] });
  }
  return names;
}

function checkTools(body: Fields, context: z.RefinementCtx): void {
  const report = (path: PropertyKey[], message: string) =>
    context.addIssue({ code: "custom", path, message });
  if (body.tools && body.functions) report(["functions"], "can't be sent beside tools");
  const named = (body.tools ?? []).map((tool, i) => ({
    name: tool.function.name,
    path: ["tools", i, "function", "name"],
  }));
  const legacy = (body.functions ?? []).map((f, i) => ({
    name: f.name,
    path: ["functions", i, "name"],
  }));
  refuseSameNames([...named, ...legacy], context);
  const known = new Set([...named, ...legacy].map((tool) => tool.name));
  for (const { name, path } of chosenNames(body)) {
    if (!known.has(name)) report(path, "is not the name of a tool in this request");
  }
  if (body.tool_choice === "required" && known.size === 0) {
    report(["tool_choice"], "can't be required without tools");
  }
}

function checkTogether(body: Fields, context: z.RefinementCtx): void {
  const report = (path: string, message: string) =>
    context.addIssue({ code: "custom", path: [path], message });
  const { max_tokens: old, max_completion_tokens: current } = body;
  if (old != null && current != null && old !== current) {
    report("max_tokens", "differs from max_completion_tokens");
  }
  if (body.logprobs && (body.n ?? 1) > 1) report("logprobs", "can't be asked for together with n");
  if (body.top_logprobs != null && !body.logprobs) {
    report("top_logprobs", "needs logprobs to be true");
  }
}

/**
 * The Chat Completions request, after the types that OpenAI publishes
 * (https://platform.openai.com/docs/api-reference/chat/create). Fields of newer clients are let
 * through; what would be silently ignored, as audio, is refused.
 */
export const Body = z
  .looseObject(fields, { error: "must be an object" })
  .superRefine(refuseFields)
  .superRefine(checkTools)
  .superRefine(checkTogether);

export type Body = z.infer<typeof Body>;
