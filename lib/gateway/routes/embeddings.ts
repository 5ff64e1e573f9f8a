import { admit, type Reservation } from "@/lib/gateway/admission";
import { checkBodyHeaders, readBody } from "@/lib/gateway/body";
import type { Call, Gateway } from "@/lib/gateway/call";
import { GatewayError, invalidFields } from "@/lib/gateway/errors";
import type { Facts } from "@/lib/gateway/facts";
import { parseJsonBody } from "@/lib/gateway/json";
import { chooseUpstream, type Route } from "@/lib/gateway/plan";
import {
  type EmbeddingsRequest,
  embeddingsBody,
  parseEmbeddings,
} from "@/lib/gateway/protocols/openai/embeddings";
import { replyJson } from "@/lib/gateway/reply";
import type { Upstreams } from "@/lib/gateway/upstreams/providers";
import { runWhole } from "@/lib/gateway/whole-answer";

/** Dimensions of the models that there are; a request may ask for fewer. */
const dimensionsMax = 1_536;
/** As OpenAI's API limits a request, however many inputs it has. */
const tokensMax = 300_000;

interface Plan extends Route {
  request: EmbeddingsRequest;
  dimensions: number;
  reservation: Reservation;
}

function parse(bytes: Uint8Array): EmbeddingsRequest | GatewayError {
  try {
    return parseEmbeddings(parseJsonBody(bytes));
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

/** Checks a request against its model and counts what it costs. */
function planEmbeddings(upstreams: Upstreams, request: EmbeddingsRequest, facts: Facts): Plan {
  const route = chooseUpstream(upstreams, facts, request.model, "embeddings");
  const { model, upstream, price } = route;
  const dimensions = request.dimensions ?? dimensionsMax;
  if (dimensions > dimensionsMax) {
    throw invalidFields([
      {
        path: "dimensions",
        code: "too_big",
        message: `must be at most ${dimensionsMax} for ${model.id}`,
      },
    ]);
  }
  let inputTokens = 0;
  for (const [index, input] of request.inputs.entries()) {
    const tokens = upstream.countEmbeddingInput(input, model.contextTokens);
    if (tokens > model.contextTokens) {
      const path = request.inputs.length === 1 ? "input" : `input.${index}`;
      const message = `must have at most ${model.contextTokens} tokens`;
      throw invalidFields([{ path, code: "too_big", message }]);
    }
    inputTokens += tokens;
    if (inputTokens > tokensMax) {
      const message = `must have at most ${tokensMax} tokens in all`;
      throw invalidFields([{ path: "input", code: "too_big", message }]);
    }
  }
  return {
    ...route,
    request,
    dimensions,
    reservation: { model, stream: false, inputTokens, outputTokensMax: 0, choices: 1, price },
  };
}

/** `POST /v1/embeddings`, as OpenAI's API has it; billed by input tokens. */
export async function handleEmbeddings(
  gateway: Gateway,
  call: Call,
  secret: string,
): Promise<Response> {
  checkBodyHeaders(call.request);
  const parsed = parse(await readBody(gateway, call, secret));
  const { value: plan } = await admit<Plan>(gateway, call, secret, {
    scope: "read",
    modelId: parsed instanceof GatewayError ? null : parsed.model,
    prepare(facts) {
      if (parsed instanceof GatewayError) throw parsed;
      const plan = planEmbeddings(gateway.upstreams, parsed, facts);
      return { value: plan, reservation: plan.reservation };
    },
  });
  const { inputTokens, price } = plan.reservation;
  const { answer, headers } = await runWhole(gateway, call, price, async (signal, onSent) => {
    onSent();
    const { inputs } = plan.request;
    const { model, dimensions } = plan;
    const vectors = await plan.upstream.embed({ inputs, model: model.id, dimensions, signal });
    return { inputTokens, outputTokens: 0, vectors };
  });
  const body = embeddingsBody(plan.request, answer.vectors, inputTokens);
  return replyJson(call, 200, body, headers);
}
