import { describe, expect, it } from "vitest";
import { parseRequest } from "@/lib/gateway/protocols/anthropic/request";
import { refusal } from "@/lib/gateway/testing/refusal";

const lenient = { requiresMaxTokens: false };
const turns = [{ role: "user", content: "Hi" }];
const anthropic = (fields: object) => () =>
  parseRequest({ model: "m", messages: turns, ...fields }, lenient);

const said = (content: unknown) => ({ messages: [{ role: "user", content }] });

type Row = [name: string, fields: object, path: string];

const block = (value: object) => said([value]);
const schema = { type: "object" };

const anthropicRefused: Row[] = [
  ["E28 system a number", { system: 5 }, "system"],
  ["system of images", { system: [{ type: "image" }] }, "system.0.type"],
  ["E31 a block of an unknown type", block({ type: "unknown" }), "messages.0.content.0.type"],
  ["a role nobody has", { messages: [{ role: "boss", content: "" }] }, "messages.0.role"],
  [
    "E20 an image inside",
    block({ type: "image", source: { type: "url", url: "https://10.0.0.1/a.png" } }),
    "messages.0.content.0.source.url",
  ],
  [
    "E20 an image from a file",
    block({ type: "image", source: { type: "url", url: "file:///a.png" } }),
    "messages.0.content.0.source.url",
  ],
  [
    "an uploaded image",
    block({ type: "image", source: { type: "file", file_id: "f" } }),
    "messages.0.content.0.source.type",
  ],
  [
    "an image of no known kind",
    block({ type: "image", source: { type: "base64", media_type: "image/bmp", data: "AA" } }),
    "messages.0.content.0.source.media_type",
  ],
  [
    "data that isn't base64",
    block({ type: "image", source: { type: "base64", media_type: "image/png", data: "@" } }),
    "messages.0.content.0.source.data",
  ],
  [
    "E20 an image in a tool's result",
    block({
      type: "tool_result",
      tool_use_id: "t",
      content: [{ type: "image", source: { type: "url", url: "http://a.example.com" } }],
    }),
    "messages.0.content.0.content.0.source.url",
  ],
  [
    "a call whose input is text",
    block({ type: "tool_use", id: "t", name: "f", input: "{}" }),
    "messages.0.content.0.input",
  ],
  ["a tool without a schema", { tools: [{ name: "f" }] }, "tools.0.input_schema"],
  [
    "a tool whose schema isn't an object's",
    { tools: [{ name: "f", input_schema: { type: "array" } }] },
    "tools.0.input_schema.type",
  ],
  [
    "E19 a tool name with CRLF",
    { tools: [{ name: "a\r\n", input_schema: schema }] },
    "tools.0.name",
  ],
  [
    "E19 129 tools",
    { tools: Array.from({ length: 129 }, (_, i) => ({ name: `f${i}`, input_schema: schema })) },
    "tools",
  ],
  [
    "a tool that runs at Anthropic",
    { tools: [{ type: "web_search_20250305", name: "web_search" }] },
    "tools.0.type",
  ],
  ["tool_choice a word", { tool_choice: "auto" }, "tool_choice"],
  ["tool_choice any without tools", { tool_choice: { type: "any" } }, "tool_choice"],
  [
    "tool_choice of an unknown tool",
    { tool_choice: { type: "tool", name: "f" } },
    "tool_choice.name",
  ],
  ["max_tokens null", { max_tokens: null }, "max_tokens"],
  ["temperature 1.1", { temperature: 1.1 }, "temperature"],
  ["top_k negative", { top_k: -1 }, "top_k"],
  ["stop_sequences a string", { stop_sequences: "x" }, "stop_sequences"],
  ["stop_sequences of white space", { stop_sequences: [" "] }, "stop_sequences.0"],
  ["E22 a user of 5 KB", { metadata: { user_id: "x".repeat(5_000) } }, "metadata.user_id"],
  [
    "a thinking budget too small",
    { thinking: { type: "enabled", budget_tokens: 5 } },
    "thinking.budget_tokens",
  ],
  [
    "a thinking budget of all tokens",
    { max_tokens: 2_000, thinking: { type: "enabled", budget_tokens: 2_000 } },
    "thinking.budget_tokens",
  ],
  ["E16 stream a word", { stream: "true" }, "stream"],
  ["E23 api_key", { api_key: "x" }, "api_key"],
  [
    "E23 servers to call",
    { mcp_servers: [{ type: "url", url: "https://a.example.com" }] },
    "mcp_servers",
  ],
];

const anthropicTaken: [string, object][] = [
  ["E29 an assistant first", { messages: [{ role: "assistant", content: "I" }, ...turns] }],
  ["E29 two of the same role", { messages: [...turns, ...turns] }],
  ["E26 no max_tokens", {}],
  ["a tool name of 128 letters", { tools: [{ name: "x".repeat(128), input_schema: schema }] }],
  ["a tool that the client runs", { tools: [{ type: "bash_20250124", name: "bash" }] }],
  ["fields of newer clients", { a_new_field: 1, inference_geo: null }],
  [
    "thinking handed back",
    {
      messages: [
        ...turns,
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "t", signature: "s" },
            { type: "redacted_thinking", data: "d" },
            { type: "text", text: "a" },
          ],
        },
        ...turns,
      ],
    },
  ],
];

describe("a Messages request", () => {
  it.each(anthropicRefused)("is refused by name: %s", (_name, fields, path) => {
    expect(refusal(anthropic(fields))?.path).toBe(path);
  });

  it.each(anthropicTaken)("is taken: %s", (_name, fields) => {
    expect(refusal(anthropic(fields))).toBeNull();
  });

  it("E26 must name max_tokens where the deployment says so", () => {
    const strict = { requiresMaxTokens: true };
    const body = { model: "m", messages: turns };
    expect(refusal(() => parseRequest(body, strict))).toEqual({
      path: "max_tokens",
      failure: "missing_param",
    });
    expect(refusal(() => parseRequest({ ...body, max_tokens: 5 }, strict))).toBeNull();
  });
});
