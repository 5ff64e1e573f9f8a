import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { findPrompt, inputTokensOf, type Play, type Prompt, wordAt } from "@/chaos/prompt";

// The model provider of the cluster, in both protocols, in a process of its own that no nemesis
// touches. What it says at `GET /log` is the truth that bills are compared with.

/** What was asked of it and what it sent. */
export interface Exchange {
  body: string;
  play: Play;
  protocol: "openai" | "anthropic";
  /** From 1; the gateway may ask again before the first byte. */
  attempt: number;
  inputTokens: number;
  /** Words that were handed to the socket. */
  sentWords: number;
  /** Sent to the end. */
  isComplete: boolean;
}

type Usage = Record<string, unknown> | null;

const exchanges: Exchange[] = [];
const attempts = new Map<string, number>();

/** Figures that nobody may be billed by. */
function usageOf(exchange: Exchange, prompt: Prompt): Usage {
  const { protocol, inputTokens } = exchange;
  const output: Partial<Record<Play, unknown>> = {
    negative_usage: -5,
    text_usage: "12",
    huge_usage: 1e18,
  };
  if (prompt.play === "no_usage") return null;
  const told = output[prompt.play] ?? prompt.words;
  return protocol === "openai"
    ? { prompt_tokens: inputTokens, completion_tokens: told }
    : { input_tokens: inputTokens, output_tokens: told };
}

function wholeBody(exchange: Exchange, prompt: Prompt, model: unknown): object {
  const text = Array.from({ length: prompt.words }, (_, i) => wordAt(i)).join("");
  const usage = usageOf(exchange, prompt);
  if (exchange.protocol === "openai") {
    const message = { role: "assistant", content: text };
    const choices = [{ index: 0, message, finish_reason: "stop" }];
    const head = { id: "chatcmpl-chaos", object: "chat.completion", created: 1_700_000_000, model };
    return { ...head, choices, ...(usage ? { usage } : {}) };
  }
  const head = { id: "msg_chaos", type: "message", role: "assistant", model };
  const end = { stop_reason: "end_turn", stop_sequence: null };
  return { ...head, content: [{ type: "text", text }], ...end, ...(usage ? { usage } : {}) };
}

/** A frame, and whether a word goes with it. */
type Frame = [text: string, isWord: boolean];

function* openAiFrames(exchange: Exchange, prompt: Prompt, model: unknown): Generator<Frame> {
  const head = { id: "chatcmpl-chaos", object: "chat.completion.chunk", created: 1_700_000_000 };
  const chunk = (delta: object, finish: string | null) =>
    `data: ${JSON.stringify({
      ...{ ...head, model },
      choices: [{ index: 0, delta, finish_reason: finish }],
      usage: null,
    })}\n\n`;
  yield [chunk({ role: "assistant", content: "" }, null), false];
  for (let i = 0; i < prompt.words; i++) yield [chunk({ content: wordAt(i) }, null), true];
  yield [chunk({}, "stop"), false];
  const usage = usageOf(exchange, prompt);
  if (usage) yield [`data: ${JSON.stringify({ ...head, model, choices: [], usage })}\n\n`, false];
  yield ["data: [DONE]\n\n", false];
}

function* anthropicFrames(exchange: Exchange, prompt: Prompt, model: unknown): Generator<Frame> {
  const frame = (type: string, data: object): Frame => [
    `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`,
    type === "content_block_delta",
  ];
  const usage = usageOf(exchange, prompt);
  const begun = usage ? { usage: { ...usage, output_tokens: 1 } } : {};
  const message = {
    ...{ id: "msg_chaos", type: "message", role: "assistant", model, content: [] },
    ...{ stop_reason: null, stop_sequence: null, ...begun },
  };
  yield frame("message_start", { message });
  yield frame("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
  for (let i = 0; i < prompt.words; i++) {
    yield frame("content_block_delta", {
      ...{ index: 0, delta: { type: "text_delta", text: wordAt(i) } },
    });
  }
  yield frame("content_block_stop", { index: 0 });
  const delta = { stop_reason: "end_turn", stop_sequence: null };
  yield frame("message_delta", { delta, ...(usage ? { usage } : {}) });
  yield frame("message_stop", {});
}

function breakOff(play: Play, next: string, res: ServerResponse): void {
  if (play === "cut_clean") res.end();
  else if (play === "cut_mid_frame") res.end(next.slice(0, next.length / 2));
  else if (play === "garbage") res.end("data: {nope\n\n");
  // What was written before has left by then.
  else setTimeout(() => res.socket?.resetAndDestroy(), 20);
}

const broken: ReadonlySet<Play> = new Set(["cut_clean", "cut_mid_frame", "reset", "garbage"]);

async function stream(exchange: Exchange, prompt: Prompt, model: unknown, res: ServerResponse) {
  const { play } = prompt;
  res.writeHead(200, { "content-type": "text/event-stream" });
  res.flushHeaders();
  const gapMs = play === "drip" ? 15 + (exchange.inputTokens % 40) : play === "endless" ? 100 : 0;
  const make = exchange.protocol === "openai" ? openAiFrames : anthropicFrames;
  const words = play === "endless" ? 100_000 : prompt.words;
  const breaksAfter = broken.has(play) ? Math.ceil(prompt.words / 2) : Number.POSITIVE_INFINITY;
  for (const [text, isWord] of make(exchange, { ...prompt, words }, model)) {
    if (res.destroyed) return;
    if (isWord && exchange.sentWords >= breaksAfter) return breakOff(play, text, res);
    if (gapMs > 0 && isWord) await delay(gapMs);
    if (isWord) exchange.sentWords++;
    res.write(text);
  }
  exchange.isComplete = true;
  res.end();
}

function whole(exchange: Exchange, prompt: Prompt, model: unknown, res: ServerResponse): void {
  const text = JSON.stringify(wholeBody(exchange, prompt, model));
  res.writeHead(200, { "content-type": "application/json" });
  if (broken.has(prompt.play)) {
    res.end(text.slice(0, text.length / 2));
    return;
  }
  exchange.sentWords = prompt.words;
  exchange.isComplete = true;
  res.end(text);
}

function refuse(exchange: Exchange, status: number, res: ServerResponse): void {
  const error = { type: "mock_error", message: "chaos" };
  const body = exchange.protocol === "openai" ? { error } : { type: "error", error };
  res.writeHead(status, { "content-type": "application/json" });
  res.end(JSON.stringify(body));
}

async function perform(exchange: Exchange, prompt: Prompt, request: Request, res: ServerResponse) {
  const { play } = prompt;
  if (play === "fail" || (play === "fail_once" && exchange.attempt === 1)) {
    return refuse(exchange, 500, res);
  }
  if (play === "busy") return refuse(exchange, exchange.protocol === "openai" ? 429 : 529, res);
  if (play === "html") {
    res.writeHead(200, { "content-type": "text/html" });
    res.end("<h1>chaos</h1>");
    return;
  }
  if (play === "slow") await delay(300 + exchange.inputTokens * 10);
  if (play === "drip" && !request.stream) await delay(200);
  if (res.destroyed) return;
  if (request.stream) await stream(exchange, prompt, request.model, res);
  else whole(exchange, prompt, request.model, res);
}

interface Request {
  stream: boolean;
  model: unknown;
}

async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
  if (req.url === "/log") {
    res.writeHead(200, { "content-type": "application/json" });
    res.end(JSON.stringify(exchanges));
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  const prompt = findPrompt(text);
  if (!prompt) {
    res.writeHead(400).end("{}");
    return;
  }
  const { stream: wantsStream, model } = JSON.parse(text);
  const attempt = (attempts.get(prompt.body) ?? 0) + 1;
  attempts.set(prompt.body, attempt);
  const exchange: Exchange = {
    ...{ body: prompt.body, play: prompt.play, attempt },
    protocol: req.url?.endsWith("/messages") ? "anthropic" : "openai",
    ...{ inputTokens: inputTokensOf(prompt.body), sentWords: 0, isComplete: false },
  };
  exchanges.push(exchange);
  await perform(exchange, prompt, { stream: wantsStream === true, model }, res);
}

const server = createServer((req, res) => {
  res.on("error", () => undefined);
  handle(req, res).catch(() => res.destroy());
});
server.keepAliveTimeout = 120_000;
server.listen(Number(process.env.UPSTREAM_PORT), "127.0.0.1", () => console.log("is listening"));
