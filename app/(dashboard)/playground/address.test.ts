import { expect, test } from "vitest";
import { readSettings, settingsAddress } from "@/app/(dashboard)/playground/address";
import {
  emptyConversation,
  readConversation,
  toMessages,
} from "@/app/(dashboard)/playground/turns";

const read = (query: string) => readSettings(new URLSearchParams(query));

test("the address says all settings, and reading it gives them back", () => {
  const settings = {
    keyId: "key_01kah5v3zq8m2n4c6d7e8f9gab",
    model: "vendor/model-1.5",
    maxTokens: 64,
    temperature: 0.25,
    isStreamed: false,
  };
  const address = settingsAddress(settings);
  expect(read(address.split("?")[1] ?? "")).toEqual(settings);
  expect(settingsAddress(read(""))).toBe("/playground");
});

test("K13 what can't be is left out", () => {
  const wrong =
    "model=%00&key=%20&max_tokens=-1&temperature=__proto__&stream=__proto__&max_tokens=1e9";
  expect(read(wrong)).toEqual(read(""));
  expect(read(`model=${"m".repeat(201)}`).model).toBe("");
  for (const max of ["0", "1.5", "1e3", "0x10", "NaN", "99999999999"]) {
    expect(read(`max_tokens=${max}`).maxTokens, max).toBeNull();
  }
  for (const temperature of ["-1", "2.1", "Infinity", "1e-3", ""]) {
    expect(read(`temperature=${temperature}`).temperature, temperature).toBeNull();
  }
});

test("a kept conversation is read back, and what isn't one is an empty one", () => {
  const receipt = {
    inputTokens: 5,
    outputTokens: 9,
    costNanos: "12",
    latencyMs: 80,
    firstByteMs: null,
  };
  const turns = [
    { id: 1, role: "user", text: "Hi", requestId: null, receipt: null, end: null },
    { id: 2, role: "assistant", text: "Ho", requestId: "req_x", receipt, end: "stopped" },
  ];
  const kept = { system: "Be brief.", draft: "And", turns };
  expect(readConversation(JSON.stringify(kept))).toEqual(kept);
  const wrong = ["", "null", "[]", "5", '{"turns":5}', '{"turns":[null,{"role":"x","text":"y"}]}'];
  for (const text of [null, ...wrong]) {
    expect(readConversation(text), String(text)).toEqual(emptyConversation);
  }
});

test("messages without a word aren't sent", () => {
  const conversation = readConversation(
    JSON.stringify({
      system: "  ",
      turns: [
        { role: "user", text: "Hi" },
        { role: "user", text: "\n" },
      ],
    }),
  );
  expect(toMessages(conversation)).toEqual([{ role: "user", content: "Hi" }]);
});
