import { describe, expect, it } from "vitest";
import type { ChatRequest } from "@/lib/gateway/chat";
import { parseRequest as parseAnthropic } from "@/lib/gateway/protocols/anthropic/request";
import { parseRequest as parseOpenAi } from "@/lib/gateway/protocols/openai/request";
import { countInput } from "@/lib/gateway/upstreams/simulated/count";

const url = "https://images.example.com/a.png";
const png = "iVBORw0KGgo=";
const parameters = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
};

const inOpenAi = {
  model: "m",
  max_completion_tokens: 77,
  temperature: 0.5,
  top_p: 0.9,
  stop: ["END"],
  stream: true,
  stream_options: { include_usage: true },
  user: "u1",
  parallel_tool_calls: false,
  tools: [
    { type: "function", function: { name: "weather", description: "Weather", parameters } },
    { type: "function", function: { name: "clock", parameters } },
  ],
  tool_choice: { type: "function", function: { name: "weather" } },
  messages: [
    { role: "system", content: "Be brief." },
    {
      role: "user",
      content: [
        { type: "text", text: "What is on them?" },
        { type: "image_url", image_url: { url } },
        { type: "image_url", image_url: { url: `data:image/png;base64,${png}` } },
      ],
    },
    {
      role: "assistant",
      content: "I look.",
      tool_calls: [
        { id: "c1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } },
        { id: "c2", type: "function", function: { name: "clock", arguments: "{}" } },
      ],
    },
    { role: "tool", tool_call_id: "c1", content: "sleet" },
    { role: "tool", tool_call_id: "c2", content: "noon" },
    { role: "user", content: "And now?" },
  ],
};

const inAnthropic = {
  model: "m",
  max_tokens: 77,
  temperature: 0.5,
  top_p: 0.9,
  stop_sequences: ["END"],
  stream: true,
  metadata: { user_id: "u1" },
  system: "Be brief.",
  tools: [
    { name: "weather", description: "Weather", input_schema: parameters },
    { name: "clock", input_schema: parameters },
  ],
  tool_choice: { type: "tool", name: "weather", disable_parallel_tool_use: true },
  messages: [
    {
      role: "user",
      content: [
        { type: "text", text: "What is on them?" },
        { type: "image", source: { type: "url", url } },
        { type: "image", source: { type: "base64", media_type: "image/png", data: png } },
      ],
    },
    {
      role: "assistant",
      content: [
        { type: "text", text: "I look." },
        { type: "tool_use", id: "c1", name: "weather", input: { city: "Oslo" } },
        { type: "tool_use", id: "c2", name: "clock", input: {} },
      ],
    },
    {
      role: "user",
      content: [
        { type: "tool_result", tool_use_id: "c1", content: "sleet" },
        { type: "tool_result", tool_use_id: "c2", content: [{ type: "text", text: "noon" }] },
        { type: "text", text: "And now?" },
      ],
    },
  ],
};

/** All of a request but the traces of the protocol that it came in; turns as runs of parts. */
function meaningOf(request: ChatRequest) {
  const { original: _, maxTokensField: __, messages, ...rest } = request;
  const turns: { role: string; parts: unknown[] }[] = [];
  for (const { role, parts } of messages) {
    const last = turns[turns.length - 1];
    if (last?.role === role) last.parts.push(...parts);
    else turns.push({ role, parts: [...parts] });
  }
  return { ...rest, turns };
}

describe("A7 one conversation in two protocols", () => {
  const openAi = parseOpenAi(inOpenAi);
  const anthropic = parseAnthropic(inAnthropic, { requiresMaxTokens: false });

  it("is one request, whichever it came in", () => {
    expect(meaningOf(openAi)).toEqual(meaningOf(anthropic));
  });

  it("keeps the body as it came, for an upstream of the same kind", () => {
    expect(openAi.original).toEqual({ protocol: "openai", body: inOpenAi });
    expect(anthropic.original).toEqual({ protocol: "anthropic", body: inAnthropic });
  });

  it("costs the same input, but for how its turns are cut", () => {
    const [a, b] = [countInput(openAi, 1e9), countInput(anthropic, 1e9)];
    // Two results in one turn are one message in one protocol and two in the other.
    expect(Math.abs(a - b)).toBeLessThanOrEqual(4);
  });
});

it("a limit named by either field is told by the name it was given", () => {
  const messages = [{ role: "user", content: "Hi" }];
  expect(parseOpenAi({ model: "m", messages, max_tokens: 5 }).maxTokensField).toBe("max_tokens");
  expect(parseOpenAi({ model: "m", messages, max_completion_tokens: 5 }).maxTokensField).toBe(
    "max_completion_tokens",
  );
});
