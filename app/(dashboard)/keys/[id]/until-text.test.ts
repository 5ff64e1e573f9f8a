import { expect, test } from "vitest";
import { durationText, untilText } from "@/app/(dashboard)/keys/[id]/until-text";

const now = new Date("2026-11-21T13:00:00Z");

test("today is named by its time, another day with its date", () => {
  expect(untilText(new Date("2026-11-21T14:00:00Z"), now)).toBe("14:00 UTC");
  expect(untilText(new Date("2026-11-22T00:30:00Z"), now)).toMatch(/^22 Nov, 00:30 UTC$/);
});

test.each([
  [900, "15 minutes"],
  [3_600, "1 hour"],
  [86_400, "24 hours"],
  [604_800, "7 days"],
  [172_800, "2 days"],
  [90, "90 seconds"],
  [1, "1 second"],
])("%i seconds read as %s", (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});
