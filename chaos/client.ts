import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import type { Dialect, Leaving, Operation } from "@/chaos/history";
import { countWords, type Play, writePrompt } from "@/chaos/prompt";
import { usdToNanos } from "@/lib/money";

/** Longer than any answer of the cluster may take. */
const patienceMs = 90_000;
const keptCharsMax = 2_000;
/** What every request may use at most; a usage that is too large is held to it. */
export const maxTokens = 400;

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

export interface Question {
  nonce: string;
  body: string;
  play: Play;
  words: number;
  dialect: Dialect;
  model: string;
  stream: boolean;
  leaving: Leaving;
  /** How long a client takes that leaves early or reads slowly. */
  leavingMs: number;
  gateway: { index: number; port: number };
  workspaceId: string;
  keyId: string;
  secret: string;
  idempotencyKey: string | null;
  /** Is told of the answer's head as soon as it is there. */
  onAnswer?: (operation: Operation) => void;
  /** Makes the client leave. */
  signal?: AbortSignal;
}

function bodyOf({ dialect, model, stream, ...prompt }: Question): string {
  return JSON.stringify({
    ...{ model, stream, max_tokens: maxTokens },
    messages: [{ role: "user", content: writePrompt(prompt) }],
    ...(stream && dialect === "openai" ? { stream_options: { include_usage: true } } : {}),
  });
}

function newOperation(question: Question): Operation {
  const { nonce, body, play, words, dialect, stream, leaving } = question;
  const { gateway, workspaceId, keyId, secret, idempotencyKey } = question;
  return {
    ...{ nonce, body, play, words, dialect, stream, leaving, workspaceId, keyId, secret },
    ...{ gateway: gateway.index, idempotencyKey, startedMs: performance.now(), answeredMs: null },
    ...{ endedMs: 0, status: null, requestId: null, costNanos: null, balanceNanos: null },
    ...{ retryAfter: null, isReplay: false, isComplete: false, hasTimedOut: false, text: "" },
    receivedWords: 0,
  };
}

function readHead(operation: Operation, response: IncomingMessage): void {
  const text = (name: string): string | null => {
    const value = response.headers[name];
    return typeof value === "string" ? value : null;
  };
  const nanos = (name: string): bigint | null => {
    const value = text(name);
    return value === null ? null : usdToNanos(value);
  };
  operation.answeredMs = performance.now();
  operation.status = response.statusCode ?? null;
  operation.requestId = text("x-request-id");
  operation.costNanos = nanos("x-request-cost");
  operation.balanceNanos = nanos("x-balance-remaining");
  operation.retryAfter = text("retry-after");
  operation.isReplay = text("idempotent-replayed") === "true";
}

function isWholeAnswer({ dialect, stream, status }: Operation, text: string): boolean {
  if (!stream || status !== 200) {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  }
  const last = dialect === "openai" ? "data: [DONE]\n\n" : "event: message_stop\n";
  return text.includes(last);
}

/** Does what a client of this kind does at the first sign of its answer. */
function misbehave(question: Question, sent: ClientRequest, response: IncomingMessage): void {
  const { leaving, leavingMs } = question;
  if (leaving === "mid" || leaving === "early") sent.destroy();
  if (leaving === "reset") sent.socket?.resetAndDestroy();
  if (leaving === "slow" || leaving === "half_open") {
    response.pause();
    // Without a reader the socket's buffers fill up and stay so.
    setTimeout(() => (leaving === "slow" ? response.resume() : response.destroy()), leavingMs);
  }
}

/** Sends one request and sees it to its end, whatever that is. Never rejects. */
export function ask(question: Question): Promise<Operation> {
  const operation = newOperation(question);
  const text = bodyOf(question);
  const { dialect, leaving, secret, idempotencyKey, nonce } = question;
  return new Promise((resolve) => {
    const isSteady = leaving === "stay";
    const sent = request({
      ...{ host: "127.0.0.1", port: question.gateway.port, method: "POST" },
      path: dialect === "openai" ? "/v1/chat/completions" : "/v1/messages",
      agent: isSteady ? agent : false,
      headers: {
        authorization: `Bearer ${secret}`,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
        "user-agent": `chaos/${nonce}`,
        ...(dialect === "anthropic" ? { "anthropic-version": "2023-06-01" } : {}),
        ...(idempotencyKey ? { "idempotency-key": idempotencyKey } : {}),
      },
    });
    let received = "";
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      operation.endedMs = performance.now();
      operation.receivedWords = countWords(received);
      operation.text = received.slice(0, keptCharsMax);
      resolve(operation);
    };
    const timer = setTimeout(() => {
      operation.hasTimedOut = true;
      sent.destroy();
      end();
    }, patienceMs);
    sent.on("error", end);
    // With an answer under way, it is the answer that ends.
    sent.on("close", () => {
      if (operation.answeredMs === null) end();
    });
    question.signal?.addEventListener("abort", () => sent.destroy());
    sent.on("response", (response) => {
      readHead(operation, response);
      question.onAnswer?.(operation);
      response.setEncoding("utf8");
      let isFirst = true;
      response.on("data", (chunk: string) => {
        received += chunk;
        if (isFirst && !isSteady) misbehave(question, sent, response);
        isFirst = false;
      });
      response.on("end", () => {
        operation.isComplete = response.complete && isWholeAnswer(operation, received);
        end();
      });
      response.on("error", end);
      response.on("close", end);
    });
    if (leaving === "upload") {
      sent.write(text.slice(0, text.length / 2));
      setTimeout(() => sent.destroy(), question.leavingMs / 50);
      return;
    }
    sent.end(text);
    if (leaving === "early") setTimeout(() => sent.destroy(), question.leavingMs / 50);
  });
}

export function closeClients(): void {
  agent.destroy();
}
