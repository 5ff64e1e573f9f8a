import { expect, test } from "vitest";
import { answerWord } from "@/app/(dashboard)/webhooks/[id]/delivery-words";

test.each([
  [{ status: null, error: null }, null],
  [{ status: 204, error: null }, "204"],
  [{ status: 500, error: "status" }, "500"],
  [{ status: 410, error: "gone" }, "410"],
  [{ status: null, error: "timeout" }, "timed out"],
  [{ status: 500, error: "disabled" }, "disabled"],
  [{ status: null, error: "toString" }, "failed"],
])("%o is told as %s", (last, word) => {
  expect(answerWord(last)).toBe(word);
});
