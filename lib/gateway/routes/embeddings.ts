import { admit, type Reservation } from "@/lib/gateway/admission";
import { checkBodyHeaders, readBody } from "@/lib/gateway/body";
import type { Call, Gateway } from "@/lib/gateway/call";
import type { JsonObject } from "@/lib/gateway/chat";
import { GatewayError, invalidFields } from "@/lib/gateway/errors";
import type { Facts } from "@/lib/gateway/facts";
import { parseJsonBody } from "@/lib/gateway/json";
import { chooseUpstream, type Route } from "@/lib/gateway/plan";
import { parseEmbeddings } from "@/lib/gateway/protocols/openai/embeddings";
import { type Reply, replyJson } from "@/lib/gateway/reply";
import type { Upstreams } from "@/lib/gateway/upstreams/providers";
import type {
  EmbeddingInput,
  EmbeddingsRequest,
  UpstreamEvent,
} from "@/lib/gateway/upstreams/upstream";
import { UsageMeter } from "@/lib/gateway/upstreams/usage";
import { runWhole } from "@/lib/gateway/whole-answer";

/** As OpenAI's API limits a request, however many inputs it has. */
const tokensMax = 300_000;

interface Plan extends Route {
  request: EmbeddingsRequest;
  /** Our own count of the input; what is set aside for it may be more. */
  inputTokens: number;
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

function tooLarge(path: string, max: number, whole = ""): GatewayError {
  const message = `must have at most ${max} tokens${whole}`;
  return invalidFields([{ path, code: "too_big", message }]);
}

/** Input tokens of a request. Throws param where its model can't take so many, as far as can be told. */
function countInputs({ inputs }: EmbeddingsRequest, { model, upstream }: Route): number {
  let tokens = 0;
  for (const [index, input] of inputs.entries()) {
    const count = upstream.countEmbeddingInput(input, model.contextTokens);
    if (upstream.isExact && count > model.contextTokens) {
      throw tooLarge(inputs.length === 1 ? "input" : `input.${index}`, model.contextTokens);
    }
    tokens += count;
    if (upstream.isExact && tokens > tokensMax) throw tooLarge("input", tokensMax, " in all");
  }
  return tokens;
}

/** Checks a request against its model and says what it may cost at most. */
function planEmbeddings(upstreams: Upstreams, request: EmbeddingsRequest, facts: Facts): Plan {
  const route = chooseUpstream(upstreams, facts, request.model, "embeddings");
  const { model, upstream, price } = route;
  upstream.checkEmbeddings(request);
  const inputTokens = countInputs(request, route);
  const bound = (sum: number, input: EmbeddingInput) =>
    sum + upstream.boundEmbeddingInput(input, model.contextTokens);
  const inputMax = upstream.isExact ? inputTokens : request.inputs.reduce(bound, 0);
  return {
    ...route,
    request,
    inputTokens,
    reservation: {
      model,
      stream: false,
      inputTokens: inputMax,
      outputTokensMax: 0,
      choices: 1,
      price,
    },
  };
}

/** Puts an upstream's events together: the body that is answered, and its account. */
function collect({ upstream, reservation, inputTokens }: Plan, events: UpstreamEvent[]) {
  const bounds = { inputTokens: reservation.inputTokens, outputTokens: 0 };
  const meter = new UsageMeter(bounds, () => inputTokens, upstream.isExact);
  let body: JsonObject = {};
  for (const event of events) {
    if (event.type === "usage") meter.report(event.usage);
    if (event.type === "body") body = event.write(meter.complete());
  }
  return { ...meter.complete(), flags: meter.flags(), body };
}

/** `POST /v1/embeddings`, as OpenAI's API has it; billed by input tokens. */
export async function handleEmbeddings(
  gateway: Gateway,
  call: Call,
  secret: string,
): Promise<Reply> {
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
  const { inputTokens, request, reservation, upstream } = plan;
  const { answer, headers } = await runWhole(
    gateway,
    call,
    reservation.price,
    async (stop, onSent) => collect(plan, await upstream.embed({ ...request, stop, onSent })),
    () => ({ inputTokens, outputTokens: 0 }),
  );
  return replyJson(call, 200, answer.body, headers);
}
