import type { Reservation } from "@/lib/gateway/admission";
import type { ChatRequest } from "@/lib/gateway/chat";
import { GatewayError, invalidFields } from "@/lib/gateway/errors";
import type { Facts, ModelFacts } from "@/lib/gateway/facts";
import { simulated } from "@/lib/gateway/upstreams/simulated";
import type { Upstream } from "@/lib/gateway/upstreams/upstream";
import type { Price } from "@/lib/models/price";

/** Whom a request goes to, at which price. */
export interface Route {
  model: ModelFacts;
  upstream: Upstream;
  price: Price;
}

export interface ChatPlan extends Route {
  chat: ChatRequest;
  reservation: Reservation;
}

const free = { inputNanosPerMtok: 0n, outputNanosPerMtok: 0n };

/** A model that gives no output tokens is one that makes embeddings. */
function isEmbeddingModel(model: ModelFacts): boolean {
  return model.outputTokensMax === 0;
}

/**
 * Finds who answers for a model, if it does what the route is for. Throws model404, param, and
 * unavailable where there is no way to its upstream.
 */
export function chooseUpstream(
  { key, model }: Facts,
  modelId: string,
  purpose: "chat" | "embeddings",
): Route {
  if (!model) {
    throw new GatewayError("model404", {
      message: `model: ${modelId}`,
      details: { model: modelId },
    });
  }
  if (isEmbeddingModel(model) !== (purpose === "embeddings")) {
    const message =
      purpose === "chat" ? "makes embeddings, not answers" : "gives answers, not embeddings";
    throw invalidFields([{ path: "model", code: "invalid_value", message }]);
  }
  // Test keys are a sandbox: simulated whatever the model's own upstream is, and free.
  const isSandbox = key.environment === "test";
  if (!isSandbox && model.upstream.kind !== "simulated") {
    throw new GatewayError("unavailable", { headers: { "retry-after": "60" } });
  }
  return { model, upstream: simulated, price: isSandbox ? free : model.price };
}

/** Input tokens of a request. Throws context where its model can't take so many. */
export function countPrompt(chat: ChatRequest, { model, upstream }: Route): number {
  const tokens = upstream.countInput(chat, model.contextTokens);
  if (tokens < model.contextTokens) return tokens;
  throw new GatewayError("context", {
    message: `Invalid request error: prompt is too long: ${tokens} tokens > ${model.contextTokens}`,
    details: { tokens, max: model.contextTokens },
  });
}

/** Checks a request against its model and says what it may cost at most. */
export function planChat(chat: ChatRequest, facts: Facts): ChatPlan {
  const route = chooseUpstream(facts, chat.model, "chat");
  const { model, price } = route;
  if (chat.maxTokens !== null && chat.maxTokens > model.outputTokensMax) {
    throw invalidFields([
      {
        path: chat.maxTokensField,
        code: "too_big",
        message: `must be at most ${model.outputTokensMax} for ${model.id}`,
      },
    ]);
  }
  const inputTokens = countPrompt(chat, route);
  const outputTokensMax = Math.min(
    chat.maxTokens ?? model.outputTokensDefault,
    model.outputTokensMax,
    model.contextTokens - inputTokens,
  );
  return {
    ...route,
    chat,
    reservation: {
      model,
      stream: chat.stream,
      inputTokens,
      outputTokensMax,
      choices: chat.choices,
      price,
    },
  };
}
