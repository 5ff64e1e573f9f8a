import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ProtocolName } from "@/lib/gateway/chat";
import {
  type MockUpstream,
  mockCredential,
  mockWords,
  type Script,
} from "@/lib/gateway/testing/mock-upstream";
import {
  type Caller,
  costOf,
  messages,
  newCaller,
  openProvidedDoor,
  type ProvidedDoor,
} from "@/lib/gateway/testing/provided-door";

let provided: ProvidedDoor;
let caller: Caller;

const timeouts = { connect_ms: 400, first_byte_ms: 400, idle_ms: 400, total_ms: 5_000 };

beforeAll(async () => {
  provided = await openProvidedDoor({ timeouts });
});
afterAll(() => provided.close());
beforeEach(async () => {
  caller = await newCaller(provided);
});

/** Every way in with every provider behind it. */
const ways = (["openai", "anthropic"] as const).flatMap((client) =>
  (["openai", "anthropic"] as const).map((upstream) => ({ client, upstream })),
);
type Way = (typeof ways)[number];

function mockOf(upstream: ProtocolName): MockUpstream {
  return provided[upstream];
}

async function ask({ client, upstream }: Way, scripts: Script[], body: object = {}) {
  mockOf(upstream).play(...scripts);
  const before = mockOf(upstream).exchanges.length;
  const response = await caller.post(client, `of-${upstream}`, { ...body });
  return { response, asked: () => mockOf(upstream).exchanges.slice(before) };
}

/** Reads a stream as far as it goes; whether it broke off instead of ending. */
async function readAll(response: Response): Promise<{ text: string; isBroken: boolean }> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    if (response.body) for await (const chunk of response.body) text += decoder.decode(chunk);
    return { text, isBroken: false };
  } catch {
    return { text, isBroken: true };
  }
}

const overloadedStatus = { openai: 503, anthropic: 529 };

function messageOf(client: ProtocolName, body: { error?: { type?: string; code?: string } }) {
  return client === "openai" ? body.error?.code : body.error?.type;
}

interface Refusal {
  name: string;
  scripts: Script[];
  stream?: boolean;
  status: number | typeof overloadedStatus;
  openai: string;
  anthropic: string;
  /** How often the provider is asked. */
  attempts: number;
}

const status = (code: number): Script => ({ does: "status", status: code });
const times = (count: number, script: Script) => Array.from({ length: count }, () => script);
const badGateway = { status: 502, openai: "upstream_error", anthropic: "api_error" };
const timedOut = { status: 504, openai: "upstream_timeout", anthropic: "timeout_error" };
const overloaded = {
  status: overloadedStatus,
  openai: "overloaded",
  anthropic: "overloaded_error",
};
const html: Script = { does: "body", type: "text/html", text: "<h1>Mock gateway</h1>" };

const refusals: Refusal[] = [
  {
    name: "G01 400 is the caller's, in our words",
    ...{ scripts: [status(400)], status: 400, attempts: 1 },
    ...{ openai: "invalid_value", anthropic: "invalid_request_error" },
  },
  { name: "G02 401 is ours", scripts: [status(401)], ...badGateway, attempts: 1 },
  { name: "G04 403 is ours", scripts: [status(403)], ...badGateway, attempts: 1 },
  { name: "G05 404 is ours", scripts: [status(404)], ...badGateway, attempts: 1 },
  { name: "302 isn't followed", scripts: [status(302)], ...badGateway, attempts: 1 },
  { name: "429 is our own limit there", scripts: [status(429)], ...overloaded, attempts: 1 },
  { name: "500 three times", scripts: times(3, status(500)), ...badGateway, attempts: 3 },
  { name: "G08 503", scripts: times(3, status(503)), ...overloaded, attempts: 3 },
  { name: "G08 529", scripts: times(3, status(529)), ...overloaded, attempts: 3 },
  { name: "504", scripts: times(3, status(504)), ...timedOut, attempts: 3 },
  { name: "G11 silence", scripts: [{ does: "silence" }], ...timedOut, attempts: 1 },
  {
    name: "G11 silence on a stream",
    ...{ scripts: [{ does: "silence" }], stream: true, attempts: 1 },
    ...timedOut,
  },
  { name: "G13 HTML", scripts: [html], ...badGateway, attempts: 1 },
  { name: "G13 HTML to a stream", scripts: [html], stream: true, ...badGateway, attempts: 1 },
  { name: "JSON of another kind", scripts: [body("{}")], ...badGateway, attempts: 1 },
  {
    name: "G28 JSON to a stream request",
    ...{ scripts: [{ does: "swap" }], stream: true, attempts: 1 },
    ...badGateway,
  },
  {
    name: "G29 a stream to a request without",
    ...{ scripts: [{ does: "swap" }], attempts: 1 },
    ...badGateway,
  },
  {
    name: "G20 garbage as the first frame",
    ...{ scripts: [{ does: "frame", at: 0, text: "data: {nope\n\n" }], stream: true, attempts: 1 },
    ...badGateway,
  },
];

function body(text: string): Script {
  return { does: "body", type: "application/json", text };
}

describe.each(ways)("P6 $client's client of $upstream's provider pays nothing for", (way) => {
  it.each(refusals)("$name", async (refusal) => {
    const { response, asked } = await ask(way, refusal.scripts, {
      stream: refusal.stream ?? false,
    });
    const { client } = way;
    const expected = refusal.status;
    expect(response.status).toBe(typeof expected === "number" ? expected : expected[client]);
    const text = await response.text();
    expect(messageOf(client, JSON.parse(text))).toBe(refusal[client]);
    expect(text).not.toMatch(/mock|vendor|org-/);
    expect([...response.headers.values()].join()).not.toContain(mockCredential);
    expect(asked().length).toBe(refusal.attempts);
    expect(await caller.settled()).toMatchObject({
      ...{ outcome: "failed", costNanos: 0n, inputTokens: 0, outputTokens: 0 },
    });
  });

  it("G14 a body that is cut short: the prompt alone, flagged", async () => {
    const { response } = await ask(way, [{ does: "truncate" }]);
    expect(response.status).toBe(502);
    const row = await caller.settled();
    expect(row).toMatchObject({ outcome: "upstream_error", estimated: true, outputTokens: 0 });
    expect(row.costNanos).toBe(costOf(row.inputTokens, 0));
    expect(row.inputTokens).toBeGreaterThan(0);
  });

  it("G07 two failures before an answer: one charge", async () => {
    const { response, asked } = await ask(way, times(2, status(500)));
    expect(response.status).toBe(200);
    expect(asked().length).toBe(3);
    expect(await caller.settled()).toMatchObject({ outcome: "ok", costNanos: costOf(17, 6) });
  });
});

describe("what a 400 says", () => {
  const complain = (message: string, param: string | null = null): Script => {
    const error = { message, type: "invalid_request_error", param, code: null };
    return { does: "status", status: 400, body: { error } };
  };

  it.each([
    ["the field it names, if it is one of the caller's", complain("bad", "messages[0].content")],
    ["the field in Anthropic's words", complain("messages.0.content: secret provider words")],
  ])("G01 %s", async (_, script) => {
    const { response } = await ask({ client: "openai", upstream: "openai" }, [script]);
    expect(response.status).toBe(400);
    expect((await response.json()).error).toEqual({
      message: "Invalid request error: messages.0.content: is not accepted by this model",
      type: "invalid_request_error",
      param: "messages.0.content",
      code: "invalid_value",
    });
  });

  it("G01 that the prompt is too long, where it is", async () => {
    const script = complain("This model's maximum context length is 8192 tokens");
    const { response } = await ask({ client: "openai", upstream: "openai" }, [script]);
    expect((await response.json()).error.code).toBe("context_length_exceeded");
  });

  it("an empty account of ours isn't the caller's fault", async () => {
    const script = complain("Your credit balance is too low to access the API");
    const { response } = await ask({ client: "anthropic", upstream: "anthropic" }, [script]);
    expect(response.status).toBe(502);
  });
});

type Lie = [name: string, figure: unknown];

describe("G16 usage that lies is never a credit, and never more than was set aside", () => {
  const lies: Lie[] = [
    ["negative", -5],
    ["a string", "12"],
    ["a float", 1.5],
    ["null", null],
    ["1e308", 1e308],
    ["F29 10^18", 1e18],
    ["left out", undefined],
  ];
  it.each(ways.flatMap((way) => lies.map(([name, figure]) => ({ ...way, name, figure }))))(
    "$name, $client's client of $upstream's provider, streamed and not",
    async ({ client, upstream, figure }) => {
      const usage =
        upstream === "openai"
          ? { prompt_tokens: 17, completion_tokens: figure }
          : { input_tokens: 17, output_tokens: figure };
      const isHuge = typeof figure === "number" && figure > 100;
      for (const stream of [false, true]) {
        caller = await newCaller(provided);
        const { response } = await ask({ client, upstream }, [{ does: "usage", usage }], {
          stream,
        });
        expect(response.status).toBe(200);
        await response.text();
        const row = await caller.settled();
        expect(row).toMatchObject({ outcome: "ok", estimated: true, inputTokens: 17 });
        expect(row.outputTokens).toBe(isHuge ? 100 : mockWords.length);
        expect(row.costNanos).toBe(costOf(17, row.outputTokens));
      }
    },
  );

  it("G17 the parts win over a total that isn't their sum, and the row tells", async () => {
    const usage = { prompt_tokens: 17, completion_tokens: 6, total_tokens: 9_999 };
    const way = { client: "openai", upstream: "openai" } as const;
    const { response } = await ask(way, [{ does: "usage", usage }]);
    expect((await response.json()).usage.total_tokens).toBe(23);
    expect(await caller.settled()).toMatchObject({
      ...{ costNanos: costOf(17, 6), estimated: true, usage: ["total_mismatch"] },
    });
  });

  it("none at all: what was relayed is counted, and the client is told the same", async () => {
    const way = { client: "openai", upstream: "openai" } as const;
    const { response } = await ask(way, [{ does: "usage", usage: null }]);
    const { usage } = await response.json();
    const row = await caller.settled();
    expect(row).toMatchObject({ outcome: "ok", estimated: true, outputTokens: mockWords.length });
    expect(usage.prompt_tokens).toBe(row.inputTokens);
    expect(usage.completion_tokens).toBe(row.outputTokens);
  });
});

describe.each(ways)("a stream of $upstream's provider to $client's client", (way) => {
  const breaks: {
    name: string;
    script: Script;
    failure: "bad_gateway" | "timeout" | "overloaded";
  }[] = [
    { name: "G20 garbage in the middle", script: frame("data: {nope\n\n"), failure: "bad_gateway" },
    { name: "a frame of another form", script: frame("data: []\n\n"), failure: "bad_gateway" },
    { name: "G22 a reset", script: cut("reset"), failure: "bad_gateway" },
    { name: "a cut in the middle of a frame", script: cut("mid_frame"), failure: "bad_gateway" },
    { name: "an end without its last frame", script: cut("clean"), failure: "bad_gateway" },
    { name: "G26 a line of ten megabytes", script: frame(long()), failure: "bad_gateway" },
    { name: "P16 silence in the middle", script: { does: "stall" }, failure: "timeout" },
    {
      name: "G23 an error event",
      script: frame(
        'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"mock"}}\n\n',
      ),
      failure: "overloaded",
    },
  ];
  const words = {
    bad_gateway: { openai: "upstream_error", anthropic: "api_error" },
    timeout: { openai: "upstream_timeout", anthropic: "timeout_error" },
    overloaded: { openai: "overloaded", anthropic: "overloaded_error" },
  };

  it.each(breaks)(
    "$name: an error event, a broken connection, what came is billed",
    async (one) => {
      const { response } = await ask(way, [one.script], { stream: true });
      expect(response.status).toBe(200);
      const { text, isBroken } = await readAll(response);
      expect(isBroken).toBe(true);
      expect(text).not.toMatch(/nope|mock-|vendor/);
      const last = text.trim().split("\n\n").pop() ?? "";
      expect(last.startsWith("event: error\ndata: ")).toBe(true);
      const told = JSON.parse(last.slice("event: error\ndata: ".length));
      expect(messageOf(way.client, told)).toBe(words[one.failure][way.client]);
      const row = await caller.settled();
      expect(row).toMatchObject({ status: 200, outcome: "upstream_error" });
      expect(row.outputTokens).toBeGreaterThan(0);
      expect(row.outputTokens).toBeLessThan(mockWords.length);
      expect(row.costNanos).toBe(costOf(row.inputTokens, row.outputTokens));
    },
  );

  it("the official SDK takes a stream that breaks for a failure", async () => {
    mockOf(way.upstream).play(cut("clean"));
    const model = `of-${way.upstream}`;
    const { origin } = provided.door;
    const apiKey = caller.key.secret;
    const run =
      way.client === "openai"
        ? async () => {
            const client = new OpenAI({ apiKey, baseURL: `${origin}/v1`, maxRetries: 0 });
            await client.chat.completions.stream({ model, messages }).finalChatCompletion();
          }
        : async () => {
            const client = new Anthropic({ apiKey, baseURL: origin, maxRetries: 0 });
            await client.messages.stream({ model, max_tokens: 9, messages }).finalMessage();
          };
    await expect(run()).rejects.toThrow();
  });
});

function frame(text: string): Script {
  return { does: "frame", at: 4, text };
}
function cut(how: "clean" | "mid_frame" | "reset"): Script {
  return { does: "cut", after: 4, how };
}
function long(): string {
  return `data: ${"x".repeat(10_000_000)}\n\n`;
}

describe("what a stream may look like and still be one", () => {
  const chunk = (content: string) =>
    JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
  const way = { client: "openai", upstream: "openai" } as const;

  it("G19 CRLF, CR, no space, several data lines, comments, a byte order mark, id and retry", async () => {
    const text = [
      `\ufeff: hello\r\n\r\nid: 1\r\nretry: 10\r\ndata:${chunk("a")}\r\n\r\n`,
      `data: ${chunk("b")}\r\r`,
      `data: {"choices":[{"index":0,\ndata: "delta":{"content":"c"}}]}\n\n`,
      `data: {"choices":[],"usage":{"prompt_tokens":17,"completion_tokens":3}}\n\n`,
      "data: [DONE]\n\n",
    ].join("");
    const { response } = await ask(way, [{ does: "stream", text }], { stream: true });
    const said = [...(await response.text()).matchAll(/"content":"(.)"/g)].map((match) => match[1]);
    expect(said).toEqual(["a", "b", "c"]);
    expect(await caller.settled()).toMatchObject({ outcome: "ok", costNanos: costOf(17, 3) });
  });

  it("G25 what follows the first [DONE] is ignored", async () => {
    const text = `data: ${chunk("a")}\n\ndata: [DONE]\n\ndata: ${chunk("b")}\n\ndata: {nope\n\ndata: [DONE]\n\n`;
    const { response } = await ask(way, [{ does: "stream", text }], { stream: true });
    const all = await response.text();
    expect(all.match(/\[DONE\]/g)).toHaveLength(1);
    expect(all).not.toMatch(/"b"|nope/);
    expect(await caller.settled()).toMatchObject({ outcome: "ok", outputTokens: 1 });
  });
});

describe("P16 an upstream that isn't there", () => {
  it("refuses connections: 502 after three attempts, free", async () => {
    const response = await caller.post("openai", "of-nobody");
    expect(response.status).toBe(502);
    expect(await caller.settled()).toMatchObject({ outcome: "failed", costNanos: 0n });
  });

  it("is stood in for by the next one of the same model", async () => {
    const response = await caller.post("openai", "of-nobody-or-openai");
    expect(response.status).toBe(200);
    expect(await caller.settled()).toMatchObject({ outcome: "ok", costNanos: costOf(17, 6) });
  });

  it.each([status(500), status(529), status(429), status(401)])(
    "nor of use (%j): the next one answers, in whatever protocol, and is paid once",
    async (script) => {
      provided.openai.play(script, script, script);
      const before = provided.openai.exchanges.length;
      for (const [client, stream] of [
        ["openai", false],
        ["anthropic", true],
      ] as const) {
        caller = await newCaller(provided);
        const response = await caller.post(client, "of-both", { stream });
        expect(response.status).toBe(200);
        expect(await response.text()).toContain(client === "openai" ? "Hello" : "message_stop");
        expect(await caller.settled()).toMatchObject({ outcome: "ok", costNanos: costOf(17, 6) });
      }
      expect(provided.openai.exchanges.length).toBe(before + 2);
      provided.openai.play();
    },
  );
});
