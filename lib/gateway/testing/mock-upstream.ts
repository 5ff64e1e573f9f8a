import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { JsonObject, ProtocolName } from "@/lib/gateway/chat";

/** What a mock provider does with its next request; each script is one of the ways that real ones break. */
export type Script =
  | { does: "answer" }
  /** Answers with a status and a body, or the error body of its protocol that holds a secret. */
  | { does: "status"; status: number; body?: unknown; headers?: Record<string, string> }
  /** Takes the request and says nothing. */
  | { does: "silence" }
  /** Begins to answer and then says no more. */
  | { does: "stall" }
  /** One token each so many milliseconds, for ever where `endless`. */
  | { does: "drip"; gapMs: number; endless?: boolean }
  /** Closes the connection after so many frames: cleanly, in the middle of a frame, or by a reset. */
  | { does: "cut"; after: number; how: "clean" | "mid_frame" | "reset" }
  /** Sends this instead of the frame with this number. */
  | { does: "frame"; at: number; text: string }
  /** Sends these bytes as the whole stream. */
  | { does: "stream"; text: string }
  /** A whole body of this type, whatever was asked for. */
  | { does: "body"; type: string; text: string; headers?: Record<string, string> }
  /** A body that is shorter than it says. */
  | { does: "truncate" }
  /** JSON to a stream request, and a stream to one that wants JSON. */
  | { does: "swap" }
  /** What it says about its usage: `undefined` leaves a field out, null the whole. */
  | { does: "usage"; usage: Record<string, unknown> | null }
  | { does: "call" }
  | { does: "think" };

/** What a mock provider received and sent: the truth that bills are compared with. */
export interface MockExchange {
  path: string;
  headers: IncomingMessage["headers"];
  body: JsonObject;
  /** Tokens by its own count; output as far as it was sent. */
  inputTokens: number;
  outputTokens: number;
  /** Whether it sent its answer to the end. */
  isComplete: boolean;
  /** Resolves when the connection of this exchange is closed or the answer has been sent. */
  closed: Promise<"answered" | "hung_up">;
}

export interface MockUpstream {
  protocol: ProtocolName;
  /** As `base_url` of a configuration. */
  baseUrl: string;
  exchanges: MockExchange[];
  /** Called with each exchange as it begins. */
  onExchange: ((exchange: MockExchange) => void) | null;
  /** Requests that it has taken wait for this before anything is done with them. */
  gate: Promise<void> | null;
  /** What it does with the next requests, in order; without a script it answers. */
  play(...scripts: Script[]): void;
  close(): Promise<void>;
}

/** The key that the mock wants, and that must never be seen anywhere else. */
export const mockCredential = "sk-mock-CANARY-4f9d2c7b1e8a";

export const mockWords = ["Hello", " from", " the", " other", " side", "."];
export const mockThought = "Let me see.";
export const mockCall = { id: "call_mock_1", name: "get_weather", input: { city: "Oslo" } };
/** What a mock says of every input. */
export const inputTokens = 17;

export interface Saying {
  words: string[];
  call: boolean;
  think: boolean;
  usage: Record<string, unknown> | null;
}

function usageOf(protocol: ProtocolName, output: number): Record<string, unknown> {
  return protocol === "openai"
    ? {
        prompt_tokens: inputTokens,
        completion_tokens: output,
        total_tokens: inputTokens + output,
      }
    : { input_tokens: inputTokens, output_tokens: output };
}

const openAiCall = {
  id: mockCall.id,
  type: "function",
  function: { name: mockCall.name, arguments: JSON.stringify(mockCall.input) },
};

function openAiBody(model: unknown, { words, call, think, usage }: Saying) {
  return {
    id: "chatcmpl-mock",
    object: "chat.completion",
    created: 1_700_000_000,
    model,
    system_fingerprint: "fp_mock",
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: call ? null : words.join(""),
          ...(think ? { reasoning_content: mockThought } : {}),
          ...(call ? { tool_calls: [openAiCall] } : {}),
        },
        finish_reason: call ? "tool_calls" : "stop",
      },
    ],
    ...(usage ? { usage } : {}),
  };
}

function anthropicBody(model: unknown, { words, call, think, usage }: Saying) {
  return {
    id: "msg_mock",
    type: "message",
    role: "assistant",
    model,
    content: [
      ...(think ? [{ type: "thinking", thinking: mockThought, signature: "c2ln" }] : []),
      call
        ? { type: "tool_use", ...mockCall }
        : { type: "text", text: words.join(""), citations: null },
    ],
    stop_reason: call ? "tool_use" : "end_turn",
    stop_sequence: null,
    ...(usage ? { usage } : {}),
  };
}

/** The frames of a whole stream; `tokens` tells how many output tokens have been sent with each. */
function openAiFrames(model: unknown, saying: Saying): { text: string; tokens: number }[] {
  const { words, call, think, usage } = saying;
  const head = {
    id: "chatcmpl-mock",
    object: "chat.completion.chunk",
    created: 1_700_000_000,
    model,
  };
  const chunk = (delta: object, finish: string | null = null) =>
    `data: ${JSON.stringify({
      ...head,
      choices: [{ index: 0, delta, finish_reason: finish }],
      usage: null,
    })}\n\n`;
  const said = call
    ? [
        chunk({
          tool_calls: [
            { index: 0, ...openAiCall, function: { name: mockCall.name, arguments: "" } },
          ],
        }),
        ...['{"city":', '"Oslo"}'].map((json) =>
          chunk({ tool_calls: [{ index: 0, function: { arguments: json } }] }),
        ),
      ]
    : words.map((content) => chunk({ content }));
  return [
    { text: chunk({ role: "assistant", content: "" }), tokens: 0 },
    ...(think ? [{ text: chunk({ reasoning_content: mockThought }), tokens: 0 }] : []),
    ...said.map((text, i) => ({ text, tokens: i + 1 })),
    { text: chunk({}, call ? "tool_calls" : "stop"), tokens: said.length },
    ...(usage
      ? [
          {
            text: `data: ${JSON.stringify({ ...head, choices: [], usage })}\n\n`,
            tokens: said.length,
          },
        ]
      : []),
    { text: "data: [DONE]\n\n", tokens: said.length },
  ];
}

function anthropicFrames(model: unknown, saying: Saying): { text: string; tokens: number }[] {
  const { words, call, think, usage } = saying;
  const frame = (type: string, data: object) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
  const { input_tokens: input } = usage ?? {};
  const message = {
    ...anthropicBody(model, { ...saying, usage: null }),
    content: [],
    stop_reason: null,
    ...(usage ? { usage: { ...usage, input_tokens: input, output_tokens: 1 } } : {}),
  };
  const block = (index: number, content_block: object, deltas: object[]) => [
    frame("content_block_start", { index, content_block }),
    ...deltas.map((delta) => frame("content_block_delta", { index, delta })),
    frame("content_block_stop", { index }),
  ];
  const thought = think
    ? block(0, { type: "thinking", thinking: "", signature: "" }, [
        { type: "thinking_delta", thinking: mockThought },
        { type: "signature_delta", signature: "c2ln" },
      ])
    : [];
  const index = think ? 1 : 0;
  const said = call
    ? block(
        index,
        { type: "tool_use", id: mockCall.id, name: mockCall.name, input: {} },
        ['{"city":', '"Oslo"}'].map((partial_json) => ({ type: "input_json_delta", partial_json })),
      )
    : block(
        index,
        { type: "text", text: "", citations: null },
        words.map((text) => ({ type: "text_delta", text })),
      );
  const stop = call ? "tool_use" : "end_turn";
  const delta = { delta: { stop_reason: stop, stop_sequence: null }, ...(usage ? { usage } : {}) };
  let tokens = 0;
  return [
    frame("message_start", { message }),
    ...thought,
    ...said,
    frame("message_delta", delta),
    frame("message_stop", {}),
  ].map((text) => {
    if (/text_delta|input_json_delta|"content_block":\{"type":"tool_use"/.test(text)) tokens++;
    return { text, tokens };
  });
}

const said = (protocol: ProtocolName): Saying => ({
  words: mockWords,
  call: false,
  think: false,
  usage: usageOf(protocol, mockWords.length),
});

/** The body that a mock answers with, for tests that spell an answer byte by byte. */
export function mockBody(protocol: ProtocolName, more: Partial<Saying> = {}): string {
  const saying = { ...said(protocol), ...more };
  const write = protocol === "openai" ? openAiBody : anthropicBody;
  return JSON.stringify(write("vendor-model", saying));
}

/** The frames that it streams. */
export function mockFrames(protocol: ProtocolName, more: Partial<Saying> = {}): string[] {
  const saying = { ...said(protocol), ...more };
  const write = protocol === "openai" ? openAiFrames : anthropicFrames;
  return write("vendor-model", saying).map(({ text }) => text);
}

async function readJson(req: IncomingMessage): Promise<JsonObject> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

function secretError(protocol: ProtocolName, status: number) {
  const message = `mock-provider says: bad key ${mockCredential} for org-mock-123`;
  const type = status === 529 || status === 503 ? "overloaded_error" : "invalid_request_error";
  return protocol === "openai"
    ? { error: { message, type, param: null, code: "mock_code" } }
    : { type: "error", error: { type, message }, request_id: "req_mock" };
}

class MockServer {
  readonly exchanges: MockExchange[] = [];
  readonly scripts: Script[] = [];
  onExchange: ((exchange: MockExchange) => void) | null = null;
  gate: Promise<void> | null = null;

  constructor(private readonly protocol: ProtocolName) {}

  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await readJson(req);
    const script = this.scripts.shift() ?? { does: "answer" };
    const exchange: MockExchange = {
      path: req.url ?? "",
      headers: req.headers,
      body,
      inputTokens,
      outputTokens: 0,
      isComplete: false,
      closed: new Promise((resolve) => {
        res.once("close", () => resolve(res.writableFinished ? "answered" : "hung_up"));
      }),
    };
    this.exchanges.push(exchange);
    this.onExchange?.(exchange);
    await this.gate;
    await this.perform(script, exchange, res);
  }

  private async perform(script: Script, exchange: MockExchange, res: ServerResponse) {
    const wantsStream = exchange.body.stream === true;
    switch (script.does) {
      case "silence":
        return;
      case "status": {
        res.writeHead(script.status, { "content-type": "application/json", ...script.headers });
        res.end(JSON.stringify(script.body ?? secretError(this.protocol, script.status)));
        return;
      }
      case "body":
        res.writeHead(200, { "content-type": script.type, ...script.headers });
        res.end(script.text);
        return;
      case "stream":
        res.writeHead(200, { "content-type": "text/event-stream" });
        res.end(script.text);
        exchange.isComplete = true;
        return;
      case "truncate": {
        const text = JSON.stringify(this.body(exchange, script));
        res.writeHead(200, { "content-type": "application/json" });
        res.end(text.slice(0, text.length / 2));
        return;
      }
      default:
        return wantsStream !== (script.does === "swap")
          ? await this.stream(script, exchange, res)
          : this.whole(script, exchange, res);
    }
  }

  private saying(script: Script): Saying {
    const output = script.does === "call" ? 3 : mockWords.length;
    return {
      words: mockWords,
      call: script.does === "call",
      think: script.does === "think",
      usage: script.does === "usage" ? script.usage : usageOf(this.protocol, output),
    };
  }

  private body({ body }: MockExchange, script: Script) {
    const saying = this.saying(script);
    return this.protocol === "openai"
      ? openAiBody(body.model, saying)
      : anthropicBody(body.model, saying);
  }

  private whole(script: Script, exchange: MockExchange, res: ServerResponse): void {
    res.writeHead(200, {
      "content-type": "application/json",
      "set-cookie": "mock=1",
      "access-control-allow-origin": "*",
      "x-powered-by": "Mock",
      "x-request-id": "mock-request",
    });
    res.end(JSON.stringify(this.body(exchange, script)));
    exchange.outputTokens = script.does === "call" ? 3 : mockWords.length;
    exchange.isComplete = true;
  }

  private async stream(script: Script, exchange: MockExchange, res: ServerResponse) {
    const { model } = exchange.body;
    const saying = this.saying(script);
    if (script.does === "drip" && script.endless) saying.words = Array(5_000).fill(" more");
    const frames =
      this.protocol === "openai" ? openAiFrames(model, saying) : anthropicFrames(model, saying);
    res.writeHead(200, { "content-type": "text/event-stream", "set-cookie": "mock=1" });
    res.flushHeaders();
    for (const [i, { text, tokens }] of frames.entries()) {
      if (res.destroyed) return;
      if (script.does === "stall" && i === 3) return;
      if (script.does === "cut" && i === script.after) return this.cut(script.how, text, res);
      if (script.does === "drip") await delay(script.gapMs);
      res.write(script.does === "frame" && script.at === i ? script.text : text);
      exchange.outputTokens = tokens;
    }
    exchange.isComplete = true;
    res.end();
  }

  private cut(how: "clean" | "mid_frame" | "reset", text: string, res: ServerResponse): void {
    if (how === "clean") res.end();
    if (how === "mid_frame") res.end(text.slice(0, text.length / 2));
    // What was written before has left by the next turn of the loop.
    if (how === "reset") setTimeout(() => res.socket?.resetAndDestroy(), 20);
  }
}

/** A provider of the given protocol on a port of its own, which does as it is told. */
export async function startMockUpstream(protocol: ProtocolName): Promise<MockUpstream> {
  const mock = new MockServer(protocol);
  const sockets = new Set<Socket>();
  const server = createServer((req, res) => {
    res.on("error", () => undefined);
    mock.handle(req, res).catch(() => res.destroy());
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as AddressInfo;
  return {
    protocol,
    baseUrl: `http://127.0.0.1:${port}${protocol === "openai" ? "/v1" : ""}`,
    exchanges: mock.exchanges,
    get gate() {
      return mock.gate;
    },
    set gate(gate) {
      mock.gate = gate;
    },
    get onExchange() {
      return mock.onExchange;
    },
    set onExchange(listener) {
      mock.onExchange = listener;
    },
    play(...scripts) {
      mock.scripts.splice(0, mock.scripts.length, ...scripts);
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
