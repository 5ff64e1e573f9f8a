import { expect, test } from "vitest";
import { clientName } from "@/app/(dashboard)/keys/[id]/client-name";

test.each([
  ["curl/8.6.0", "curl/8.6.0"],
  ["OpenAI/JS 6.49.0", "OpenAI/JS 6.49.0"],
  ["python-httpx/0.28.1 extra (things)", "python-httpx/0.28.1"],
  ["node", "node"],
  ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0", "Chrome on Linux"],
  ["", null],
  [null, null],
  ["x".repeat(300), `${"x".repeat(39)}…`],
])("%j reads as %j", (agent, name) => {
  expect(clientName(agent)).toBe(name);
});
