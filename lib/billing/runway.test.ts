import { expect, test } from "vitest";
import { balanceTone, runwayText } from "@/lib/billing/runway";
import { usdToNanos } from "@/lib/money";
import { dayMs, hourMs } from "@/lib/time";

const week = 7 * dayMs;

test.each([
  ["nothing was spent", "10", "0", 0, null],
  ["a steady week", "12", "7", week, "about 12 days at this rate"],
  ["one day left", "1", "7", week, "about 1 day at this rate"],
  ["hours left", "0.50", "7", week, "less than a day at this rate"],
  ["years left", "10000", "0.01", week, "more than a year at this rate"],
  ["the first hour counts as a day", "5", "1", hourMs, "about 5 days at this rate"],
  ["an empty balance", "0", "7", week, "used up; requests are refused"],
])("runway with %s", (_name, balance, cost, sinceMs, expected) => {
  const spending = { costNanos: usdToNanos(cost), sinceMs };
  expect(runwayText(usdToNanos(balance), spending)).toBe(expected);
});

test("the tone warns below three days and alarms at zero", () => {
  const spending = { costNanos: usdToNanos("7"), sinceMs: week };
  expect(balanceTone(usdToNanos("3"), spending)).toBe("neutral");
  expect(balanceTone(usdToNanos("2.99"), spending)).toBe("amber");
  expect(balanceTone(0n, spending)).toBe("red");
});
