import { describe, expect, it } from "vitest";
import { parseRequest } from "@/lib/gateway/protocols/openai/request";
import { refusal } from "@/lib/gateway/testing/refusal";

const turns = [{ role: "user", content: "Hi" }];
const openAi = (fields: object) => () => parseRequest({ model: "m", messages: turns, ...fields });
const said = (content: unknown) => ({ messages: [{ role: "user", content }] });
const image = (url: unknown) => said([{ type: "image_url", image_url: { url } }]);
const tool = (definition: object) => ({ type: "function", function: definition });
const call = { id: "c1", type: "function", function: { name: "f", arguments: "{}" } };
const turn = { role: "assistant", content: null };

type Row = [name: string, fields: object, path: string];

const openAiRefused: Row[] = [
  ["E02 model a number", { model: 5 }, "model"],
  ["E02 model null", { model: null }, "model"],
  ["E02 model a list", { model: [] }, "model"],
  ["E05 messages null", { messages: null }, "messages"],
  ["E05 messages an object", { messages: {} }, "messages"],
  ["a message that is a string", { messages: ["Hi"] }, "messages.0"],
  ["E07 content null for a user", said(null), "messages.0.content"],
  ["E07 content an object", said({}), "messages.0.content"],
  ["content of no parts", said([]), "messages.0.content"],
  ["a part that is a string", said(["Hi"]), "messages.0.content.0"],
  ["a part without a type", said([{}]), "messages.0.content.0.type"],
  ["a text part without text", said([{ type: "text" }]), "messages.0.content.0.text"],
  ["a part of an unknown type", said([{ type: "video" }]), "messages.0.content.0.type"],
  ["audio", said([{ type: "input_audio" }]), "messages.0.content.0.type"],
  [
    "an uploaded file",
    said([{ type: "file", file: { file_id: "f" } }]),
    "messages.0.content.0.file.file_id",
  ],
  [
    "an image that is a string",
    said([{ type: "image_url", image_url: "x" }]),
    "messages.0.content.0.image_url",
  ],
  ["E08 10,001 messages", { messages: Array(10_001).fill(turns[0]) }, "messages"],
  ["an assistant who says nothing", { messages: [turn] }, "messages.0.content"],
  [
    "arguments that aren't text",
    { messages: [{ ...turn, tool_calls: [{ ...call, function: { name: "f", arguments: {} } }] }] },
    "messages.0.tool_calls.0.function.arguments",
  ],
  [
    "a result without its call",
    { messages: [{ role: "tool", content: "x" }] },
    "messages.0.tool_call_id",
  ],
  ["n 0", { n: 0 }, "n"],
  ["n 129", { n: 129 }, "n"],
  ["n a string", { n: "2" }, "n"],
  ["n a fraction", { n: 1.5 }, "n"],
  ["five stop strings", { stop: ["a", "b", "c", "d", "e"] }, "stop"],
  ["an empty stop string", { stop: "" }, "stop"],
  ["a stop that is a number", { stop: [5] }, "stop.0"],
  ["max_tokens 0", { max_tokens: 0 }, "max_tokens"],
  ["max_tokens a fraction", { max_tokens: 1.5 }, "max_tokens"],
  ["max_tokens huge", { max_tokens: 1e308 }, "max_tokens"],
  ["max_completion_tokens negative", { max_completion_tokens: -1 }, "max_completion_tokens"],
  ["E11 two different limits", { max_tokens: 1, max_completion_tokens: 2 }, "max_tokens"],
  ["E14 temperature -0.1", { temperature: -0.1 }, "temperature"],
  ["E14 temperature a word", { temperature: "hot" }, "temperature"],
  ["E16 stream 1", { stream: 1 }, "stream"],
  [
    "E19 129 tools",
    { tools: Array.from({ length: 129 }, (_, i) => tool({ name: `f${i}` })) },
    "tools",
  ],
  ["E19 a tool name with CRLF", { tools: [tool({ name: "a\r\nb" })] }, "tools.0.function.name"],
  [
    "a tool name of 65 letters",
    { tools: [tool({ name: "x".repeat(65) })] },
    "tools.0.function.name",
  ],
  ["a tool of no type", { tools: [{}] }, "tools.0.type"],
  ["a custom tool", { tools: [{ type: "custom", custom: { name: "x" } }] }, "tools.0.type"],
  [
    "two tools of one name",
    { tools: [tool({ name: "f" }), tool({ name: "f" })] },
    "tools.1.function.name",
  ],
  [
    "parameters that are a list",
    { tools: [tool({ name: "f", parameters: [] })] },
    "tools.0.function.parameters",
  ],
  [
    "parameters of a string",
    { tools: [tool({ name: "f", parameters: { type: "string" } })] },
    "tools.0.function.parameters.type",
  ],
  ["tool_choice a wrong word", { tool_choice: "any" }, "tool_choice"],
  ["tool_choice without its name", { tool_choice: { type: "function" } }, "tool_choice.function"],
  [
    "tool_choice of an unknown tool",
    { tool_choice: { type: "function", function: { name: "f" } } },
    "tool_choice.function.name",
  ],
  ["tool_choice required without tools", { tool_choice: "required" }, "tool_choice"],
  [
    "functions beside tools",
    { functions: [{ name: "f" }], tools: [tool({ name: "g" })] },
    "functions",
  ],
  [
    "function_call of an unknown function",
    { functions: [{ name: "f" }], function_call: { name: "g" } },
    "function_call.name",
  ],
  ["E22 a user of 5 KB", { user: "x".repeat(5_000) }, "user"],
  ["E25 seed 2^63", { seed: 2 ** 63 }, "seed"],
  ["E25 top_p 0", { top_p: 0 }, "top_p"],
  ["E25 logprobs with n", { logprobs: true, n: 2 }, "logprobs"],
  ["top_logprobs alone", { top_logprobs: 2 }, "top_logprobs"],
  ["top_logprobs 21", { logprobs: true, top_logprobs: 21 }, "top_logprobs"],
  ["logprobs a number", { logprobs: 5 }, "logprobs"],
  ["logit_bias 101", { logit_bias: { "5": 101 } }, "logit_bias.5"],
  ["metadata of numbers", { metadata: { a: 1 } }, "metadata.a"],
  [
    "metadata of 17 entries",
    { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [i, ""])) },
    "metadata",
  ],
  ["response_format a word", { response_format: "json" }, "response_format"],
  ["response_format unknown", { response_format: { type: "xml" } }, "response_format.type"],
  [
    "response_format without its schema",
    { response_format: { type: "json_schema" } },
    "response_format.json_schema",
  ],
  ["audio output", { modalities: ["text", "audio"] }, "modalities.1"],
  ["stream_options a number", { stream_options: 5 }, "stream_options"],
  [
    "include_usage a word",
    { stream_options: { include_usage: "yes" } },
    "stream_options.include_usage",
  ],
  ...[
    "api_base",
    "base_url",
    "api_key",
    "extra_headers",
    "extra_body",
    "apiBase",
    "API-KEY",
    "baseURL",
  ].map((name): Row => [`E23 ${name}`, { [name]: "x" }, name]),
  ...[
    "http://169.254.169.254/",
    "https://169.254.169.254/latest/meta-data",
    "file:///etc/passwd",
    "gopher://example.com/",
    "//example.com/a.png",
    "",
    "https://localhost/a.png",
    "https://127.1/",
    "https://0x7f.1/",
    "https://2130706433/",
    "https://[::1]/",
    "https://[::ffff:7f00:1]/",
    "https://[fe80::1]/",
    "https://10.0.0.8/",
    "https://metadata.google.internal/",
    "https://me:secret@example.com/",
    "https://example.com\\@localhost/",
    " https://example.com/",
    "https://exa\nmple.com/",
    "data:text/html;base64,AAAA",
    "data:image/svg+xml;base64,AAAA",
    "data:image/png;base64,",
    "data:image/png;base64,<svg>",
  ].map(
    (url): Row => [
      `E20 an image at ${JSON.stringify(url)}`,
      image(url),
      "messages.0.content.0.image_url.url",
    ],
  ),
];

const openAiTaken: [string, object][] = [
  [
    "null wherever a field may be left out",
    Object.fromEntries(
      [
        "n",
        "stop",
        "stream",
        "stream_options",
        "temperature",
        "top_p",
        "max_tokens",
        "max_completion_tokens",
        "logprobs",
        "logit_bias",
        "seed",
        "user",
        "metadata",
        "tools",
        "tool_choice",
        "response_format",
        "modalities",
        "audio",
        "store",
      ].map((name) => [name, null]),
    ),
  ],
  ["fields of newer clients", { a_new_field: { deep: [1] }, verbosity: "low" }],
  ["a public image", image("https://images.example.com:8443/a.png?x=1")],
  ["a data image", image("data:image/png;base64,iVBORw0KGgo=")],
  [
    "a PDF",
    said([
      { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,AAAA" } },
    ]),
  ],
  [
    "a developer's and a system's turn",
    {
      messages: [
        { role: "developer", content: "x" },
        { role: "system", content: [{ type: "text", text: "y" }] },
      ],
    },
  ],
  [
    "a call and its result",
    {
      messages: [
        { ...turn, tool_calls: [call] },
        { role: "tool", tool_call_id: "c1", content: "x" },
      ],
    },
  ],
  ["a refusal", { messages: [{ ...turn, refusal: "no" }] }],
  [
    "128 tools of which some are allowed",
    {
      tools: Array.from({ length: 128 }, (_, i) => tool({ name: `f${i}` })),
      tool_choice: {
        type: "allowed_tools",
        allowed_tools: { mode: "auto", tools: [tool({ name: "f7" })] },
      },
    },
  ],
  ["the same limit twice", { max_tokens: 5, max_completion_tokens: 5 }],
  ["the largest seed that JSON can say", { seed: 2 ** 53 }],
];

describe("a Chat Completions request", () => {
  it.each(openAiRefused)("is refused by name: %s", (_name, fields, path) => {
    expect(refusal(openAi(fields))?.path).toBe(path);
  });

  it.each(openAiTaken)("is taken: %s", (_name, fields) => {
    expect(refusal(openAi(fields))).toBeNull();
  });

  it("E01 E05 says of what isn't there that it is missing", () => {
    for (const path of ["model", "messages"]) {
      expect(refusal(openAi({ [path]: undefined }))).toEqual({ path, failure: "missing_param" });
    }
  });
});
