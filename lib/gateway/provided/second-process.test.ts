import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { applyConfiguration } from "@/db/configuration";
import { Configuration } from "@/lib/configuration";
import { openTestDoor, type TestDoor, testSettings } from "@/lib/gateway/testing/gateway";
import { type MockProcess, spawnMockUpstreams } from "@/lib/gateway/testing/mock-process";
import {
  inputTokens,
  mockCall,
  mockCredential,
  mockWords,
  type Script,
} from "@/lib/gateway/testing/mock-upstream";
import { endProcess, type GatewayProcess, spawnGateway } from "@/lib/gateway/testing/process";
import { type Caller, costOf, mockPrice, newCallerOf } from "@/lib/gateway/testing/provided-door";

let door: TestDoor;
let gateway: GatewayProcess;
let mocks: MockProcess;
let caller: Caller;

beforeAll(async () => {
  [door, mocks] = await Promise.all([openTestDoor({ gateways: 0 }), spawnMockUpstreams()]);
  const kinds = ["openai", "anthropic"] as const;
  const configuration = Configuration.parse({
    upstreams: kinds.map((kind) => ({
      ...{ id: kind, kind, base_url: mocks.baseUrls[kind] },
      ...{ api_key: mockCredential, allow_private: true },
    })),
    models: kinds.map((kind) => ({
      ...{ id: `of-${kind}`, upstreams: [kind], upstream_model: `vendor-${kind}` },
      ...{ context_tokens: 128_000, output_tokens_max: 1_000, price: mockPrice },
    })),
  });
  await applyConfiguration(door.database.db, configuration, testSettings.credentialKey);
  gateway = await spawnGateway(door.database.url, 24_300);
}, 60_000);
afterAll(async () => {
  await endProcess(gateway.child, "SIGTERM");
  await mocks.close();
  await door.close();
});
beforeEach(async () => {
  caller = await newCallerOf(door);
});

const openAi = () =>
  new OpenAI({ apiKey: caller.key.secret, baseURL: `${gateway.origin}/v1`, maxRetries: 0 });
const anthropic = () =>
  new Anthropic({ apiKey: caller.key.secret, baseURL: gateway.origin, maxRetries: 0 });

const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const question = "What is this?";
const tool = { name: mockCall.name, parameters: { type: "object" as const, properties: {} } };

/** What both clients make of an answer. */
interface Heard {
  text: string;
  call: { name: string; input: unknown } | null;
  input: number | undefined;
  output: number | undefined;
}

async function askOpenAi(model: string, stream: boolean, withImage: boolean): Promise<Heard> {
  const content = [
    { type: "text" as const, text: question },
    { type: "image_url" as const, image_url: { url: `data:image/png;base64,${png}` } },
  ];
  const body = {
    ...{ model, max_tokens: 100, tools: [{ type: "function" as const, function: tool }] },
    messages: [{ role: "user" as const, content: withImage ? content : question }],
  };
  const { completions } = openAi().chat;
  const options = { stream_options: { include_usage: true } };
  const answer = stream
    ? await completions.stream({ ...body, ...options }).finalChatCompletion()
    : await completions.create(body);
  const [choice] = answer.choices;
  const [call] = choice?.message.tool_calls ?? [];
  return {
    text: choice?.message.content ?? "",
    call:
      call?.type === "function"
        ? { name: call.function.name, input: JSON.parse(call.function.arguments) }
        : null,
    input: answer.usage?.prompt_tokens,
    output: answer.usage?.completion_tokens,
  };
}

async function askAnthropic(model: string, stream: boolean, withImage: boolean): Promise<Heard> {
  const content = [
    { type: "text" as const, text: question },
    {
      type: "image" as const,
      source: { type: "base64" as const, media_type: "image/png" as const, data: png },
    },
  ];
  const body = {
    ...{ model, max_tokens: 100, tools: [{ name: tool.name, input_schema: tool.parameters }] },
    messages: [{ role: "user" as const, content: withImage ? content : question }],
  };
  const answer = stream
    ? await anthropic().messages.stream(body).finalMessage()
    : await anthropic().messages.create(body);
  const [block] = answer.content;
  return {
    text: block?.type === "text" ? block.text : "",
    call: block?.type === "tool_use" ? { name: block.name, input: block.input } : null,
    input: answer.usage.input_tokens,
    output: answer.usage.output_tokens,
  };
}

const name =
  "A model served by a real second process speaking OpenAI's protocol, another speaking Anthropic's, each reached through both SDKs, billed to the nano-dollar";

describe(name, () => {
  const kinds = ["openai", "anthropic"] as const;
  const ways = kinds.flatMap((upstream) =>
    kinds.flatMap((client) => [false, true].map((stream) => ({ upstream, client, stream }))),
  );

  it.each(ways)(
    "A7 P4 $upstream's by the SDK of $client, streamed: $stream: words, images, tools",
    async ({ upstream, client, stream }) => {
      const ask = client === "openai" ? askOpenAi : askAnthropic;
      const turns: { script: Script; withImage: boolean; output: number }[] = [
        { script: { does: "answer" }, withImage: false, output: mockWords.length },
        { script: { does: "answer" }, withImage: true, output: mockWords.length },
        { script: { does: "call" }, withImage: false, output: 3 },
      ];
      for (const { script, withImage, output } of turns) {
        caller = await newCallerOf(door);
        await mocks.play(upstream, script);
        const before = mocks.exchanges(upstream).length;
        const heard = await ask(`of-${upstream}`, stream, withImage);
        const isCall = script.does === "call";
        expect(heard).toEqual({
          text: isCall ? "" : mockWords.join(""),
          call: isCall ? { name: mockCall.name, input: mockCall.input } : null,
          ...{ input: inputTokens, output },
        });
        // What the other process wrote down of it is the truth.
        await expect.poll(() => mocks.exchanges(upstream).length).toBe(before + 1);
        const truth = mocks.exchanges(upstream)[before];
        expect(truth).toMatchObject({ isComplete: true, inputTokens, outputTokens: output });
        expect(JSON.stringify(truth?.body).includes(png)).toBe(withImage);
        expect(truth?.body).toMatchObject({ model: `vendor-${upstream}`, stream });
        const row = await caller.settled();
        expect(row).toMatchObject({ status: 200, outcome: "ok", estimated: false });
        expect(row.costNanos).toBe(costOf(inputTokens, output));
      }
    },
  );
});
