import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  type TestDoor,
} from "@/lib/gateway/testing/gateway";

let door: TestDoor;
let secret: string;

beforeAll(async () => {
  door = await openTestDoor();
  const tenant = await createTenant(door.sql, { planId: "enterprise" });
  secret = (await createTestKey(door.sql, tenant, { environment: "test" })).secret;
});
afterAll(() => door.close());

function send(path: string, body: BodyInit, contentType: string | null = "application/json") {
  const headers = new Headers({ authorization: `Bearer ${secret}` });
  if (contentType) headers.set("content-type", contentType);
  return fetch(`${door.origin}${path}`, { method: "POST", headers, body });
}

const chat = (fields: object) =>
  JSON.stringify({ model: "gpt-4", messages: [{ role: "user", content: "Hi" }], ...fields });

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(
    parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part))),
  );

describe("a body that is not JSON is 400 invalid_json", () => {
  const cases: [string, BodyInit][] = [
    ["empty", ""],
    ["cut off", "{"],
    ["trailing comma", '{"model":"gpt-4",}'],
    ["single quotes", "{'model':'gpt-4'}"],
    ["NaN", '{"model":NaN}'],
    ["two byte order marks", bytes([0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf], chat({}))],
    ["invalid UTF-8", bytes('{"model":"', [0xff], '"}')],
    ["a name twice", '{"model":"gpt-4","model":"deepseek-chat"}'],
    ["a name twice, once escaped", '{"model":"gpt-4","mod\\u0065l":"deepseek-chat"}'],
    ["nested 10,000 deep", "[".repeat(10_000) + "]".repeat(10_000)],
  ];
  it.each(cases)("%s", async (_name, body) => {
    const response = await send("/v1/chat/completions", body);
    expect(response.status).toBe(400);
    expect((await response.json()).error).toMatchObject({ code: "invalid_json", param: null });
  });
});

describe("a field that is wrong is 400 and named", () => {
  const cases: [string, string, string, string][] = [
    ["top level array", "[]", "$", "invalid_value"],
    ["top level null", "null", "$", "invalid_value"],
    [
      "no model",
      '{"messages":[{"role":"user","content":"Hi"}]}',
      "model",
      "missing_required_parameter",
    ],
    ["empty model", chat({ model: "" }), "model", "invalid_value"],
    ["model of 300 characters", chat({ model: "x".repeat(300) }), "model", "invalid_value"],
    ["no messages", '{"model":"gpt-4"}', "messages", "missing_required_parameter"],
    ["empty messages", chat({ messages: [] }), "messages", "invalid_value"],
    [
      "content a number",
      chat({ messages: [{ role: "user", content: 5 }] }),
      "messages.0.content",
      "invalid_value",
    ],
    [
      "content missing",
      chat({ messages: [{ role: "user" }] }),
      "messages.0.content",
      "missing_required_parameter",
    ],
    [
      "unknown role",
      chat({ messages: [{ role: "boss", content: "" }] }),
      "messages.0.role",
      "invalid_value",
    ],
    [
      "lone surrogate",
      '{"model":"gpt-4","messages":[{"role":"user","content":"\\ud800"}]}',
      "messages.0.content",
      "invalid_value",
    ],
    ["NUL", chat({ user: "a\u0000" }), "user", "invalid_value"],
    ["prototype names", '{"constructor":{"prototype":{"x":1}}}', "constructor", "invalid_value"],
    [
      "max_tokens above the model's",
      chat({ max_tokens: 9_000_000 }),
      "max_tokens",
      "invalid_value",
    ],
    [
      "two different limits",
      chat({ max_tokens: 5, max_completion_tokens: 6 }),
      "max_tokens",
      "invalid_value",
    ],
    ["temperature too high", chat({ temperature: 2.1 }), "temperature", "invalid_value"],
    ["stream as a string", chat({ stream: "true" }), "stream", "invalid_value"],
    ["an address of its own", chat({ api_base: "http://evil.test" }), "api_base", "invalid_value"],
    [
      "an image from inside",
      chat({
        messages: [
          {
            role: "user",
            content: [{ type: "image_url", image_url: { url: "http://169.254.169.254/" } }],
          },
        ],
      }),
      "messages.0.content.0.image_url.url",
      "invalid_value",
    ],
  ];
  it.each(cases)("%s", async (_name, body, param, code) => {
    const response = await send("/v1/chat/completions", body);
    expect(response.status).toBe(400);
    const { error } = await response.json();
    expect(error).toMatchObject({ type: "invalid_request_error", param, code });
    expect(error.message).toMatch(/^Invalid request error: /);
    expect(response.headers.get("x-should-retry")).toBe("false");
  });

  it("in Anthropic's dialect on its own route", async () => {
    for (const body of [
      { model: "gpt-4", messages: [{ role: "user", content: "Hi" }], system: 5 },
      { model: "gpt-4", messages: [{ role: "user", content: [{ type: "unknown" }] }] },
    ]) {
      const response = await send("/v1/messages", JSON.stringify(body));
      expect(response.status).toBe(400);
      const answer = await response.json();
      expect(answer).toMatchObject({
        type: "error",
        error: { type: "invalid_request_error" },
        request_id: response.headers.get("x-request-id"),
      });
    }
  });
});

describe("a body that is made to hurt", () => {
  const longName = "x".repeat(4_000_000);
  it.each([
    ["a name of megabytes", `{"${longName}":"\\u0000"}`],
    ["a name with NUL", '{"a\\u0000b":1}'],
    ["millions of values", `{"messages":[${"0,".repeat(2_000_000)}0]}`],
    ["ten thousand wrong messages", chat({ messages: Array(10_000).fill(5) })],
    [
      "megabytes of white space",
      chat({ n: 128, messages: [{ role: "user", content: " ".repeat(9_000_000) }] }),
    ],
  ])("%s is 400, small, logged, and stops nobody else", async (_name, body) => {
    const before = performance.now();
    const response = await send("/v1/chat/completions", body);
    expect(response.status).toBe(400);
    expect((await response.text()).length).toBeLessThan(10_000);
    const [row] = await vi.waitFor(async () => {
      const rows = await door.sql`
        select length(details::text) as n from request_log
        where id = ${response.headers.get("x-request-id")}`;
      expect(rows).toHaveLength(1);
      return rows;
    });
    expect(Number(row?.n ?? 0)).toBeLessThanOrEqual(9_000);
    expect((await send("/v1/chat/completions", chat({}))).status).toBe(200);
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});

describe("what is taken", () => {
  it("one byte order mark, fields of newer clients, no max_tokens on messages", async () => {
    const marked = await send("/v1/chat/completions", bytes([0xef, 0xbb, 0xbf], chat({})));
    expect(marked.status).toBe(200);
    expect((await send("/v1/chat/completions", chat({ verbosity: "low" }))).status).toBe(200);
    expect((await send("/v1/messages", chat({}))).status).toBe(200);
  });

  it("stop sequences end the answer before them", async () => {
    const response = await send("/v1/messages", chat({ stop_sequences: ["simulated"] }));
    const answer = await response.json();
    expect(answer).toMatchObject({ stop_reason: "stop_sequence", stop_sequence: "simulated" });
    expect(answer.content[0].text).not.toContain("simulated");
  });

  it("an unknown model is 404 in the caller's words", async () => {
    const response = await send("/v1/chat/completions", chat({ model: "../gpt" }));
    expect(response.status).toBe(404);
    expect((await response.json()).error).toEqual({
      message: "model: ../gpt",
      type: "invalid_request_error",
      param: "model",
      code: "model_not_found",
    });
  });
});

describe("what is not even read", () => {
  it.each([["text/plain"], [null], ["application/x-www-form-urlencoded"], ["multipart/form-data"]])(
    "content type %s is 415",
    async (type) => {
      const body = type === null ? new Blob([chat({})]) : chat({});
      expect((await send("/v1/chat/completions", body, type)).status).toBe(415);
    },
  );

  it("a body over the limit is 413, announced or not", async () => {
    const announced = await send("/v1/chat/completions", "x".repeat(10 * 1024 * 1024 + 1)).catch(
      () => null,
    );
    // The socket may be closed before the client has written all of it.
    if (announced) expect(announced.status).toBe(413);
    const chunk = Buffer.alloc(1024 * 1024, 0x20);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += chunk.length;
        if (sent > 200 * 1024 * 1024) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const response = await fetch(`${door.origin}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: endless,
      duplex: "half",
    } as RequestInit).catch(() => null);
    if (response) expect(response.status).toBe(413);
    expect(sent).toBeLessThan(60 * 1024 * 1024);
  });
});
