import type { Reservation } from "@/lib/gateway/admission";
import type { ChatRequest } from "@/lib/gateway/chat";
import { GatewayError, invalidFields } from "@/lib/gateway/errors";
import type { Facts, ModelFacts } from "@/lib/gateway/facts";
import type { Upstreams } from "@/lib/gateway/upstreams/providers";
import { simulated } from "@/lib/gateway/upstreams/simulated";
import type { Upstream } from "@/lib/gateway/upstreams/upstream";
import { UsageMeter } from "@/lib/gateway/upstreams/usage";
import type { Price } from "@/lib/models/price";

/** Whom a request goes to, at which price. */
export interface Route {
  model: ModelFacts;
  upstream: Upstream;
  price: Price;
}

export interface ChatPlan extends Route {
  chat: ChatRequest;
  /** Our own count of the input; what is set aside for it may be more. */
  countInput(): number;
  reservation: Reservation;
}

const free = { inputNanosPerMtok: 0n, outputNanosPerMtok: 0n };

/** A model that gives no output tokens is one that makes embeddings. */
function isEmbeddingModel(model: ModelFacts): boolean {
  return model.outputTokensMax === 0;
}

/** Finds who answers for a model, if it does what the route is for. Throws model404, param. */
export function chooseUpstream(
  upstreams: Upstreams,
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
  if (key.environment === "test") return { model, upstream: simulated, price: free };
  return { model, upstream: upstreams.of(model), price: model.price };
}

/**
 * Input tokens of a request. Throws context where its model can't take so many, as far as that can be
 * told here.
 */
export function countPrompt(chat: ChatRequest, { model, upstream }: Route): number {
  const tokens = upstream.countInput(chat, model.contextTokens);
  if (tokens < model.contextTokens || !upstream.isExact) return tokens;
  throw new GatewayError("context", {
    message: `Invalid request error: prompt is too long: ${tokens} tokens > ${model.contextTokens}`,
    details: { tokens, max: model.contextTokens },
  });
}

/** Checks a request against its model and says what it may cost at most. */
export function planChat(upstreams: Upstreams, chat: ChatRequest, facts: Facts): ChatPlan {
  const route = chooseUpstream(upstreams, facts, chat.model, "chat");
  const { model, upstream, price } = route;
  if (chat.maxTokens !== null && chat.maxTokens > model.outputTokensMax) {
    throw invalidFields([
      {
        path: chat.maxTokensField,
        code: "too_big",
        message: `must be at most ${model.outputTokensMax} for ${model.id}`,
      },
    ]);
  }
  upstream.check(chat);
  // Where it is an estimate, it is only wanted if the upstream tells none.
  const known = upstream.isExact ? countPrompt(chat, route) : null;
  const wanted = Math.min(chat.maxTokens ?? model.outputTokensDefault, model.outputTokensMax);
  const outputTokensMax = known === null ? wanted : Math.min(wanted, model.contextTokens - known);
  return {
    ...route,
    chat,
    countInput: () => known ?? countPrompt(chat, route),
    reservation: {
      model,
      stream: chat.stream,
      inputTokens: known ?? upstream.boundInput(chat, model.contextTokens),
      outputTokensMax,
      choices: chat.choices,
      price,
    },
  };
}

/** A meter for an answer: what was set aside is the most that it can come to. */
export function meterOf({ reservation, upstream, countInput }: ChatPlan): UsageMeter {
  const { outputTokensMax, choices } = reservation;
  const bounds = {
    inputTokens: reservation.inputTokens,
    outputTokens: outputTokensMax * choices,
  };
  return new UsageMeter(bounds, countInput, upstream.isExact);
}
