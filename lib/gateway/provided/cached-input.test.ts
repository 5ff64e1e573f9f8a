import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ProtocolName } from "@/lib/gateway/chat";
import {
  type Caller,
  costOf,
  newCaller,
  openProvidedDoor,
  type ProvidedDoor,
} from "@/lib/gateway/testing/provided-door";

let provided: ProvidedDoor;
let caller: Caller;
beforeAll(async () => {
  provided = await openProvidedDoor();
});
afterAll(() => provided.close());
beforeEach(async () => {
  caller = await newCaller(provided);
});

/** Of OpenAI's input the cached tokens are a part. */
const openAiUsage = {
  prompt_tokens: 17,
  completion_tokens: 6,
  total_tokens: 23,
  prompt_tokens_details: { cached_tokens: 12, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 2 },
};
/** Anthropic's they come on top of. */
const anthropicUsage = {
  input_tokens: 5,
  cache_read_input_tokens: 100,
  cache_creation_input_tokens: 12,
  cache_creation: { ephemeral_5m_input_tokens: 8, ephemeral_1h_input_tokens: 4 },
  output_tokens: 6,
};

/** The usage that a client is told at the end, of an answer or a stream. */
async function toldUsage(
  client: ProtocolName,
  upstream: ProtocolName,
  usage: Record<string, unknown>,
  stream: boolean,
) {
  provided[upstream].play({ does: "usage", usage });
  const options = client === "openai" ? { stream_options: { include_usage: true } } : {};
  const body = stream ? { stream, ...options } : {};
  const response = await caller.post(client, `of-${upstream}`, body);
  expect(response.status).toBe(200);
  const text = await response.text();
  if (!stream) return JSON.parse(text).usage;
  const events = [...text.matchAll(/^data: (\{.*)$/gm)].map((match) => JSON.parse(match[1] ?? ""));
  return events.findLast((event) => event.usage)?.usage;
}

describe.each([false, true])("input that a provider had in its cache, streamed: %s", (stream) => {
  it("is told in OpenAI's words as it came, and billed as the input that it is part of", async () => {
    expect(await toldUsage("openai", "openai", openAiUsage, stream)).toEqual(openAiUsage);
    expect(await caller.settled()).toMatchObject({
      ...{ inputTokens: 17, outputTokens: 6, costNanos: costOf(17, 6), estimated: false },
    });
  });

  it("is told in Anthropic's words as it came, and billed beside the rest, once", async () => {
    expect(await toldUsage("anthropic", "anthropic", anthropicUsage, stream)).toEqual(
      anthropicUsage,
    );
    expect(await caller.settled()).toMatchObject({
      ...{ inputTokens: 117, outputTokens: 6, costNanos: costOf(117, 6), estimated: false },
    });
  });

  it("is told apart from the rest to Anthropic's clients of OpenAI's", async () => {
    expect(await toldUsage("anthropic", "openai", openAiUsage, stream)).toMatchObject({
      ...{ input_tokens: 5, cache_read_input_tokens: 12, cache_creation_input_tokens: 0 },
      output_tokens: 6,
    });
    expect((await caller.settled()).costNanos).toBe(costOf(17, 6));
  });

  it("is told as part of the whole to OpenAI's clients of Anthropic's", async () => {
    expect(await toldUsage("openai", "anthropic", anthropicUsage, stream)).toMatchObject({
      ...{ prompt_tokens: 117, completion_tokens: 6, total_tokens: 123 },
      prompt_tokens_details: { cached_tokens: 100 },
    });
    expect((await caller.settled()).costNanos).toBe(costOf(117, 6));
  });

  it("isn't missed where there is none to tell of", async () => {
    const none = {
      ...anthropicUsage,
      cache_read_input_tokens: null,
      cache_creation_input_tokens: null,
    };
    expect(await toldUsage("anthropic", "anthropic", none, stream)).toEqual(none);
    expect(await caller.settled()).toMatchObject({ inputTokens: 5, estimated: false, usage: null });
  });

  const figures = [-5, "12", 1.5, true, {}, [], 1e308, 1e18, 9_999_999];
  it.each(figures)(
    "G16 that lies (%j) is never a credit, nor more than was set aside",
    async (figure) => {
      for (const client of ["openai", "anthropic"] as const) {
        for (const upstream of ["openai", "anthropic"] as const) {
          caller = await newCaller(provided);
          const usage =
            upstream === "openai"
              ? { ...openAiUsage, prompt_tokens_details: { cached_tokens: figure } }
              : {
                  ...anthropicUsage,
                  cache_read_input_tokens: figure,
                  cache_creation_input_tokens: figure,
                };
          const told = await toldUsage(client, upstream, usage, stream);
          const row = await caller.settled();
          expect(row).toMatchObject({ outcome: "ok", estimated: true });
          expect(row.inputTokens).toBeGreaterThanOrEqual(upstream === "openai" ? 17 : 5);
          expect(row.inputTokens).toBeLessThan(2_000);
          expect(row.costNanos).toBe(costOf(row.inputTokens, row.outputTokens));
          const {
            input_tokens,
            cache_read_input_tokens: read,
            cache_creation_input_tokens: written,
          } = told;
          // The client is told the figures that it is billed by, whatever its words for them.
          const sum = client === "openai" ? told.prompt_tokens : input_tokens + read + written;
          expect(sum).toBe(row.inputTokens);
        }
      }
    },
  );
});
