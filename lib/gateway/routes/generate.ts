import { generationFailures } from "@/lib/gateway/openapi/failures";
import { GenerateAnswer, GenerateRequest, generate } from "@/lib/gateway/protocols/generate";
import type { RestRoute } from "@/lib/gateway/rest";
import { handleChat } from "@/lib/gateway/routes/chat";

/** `/v1/generate`: billed, limited and answered like chat, in the REST dialect. */
export const generateRoutes: readonly RestRoute[] = [
  {
    operation: {
      method: "POST",
      path: "/v1/generate",
      operationId: "generate",
      tag: "Generation",
      summary: "Generate text from a prompt",
      description: "One prompt, one text, in a single JSON answer. Charged by tokens, like chat.",
      scope: "read",
      dialect: "rest",
      body: {
        name: "GenerateRequest",
        schema: GenerateRequest,
        example: { prompt: "Hello, world!", model: "gpt-4" },
      },
      answer: {
        status: 200,
        description: "The text, paid for.",
        isCharged: true,
        body: {
          name: "Generation",
          schema: GenerateAnswer,
          example: {
            success: true,
            id: "gen_01kah5v3zq8m2n4c6d7e8f9gab",
            object: "generation",
            model: "gpt-4",
            text: "Hello! How can I help you today?",
            finish_reason: "stop",
            usage: { input_tokens: 11, output_tokens: 9, total_tokens: 20 },
            created_at: "2026-11-21T09:30:00.000Z",
          },
        },
      },
      failures: generationFailures,
    },
    handle: (gateway, call, secret) => handleChat(gateway, call, secret, generate),
  },
];
