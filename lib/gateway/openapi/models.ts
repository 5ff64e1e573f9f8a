import { z } from "zod";
import type { Operation } from "@/lib/gateway/openapi/operation";

const OpenAiModel = z.object({
  id: z.string(),
  object: z.literal("model"),
  created: z.int(),
  owned_by: z.string(),
});

const AnthropicModel = z.looseObject({
  type: z.literal("model"),
  id: z.string(),
  display_name: z.string(),
  created_at: z.iso.datetime(),
});

const openAiSample = {
  id: "gpt-4",
  object: "model",
  created: 1_686_588_896,
  owned_by: "openai",
};

const anthropicSample = {
  type: "model",
  id: "gpt-4",
  display_name: "GPT-4",
  created_at: "2023-06-12T16:54:56.000Z",
};

const shared = {
  method: "GET",
  tag: "Models",
  scope: "read",
  dialect: "models",
  requestHeaders: {
    "anthropic-version": "Any value turns answers and errors to Anthropic's form.",
  },
} as const;

export const modelOperations: readonly Operation[] = [
  {
    ...shared,
    path: "/v1/models",
    operationId: "listModels",
    summary: "List models",
    description: "Free: the way to check a key.",
    answer: {
      status: 200,
      description: "The models that are listed, in OpenAI's form or Anthropic's.",
      body: [
        {
          name: "ModelList",
          schema: z.object({ object: z.literal("list"), data: z.array(OpenAiModel) }),
          example: { object: "list", data: [openAiSample] },
        },
        {
          name: "AnthropicModelList",
          schema: z.object({
            data: z.array(AnthropicModel),
            has_more: z.boolean(),
            first_id: z.string().nullable(),
            last_id: z.string().nullable(),
          }),
          example: {
            ...{ data: [anthropicSample], has_more: false },
            ...{ first_id: "gpt-4", last_id: "gpt-4" },
          },
        },
      ],
    },
  },
  {
    ...shared,
    path: "/v1/models/{id}",
    operationId: "getModel",
    summary: "Get a model",
    params: {
      id: { description: "The model's id, which may hold slashes.", example: "gpt-4" },
    },
    answer: {
      status: 200,
      description: "The model, in OpenAI's form or Anthropic's.",
      body: [
        { name: "Model", schema: OpenAiModel, example: openAiSample },
        { name: "AnthropicModel", schema: AnthropicModel, example: anthropicSample },
      ],
    },
    failures: ["model404"],
  },
];
