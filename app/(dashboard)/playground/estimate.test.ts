import { expect, test } from "vitest";
import { type ChatBody, toChatBody } from "@/app/(dashboard)/playground/chat-body";
import { estimateCost, type ModelChoice } from "@/app/(dashboard)/playground/estimate";
import { parseJson } from "@/lib/gateway/json";
import { openAi } from "@/lib/gateway/protocols/openai";
import { boundInput } from "@/lib/gateway/upstreams/input-bound";
import { countInput } from "@/lib/gateway/upstreams/simulated/count";

const model: ModelChoice = {
  id: "deepseek-chat",
  name: "DeepSeek",
  inputNanosPerMtok: "270000000",
  outputNanosPerMtok: "1100000000",
  contextTokens: 64_000,
  outputTokensMax: 8_000,
  outputTokensDefault: 1_024,
  isSimulated: true,
};

const settings = {
  keyId: "",
  model: model.id,
  maxTokens: null,
  temperature: 0.7,
  isStreamed: true,
};

const texts = [
  "Hello!",
  "",
  'Ünïcödé 漢字 👩‍👩‍👧 "quoted" \\ \n\t end',
  "word ".repeat(2_000),
  " ".repeat(100),
];

const bodies: ChatBody[] = [
  ...texts.map((content) => toChatBody(settings, [{ role: "user", content }])),
  toChatBody({ ...settings, maxTokens: 50, isStreamed: false }, [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Why?" },
    { role: "assistant", content: "Because." },
    { role: "user", content: "Really?" },
  ]),
];

test("the input is counted by the rule that the gateway counts by, to the token", () => {
  for (const body of bodies) {
    const chat = openAi.parse(body, { requiresMaxTokens: false });
    expect(estimateCost(body, model, false)).toMatchObject({
      inputTokens: countInput(chat, model.contextTokens),
      isExact: true,
    });
  }
});

test("for a provider it is the bound that the gateway sets aside", () => {
  for (const body of bodies) {
    const { value, bytesMax } = parseJson(new TextEncoder().encode(JSON.stringify(body)));
    const chat = { ...openAi.parse(value, { requiresMaxTokens: false }), bytesMax };
    expect(estimateCost(body, { ...model, isSimulated: false }, false)).toMatchObject({
      inputTokens: boundInput(chat, model.contextTokens),
      isExact: false,
    });
  }
});

test("a test key costs nothing, whoever would answer", () => {
  for (const body of bodies) {
    const estimate = estimateCost(body, { ...model, isSimulated: false }, true);
    expect(estimate).toMatchObject({ costNanosMax: 0n, isExact: true });
  }
});

test("the output is what is asked for, the model's default or its most, and what the context leaves", () => {
  const ask = (maxTokens: number | null, content = "Hi") =>
    estimateCost(toChatBody({ ...settings, maxTokens }, [{ role: "user", content }]), model, false)
      .outputTokensMax;
  expect(ask(null)).toBe(1_024);
  expect(ask(10)).toBe(10);
  expect(ask(1_000_000)).toBe(8_000);
  expect(ask(8_000, "a ".repeat(63_000))).toBe(64_000 - 63_004 - 1);
  expect(ask(null, "a ".repeat(70_000))).toBe(0);
});

test("the price is rounded up once, to the nano-dollar", () => {
  const body = toChatBody({ ...settings, maxTokens: 1 }, [{ role: "user", content: "Hi" }]);
  // Five tokens in at 270 and one out at 1,100 nano-dollars.
  expect(estimateCost(body, model, false).costNanosMax).toBe(2_450n);
  expect(estimateCost(body, { ...model, inputNanosPerMtok: "1" }, false).costNanosMax).toBe(1_101n);
});
