import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ProtocolName, textChat } from "@/lib/gateway/chat";
import { anthropicWire } from "@/lib/gateway/upstreams/anthropic";
import { boundInput } from "@/lib/gateway/upstreams/input-bound";
import { openAiWire } from "@/lib/gateway/upstreams/openai";
import { ProviderFailure } from "@/lib/gateway/upstreams/provider-failure";
import { countInput } from "@/lib/gateway/upstreams/simulated/count";
import type { UpstreamEvent } from "@/lib/gateway/upstreams/upstream";
import type { Wire } from "@/lib/gateway/upstreams/wire";

const wires: Record<ProtocolName, Wire> = { openai: openAiWire, anthropic: anthropicWire };
const protocols = ["openai", "anthropic"] as const;
const account = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };

function chatOf(protocol: ProtocolName) {
  const body = { model: "ours", messages: [] };
  return textChat("ours", [{ role: "user", text: "Hi" }], {
    ...{ original: { protocol, body }, includeUsage: true, stream: true },
  });
}

/** What a wire makes of things that a provider may send, as long as it takes them. */
function take(wire: Wire, client: ProtocolName, frames: string[]): UpstreamEvent[] {
  const reader = wire.readStream(chatOf(client));
  const events: UpstreamEvent[] = [];
  try {
    for (const data of frames) events.push(...reader.take({ type: "", data }));
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
  }
  return events;
}

/** JSON that looks like a frame of either protocol here and there. */
const leaf = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, 1, -1, 1e308, "", "x", "stop", "tool_use", "text"),
  fc.string({ maxLength: 3 }),
);
const name = fc.constantFrom(
  ...["choices", "delta", "index", "content", "tool_calls", "function", "name", "arguments", "id"],
  ...["usage", "prompt_tokens", "finish_reason", "type", "message", "content_block", "text"],
  ...["partial_json", "error", "output_tokens", "__proto__", "reasoning_content"],
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(name, tie("tree"), { maxKeys: 5 }),
  ),
}));
const openAiFrame = tree.map((delta) => ({ choices: [{ index: 0, delta, finish_reason: null }] }));
const anthropicFrame = fc.record({
  type: fc.constantFrom(
    ...["message_start", "content_block_start", "content_block_delta", "message_delta", "ping"],
  ),
  index: fc.nat(3),
  message: tree,
  content_block: tree,
  delta: tree,
  usage: tree,
});
const frames = fc.array(
  fc.oneof(
    fc.oneof(tree, openAiFrame, anthropicFrame).map((value) => JSON.stringify(value)),
    fc.string(),
    fc.constant("[DONE]"),
  ),
  { maxLength: 8 },
);

describe.each(protocols)("whatever a provider of %s sends", (upstream) => {
  it.each(protocols)("ends in words that %s's clients can read, or in a failure", (client) => {
    fc.assert(
      fc.property(frames, (sent) => {
        for (const event of take(wires[upstream], client, sent)) {
          if ("tokens" in event) expect(event.tokens).toBeGreaterThanOrEqual(0);
          if (event.type !== "frame") continue;
          const text = event.write(account);
          const data = /^(?:event: [a-z_]+\n)?data: (.*)\n\n$/.exec(text)?.[1] ?? "";
          expect(typeof JSON.parse(data)).toBe("object");
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each(protocols)("in one piece is an answer or a failure to %s's clients", (client) => {
    fc.assert(
      fc.property(tree, (body) => {
        try {
          wires[upstream].readAnswer(chatOf(client), body);
        } catch (error) {
          expect(error).toBeInstanceOf(ProviderFailure);
        }
      }),
      { numRuns: 500 },
    );
  });
});

it("calls that are told in turns reach Anthropic's clients one after the other", () => {
  const call = (index: number, rest: object) =>
    JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [{ index, ...rest }] } }] });
  const events = take(openAiWire, "anthropic", [
    call(0, { id: "a", function: { name: "f", arguments: "" } }),
    call(1, { id: "b", function: { name: "g", arguments: "[" } }),
    call(0, { function: { arguments: "1" } }),
    call(1, { function: { arguments: "]" } }),
    "[DONE]",
  ]);
  const told = events.map((event) => {
    if (event.type === "tool_call") return event.name;
    return event.type === "arguments" ? event.json : event.type;
  });
  expect(told).toEqual(["f", "1", "g", "[]", "stop"]);
});

describe("what is set aside for input that only a provider can count", () => {
  it("is never less than a count by words or by bytes, and never more than the context", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 200 });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (texts) => {
        const chat = textChat(
          "m",
          texts.map((one) => ({ role: "user" as const, text: one })),
        );
        const bytes = texts.reduce((sum, one) => sum + Buffer.byteLength(one), 0);
        const bound = boundInput(chat, 1_000_000);
        expect(bound).toBeGreaterThanOrEqual(Math.max(bytes, countInput(chat, 1e9)));
        expect(boundInput(chat, 1_100)).toBeLessThanOrEqual(1_100);
      }),
    );
  });

  it("doesn't grow with the size of a picture", () => {
    const withImage = (bytes: number) =>
      textChat("m", [], {
        messages: [
          {
            role: "user",
            parts: [
              {
                type: "image",
                url: `data:image/png;base64,${"A".repeat(bytes)}`,
                detail: null,
              },
            ],
          },
        ],
      });
    expect(boundInput(withImage(1_000_000), 1e9)).toBe(boundInput(withImage(10), 1e9));
    expect(boundInput(withImage(10), 1e9)).toBeGreaterThan(8_192);
  });
});
