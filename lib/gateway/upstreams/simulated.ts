import { createHash, type Hash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { ChatEvent, ChatRequest, StopReason } from "@/lib/gateway/chat";
import { GatewayError } from "@/lib/gateway/errors";
import type { Upstream, UpstreamRequest } from "@/lib/gateway/upstreams/upstream";
import { countTokens, splitTokens } from "@/lib/models/tokens";

/** What a message costs beside its text: role and separators. */
const tokensPerMessage = 4;

const streamGapMs = 8;
const slowGapMs = 250;
const slowTokens = 120;
const cutAfterTokens = 12;

const sentences = [
  "Nothing was sent anywhere: this answer was written by the built-in simulated model.",
  "It is deterministic, so the same request always gets the same words and the same price.",
  "Your key, your limits and your balance were checked exactly as for any other model.",
  "Point the model at a real upstream and the same code keeps working.",
  "Streaming, stop sequences and token limits behave as the protocol says they should.",
  "The usage of this request is on the dashboard by the time you read this.",
];

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

function lastUserText(chat: ChatRequest): string {
  const turns = chat.messages.filter((message) => message.role === "user");
  const text = turns[turns.length - 1]?.text ?? "";
  return text.slice(0, 500).toWellFormed().replace(/\s+/g, " ").trim();
}

/** What answers are picked by: the same for the same model and messages. */
function digestOf(chat: ChatRequest, model: string): Hash {
  const hash = createHash("sha256").update(model);
  for (const message of chat.messages) {
    hash.update(`\n${message.role} ${message.text.length}\n`).update(message.text);
  }
  return hash;
}

/** The whole answer to a request. */
function compose(asked: string, model: string, digest: Buffer): string {
  const quoted = asked.length > 120 ? `${asked.slice(0, 120)}…` : asked;
  const start = digest.readUInt8(0) % sentences.length;
  const count = 3 + (digest.readUInt8(1) % 3);
  const chosen = Array.from(
    { length: count },
    (_, i) => sentences[(start + i) % sentences.length] ?? "",
  );
  return [`This is ${model}, simulated.`, `You wrote: “${quoted}”`, ...chosen].join(" ");
}

function slowText(): string {
  return Array.from({ length: slowTokens }, (_, i) => `tick${i % 10}`).join(" ");
}

/** Cuts a text before the first stop sequence in it. */
function cutAtStop(text: string, stop: string[]): { text: string; sequence: string | null } {
  let end = text.length;
  let sequence: string | null = null;
  for (const candidate of stop) {
    const at = text.indexOf(candidate);
    if (at >= 0 && at < end) {
      end = at;
      sequence = candidate;
    }
  }
  return { text: text.slice(0, end), sequence };
}

interface Ending {
  tokens: string[];
  stopReason: StopReason;
  stopSequence: string | null;
}

function planChoice(request: UpstreamRequest, asked: string, digest: Buffer): Ending {
  const whole = request.model === "mock-slow" ? slowText() : compose(asked, request.model, digest);
  const cut = cutAtStop(whole, request.chat.stop);
  const all = splitTokens(cut.text);
  const tokens = all.slice(0, request.maxTokens);
  if (tokens.length < all.length) return { tokens, stopReason: "length", stopSequence: null };
  const stopReason = cut.sequence === null ? "stop" : "stop_sequence";
  return { tokens, stopReason, stopSequence: cut.sequence };
}

async function* answer(request: UpstreamRequest): AsyncGenerator<ChatEvent> {
  const failure = forced[request.model];
  if (failure) throw failure();
  // Paced like a model where somebody watches it come; an answer in one piece is ready at once.
  const gapMs = request.model === "mock-slow" ? slowGapMs : request.chat.stream ? streamGapMs : 0;
  const asked = lastUserText(request.chat);
  const base = digestOf(request.chat, request.model);
  let sent = 0;
  for (let choice = 0; choice < request.chat.choices; choice++) {
    const digest = base.copy().update(String(choice)).digest();
    const plan = planChoice(request, asked, digest);
    for (const text of plan.tokens) {
      if (gapMs > 0) await delay(gapMs, undefined, { signal: request.signal });
      if (request.model === "mock-cut" && sent >= cutAfterTokens) {
        throw new GatewayError("bad_gateway");
      }
      sent++;
      yield { type: "text", choice, text, tokens: 1 };
    }
    yield {
      type: "stop",
      choice,
      stopReason: plan.stopReason,
      stopSequence: plan.stopSequence,
    };
  }
}

/** The built-in upstream: offline, deterministic, and counted by the same rule it is cut by. */
export const simulated: Upstream = {
  countInput(chat, max) {
    let sum = 0;
    for (const message of chat.messages) {
      sum += tokensPerMessage + countTokens(message.text, max - sum);
      if (sum > max) break;
    }
    return sum;
  },
  answer,
};
