import { z } from "zod";
import { generationFailures } from "@/lib/gateway/openapi/failures";
import type { Operation } from "@/lib/gateway/openapi/operation";
import { EmbeddingsBody } from "@/lib/gateway/protocols/openai/embeddings";

/** The route tells the kinds of input apart itself, to name the wrong item exactly. */
const EmbeddingsRequest = z.looseObject({
  ...EmbeddingsBody.shape,
  input: z.union([z.string(), z.array(z.string()), z.array(z.int())]),
});

const EmbeddingList = z.object({
  object: z.literal("list"),
  data: z.array(
    z.object({
      object: z.literal("embedding"),
      index: z.int(),
      embedding: z
        .union([z.array(z.number()), z.string()])
        .describe("Numbers, or with `encoding_format: base64` 32-bit floats in base64."),
    }),
  ),
  model: z.string(),
  usage: z.object({ prompt_tokens: z.int(), total_tokens: z.int() }),
});

export const embeddingsOperation: Operation = {
  method: "POST",
  path: "/v1/embeddings",
  operationId: "createEmbeddings",
  tag: "Generation",
  summary: "Embed texts, as OpenAI's Embeddings",
  description: "Charged by input tokens.",
  scope: "read",
  dialect: "openai",
  body: {
    name: "EmbeddingsRequest",
    schema: EmbeddingsRequest,
    example: { model: "text-embedding-3-small", input: "Hello" },
  },
  answer: {
    status: 200,
    description: "A vector for each input, in order, paid for.",
    isCharged: true,
    body: {
      name: "EmbeddingList",
      schema: EmbeddingList,
      example: {
        object: "list",
        data: [{ object: "embedding", index: 0, embedding: [0.0123, -0.0456] }],
        model: "text-embedding-3-small",
        usage: { prompt_tokens: 1, total_tokens: 1 },
      },
    },
  },
  failures: generationFailures,
};
