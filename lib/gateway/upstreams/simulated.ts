import type { Hash } from "node:crypto";
import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import type { ChatEvent, ChatRequest } from "@/lib/gateway/chat";
import { GatewayError } from "@/lib/gateway/errors";
import { countInput } from "@/lib/gateway/upstreams/simulated/count";
import {
  checkEmbeddings,
  countEmbeddingInput,
  embed,
} from "@/lib/gateway/upstreams/simulated/embeddings";
import { inventLogprobs } from "@/lib/gateway/upstreams/simulated/logprobs";
import {
  digestOf,
  planAnswer,
  type Script,
  writeScript,
} from "@/lib/gateway/upstreams/simulated/script";
import type { Upstream, UpstreamRequest } from "@/lib/gateway/upstreams/upstream";

const streamGapMs = 8;
const slowGapMs = 250;
const cutAfterTokens = 12;
/** Tokens of an answer in one piece before other requests get their turn. */
const tokensPerTurn = 4_096;

/** The failures that `mock-…` models force, as a client would meet them. */
const forced: Record<string, () => GatewayError> = {
  "mock-400": () => new GatewayError("bad_request"),
  "mock-401": () => new GatewayError("invalid_key"),
  "mock-402": () =>
    new GatewayError("balance", {
      headers: { "x-limit-source": "balance" },
      details: { balance: "0.00", required: "0.01", currency: "USD" },
    }),
  "mock-403": () =>
    new GatewayError("quota", {
      headers: { "x-limit-source": "plan_month" },
      details: { period: "month", limit: 0, used: 0, resets_at: null },
    }),
  "mock-404": () =>
    new GatewayError("model404", { message: "model: mock-404", details: { model: "mock-404" } }),
  "mock-429": () =>
    new GatewayError("rate", {
      headers: { "retry-after": "1", "x-limit-source": "plan_hour" },
      details: { limit: 0, window: 3_600, retry_after: 1 },
    }),
  "mock-500": () => new GatewayError("internal"),
  "mock-502": () => new GatewayError("bad_gateway"),
  "mock-503": () =>
    new GatewayError("overloaded", {
      headers: { "retry-after": "1" },
      details: { retry_after: 1 },
    }),
  "mock-504": () => new GatewayError("gw_timeout"),
};

/** One choice as events, in the order that upstreams promise. */
function* play(chat: ChatRequest, choice: number, script: Script): Generator<ChatEvent> {
  for (const text of script.thinking) yield { type: "thinking", choice, text, tokens: 1 };
  if (script.thinking.length > 0) yield { type: "signature", choice, signature: script.signature };
  const { call } = script;
  if (call) yield { type: "tool_call", choice, call: 0, ...call };
  for (const [position, text] of script.tokens.entries()) {
    if (call) yield { type: "arguments", choice, call: 0, json: text, tokens: 1 };
    else if (chat.logprobs === null) yield { type: "text", choice, text, tokens: 1 };
    else {
      const logprobs = [inventLogprobs(text, position, chat.logprobs)];
      yield { type: "text", choice, text, tokens: 1, logprobs };
    }
  }
  const { stopReason, stopSequence } = script;
  yield { type: "stop", choice, stopReason, stopSequence };
}

function* playAll(request: UpstreamRequest, base: Hash): Generator<ChatEvent> {
  const { chat, maxTokens } = request;
  const planned = planAnswer(chat);
  for (let choice = 0; choice < chat.choices; choice++) {
    const digest = base.copy().update(String(choice)).digest();
    yield* play(chat, choice, writeScript(chat, chat.model, maxTokens, digest, planned));
  }
}

async function* answer(request: UpstreamRequest): AsyncGenerator<ChatEvent> {
  const { model } = request.chat;
  const failure = forced[model];
  if (failure) throw failure();
  request.onSent();
  // Paced like a model where somebody watches it come; an answer in one piece is ready at once.
  const gapMs = model === "mock-slow" ? slowGapMs : request.chat.stream ? streamGapMs : 0;
  let sent = 0;
  for (const event of playAll(request, digestOf(request.chat, model))) {
    if ("tokens" in event) {
      if (gapMs > 0) await delay(gapMs, undefined, { signal: request.stop.signal });
      else if (sent % tokensPerTurn === tokensPerTurn - 1) {
        await nextTurn(undefined, { signal: request.stop.signal });
      }
      if (model === "mock-cut" && sent >= cutAfterTokens) {
        throw new GatewayError("bad_gateway");
      }
      sent++;
    }
    yield event;
  }
}

async function answerWhole(request: UpstreamRequest): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const event of answer(request)) events.push(event);
  return events;
}

/** The built-in upstream: offline, deterministic, and counted by the same rule it is cut by. */
export const simulated: Upstream = {
  isExact: true,
  drainMs: 0,
  countInput,
  boundInput: countInput,
  check: () => undefined,
  answer,
  answerWhole,
  countEmbeddingInput,
  boundEmbeddingInput: countEmbeddingInput,
  checkEmbeddings,
  embed,
};
