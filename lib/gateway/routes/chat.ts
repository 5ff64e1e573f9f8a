import type { EndReason } from "@/lib/budgets/open-holds";
import { admit, type Reservation, unavailable } from "@/lib/gateway/admission";
import { checkBodyHeaders, readBody } from "@/lib/gateway/body";
import { type Call, type Gateway, settleCall } from "@/lib/gateway/call";
import type { ChatAnswer, ChatChoice, ChatRequest, Protocol } from "@/lib/gateway/chat";
import { GatewayError, invalidFields } from "@/lib/gateway/errors";
import type { Facts, ModelFacts } from "@/lib/gateway/facts";
import { parseJsonBody } from "@/lib/gateway/json";
import { replyJson, replyStream } from "@/lib/gateway/reply";
import { failedEnd, interruption, StreamedAnswer } from "@/lib/gateway/streamed-answer";
import { simulated } from "@/lib/gateway/upstreams/simulated";
import type { Upstream } from "@/lib/gateway/upstreams/upstream";
import { priceTokens } from "@/lib/models/price";
import { nanosToDecimal } from "@/lib/money";

interface Job {
  chat: ChatRequest;
  model: ModelFacts;
  upstream: Upstream;
  reservation: Reservation;
}

/** `POST /v1/chat/completions` and `POST /v1/messages`: one way, two protocols. */
export async function handleChat(
  gateway: Gateway,
  call: Call,
  secret: string,
  protocol: Protocol,
): Promise<Response> {
  checkBodyHeaders(call.request);
  const bytes = await readBody(call.request);
  const parsed = parseChat(protocol, bytes);
  const { value: job } = await admit<Job>(gateway, call, secret, {
    scope: "read",
    modelId: parsed instanceof GatewayError ? null : parsed.model,
    prepare(facts) {
      if (parsed instanceof GatewayError) throw parsed;
      const job = planJob(parsed, facts);
      return { value: job, reservation: job.reservation };
    },
  });
  return job.chat.stream
    ? answerStreamed(gateway, call, job, protocol)
    : answerWhole(gateway, call, job, protocol);
}

function parseChat(protocol: Protocol, bytes: Uint8Array): ChatRequest | GatewayError {
  try {
    return protocol.parse(parseJsonBody(bytes));
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

const free = { inputNanosPerMtok: 0n, outputNanosPerMtok: 0n };

/** Checks a request against its model and says what it may cost at most. */
function planJob(chat: ChatRequest, { key, model }: Facts): Job {
  if (!model) {
    throw new GatewayError("model404", {
      message: `model: ${chat.model}`,
      details: { model: chat.model },
    });
  }
  // Test keys are a sandbox: simulated whatever the model's own upstream is, and free.
  const isSandbox = key.environment === "test" || model.upstream.kind === "simulated";
  if (!isSandbox) throw new GatewayError("unavailable", { headers: { "retry-after": "60" } });
  const upstream = simulated;
  if (chat.maxTokens !== null && chat.maxTokens > model.outputTokensMax) {
    throw invalidFields([
      {
        path: "max_tokens",
        code: "too_big",
        message: `must be at most ${model.outputTokensMax} for ${model.id}`,
      },
    ]);
  }
  const inputTokens = upstream.countInput(chat, model.contextTokens);
  if (inputTokens >= model.contextTokens) {
    throw new GatewayError("context", {
      message: `Invalid request error: prompt is too long: ${inputTokens} tokens > ${model.contextTokens}`,
      details: { tokens: inputTokens, max: model.contextTokens },
    });
  }
  const outputTokensMax = Math.min(
    chat.maxTokens ?? model.outputTokensDefault,
    model.outputTokensMax,
    model.contextTokens - inputTokens,
  );
  return {
    chat,
    model,
    upstream,
    reservation: {
      model,
      stream: chat.stream,
      inputTokens,
      outputTokensMax,
      choices: chat.choices,
      price: key.environment === "test" ? free : model.price,
    },
  };
}

async function collect(job: Job, signal: AbortSignal): Promise<ChatAnswer> {
  const { chat, model, reservation } = job;
  const choices: ChatChoice[] = Array.from({ length: chat.choices }, () => ({
    text: "",
    stopReason: "stop",
    stopSequence: null,
  }));
  let outputTokens = 0;
  const events = job.upstream.answer({
    chat,
    model: model.upstreamModel,
    maxTokens: reservation.outputTokensMax,
    signal,
  });
  for await (const event of events) {
    const choice = choices[event.choice];
    if (!choice) continue;
    if (event.type === "text") {
      choice.text += event.text;
      outputTokens += event.tokens;
    } else {
      choice.stopReason = event.stopReason;
      choice.stopSequence = event.stopSequence;
    }
  }
  return { choices, inputTokens: reservation.inputTokens, outputTokens };
}

async function answerWhole(
  gateway: Gateway,
  call: Call,
  job: Job,
  protocol: Protocol,
): Promise<Response> {
  const abort = new AbortController();
  let endedBy: EndReason | null = null;
  gateway.openHolds.add({
    requestId: call.id,
    openedAtMs: performance.now(),
    inputTokens: 0,
    outputTokens: 0,
    end(reason) {
      endedBy = reason;
      abort.abort();
    },
  });
  let answer: ChatAnswer;
  try {
    answer = await collect(job, abort.signal);
  } catch (error) {
    const cause = endedBy ? interruption(endedBy) : error;
    await settleCall(gateway, call, failedEnd(cause));
    throw cause;
  }
  const isGone = call.request.socket.destroyed;
  const settlement = await settleCall(gateway, call, {
    status: isGone ? 499 : 200,
    outcome: isGone ? "client_gone" : "ok",
    inputTokens: answer.inputTokens,
    outputTokens: answer.outputTokens,
    costNanos: priceTokens(answer, job.reservation.price),
    firstByteMs: Math.round(performance.now() - call.startedAtMs),
  });
  if (settlement.state === "lost") throw unavailable();
  return replyJson(call, 200, protocol.answerBody(job.chat, answer, new Date()), {
    "x-request-cost": nanosToDecimal(settlement.costNanos),
    "x-balance-remaining": nanosToDecimal(settlement.balanceNanos),
  });
}

async function answerStreamed(
  gateway: Gateway,
  call: Call,
  job: Job,
  protocol: Protocol,
): Promise<Response> {
  const abort = new AbortController();
  const events = job.upstream.answer({
    chat: job.chat,
    model: job.model.upstreamModel,
    maxTokens: job.reservation.outputTokensMax,
    signal: abort.signal,
  });
  const iterator = events[Symbol.asyncIterator]();
  const writer = protocol.openStream(job.chat, job.reservation.inputTokens, new Date());
  const answer = new StreamedAnswer(gateway, call, job.reservation, writer, iterator, abort);
  await answer.begin();
  return replyStream(call, answer.toStream());
}
