import { describe, expect, it } from "vitest";
import { demoHabits } from "@/db/seed-keys";
import { planTopUps, spendTargets, topUpCents } from "@/db/seed-payments";
import { inventedSince, inventTraffic } from "@/db/seed-traffic";
import { usdToNanos } from "@/lib/money";
import { addMs, hourMs } from "@/lib/time";

const price = (input: string, output: string) => ({
  inputNanosPerMtok: usdToNanos(input),
  outputNanosPerMtok: usdToNanos(output),
});
const prices = new Map([
  ["claude-haiku-4-5-20251001", price("1", "5")],
  ["deepseek-chat", price("0.28", "0.42")],
  ["glm-4.7", price("0.60", "2.20")],
  ["gpt-4", price("30", "60")],
]);

function invent(now: Date) {
  return inventTraffic({
    habits: demoHabits(now),
    prices,
    targets: spendTargets(now),
    since: inventedSince(now),
    now,
  });
}

describe("inventTraffic", () => {
  // Every 29 hours from the end of a leap February on: all hours of the day, all days of the week.
  const starts = Array.from({ length: 24 }, (_, i) =>
    addMs(new Date("2028-02-28T23:59:59.000Z"), i * 29 * hourMs),
  );

  it.each(starts)("is believable and paid for when started at %s", (now) => {
    const requests = invent(now);
    expect(requests.length).toBeGreaterThan(8_000);
    expect(requests.length).toBeLessThan(20_000);
    const ends = requests.map(({ at, latencyMs }) => at.getTime() + latencyMs);
    expect(Math.max(...ends)).toBeLessThan(now.getTime());
    expect(Math.max(...requests.map(({ outputTokens }) => outputTokens))).toBeLessThanOrEqual(
      8_192,
    );

    expect(planTopUps(requests)).toHaveLength(topUpCents.length);
    const cost = requests.reduce((sum, { costNanos }) => sum + costNanos, 0n);
    expect(Number(cost) / 1e9).toBeCloseTo(290 - 42.18, 0);
  });

  it("is the same for the same moment", () => {
    const now = new Date("2026-11-21T04:00:00.000Z");
    const facts = () => invent(now).map(({ at, model, costNanos }) => [at, model, costNanos]);
    expect(facts()).toEqual(facts());
  });
});
