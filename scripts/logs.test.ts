import { expect, test } from "vitest";
import { textForConsole } from "./logs.mjs";

test.each([
  ["a warning", '{"level":40,"time":1,"msg":"slow","requestId":"req_1"}', false, "slow (req_1)"],
  ["an error", '{"level":50,"msg":"failed","err":{"message":"why"}}', false, "failed why"],
  ["an uncaught error on stderr", "TypeError: x", true, "TypeError: x"],
  ["a message of level info", '{"level":30,"msg":"fine"}', true, ""],
  ["plain chatter", "ready in 3 ms", false, ""],
])("%s", (_name, line, isError, shown) => {
  expect(textForConsole(line, isError)).toBe(shown);
});
