import { describe, expect, it } from "vitest";
import { Breaker } from "@/lib/gateway/upstreams/breaker";

function fail(breaker: Breaker, times: number, nowMs: number) {
  for (let i = 0; i < times; i++) breaker.fail(nowMs);
}

describe("P16 an upstream that answers nobody is left alone", () => {
  it("opens after twenty failures in a row, and one success closes it", () => {
    const breaker = new Breaker();
    fail(breaker, 19, 0);
    expect(breaker.waitMs(0)).toBe(0);
    breaker.succeed();
    fail(breaker, 19, 0);
    expect(breaker.waitMs(0)).toBe(0);
    breaker.fail(0);
    expect(breaker.waitMs(0)).toBe(2_000);
    expect(breaker.waitMs(2_000)).toBe(0);
    breaker.succeed();
    expect(breaker.waitMs(0)).toBe(0);
  });

  it("after the pause one request tries, and the others wait for it", () => {
    const breaker = new Breaker();
    fail(breaker, 20, 0);
    breaker.begin(2_000);
    expect(breaker.waitMs(2_001)).toBeGreaterThan(0);
    breaker.succeed();
    expect(breaker.waitMs(2_001)).toBe(0);
  });

  it("pauses double up to fifteen seconds while it fails, and only by those that try", () => {
    const breaker = new Breaker();
    fail(breaker, 200, 0);
    expect(breaker.waitMs(0)).toBe(2_000);
    const pauses: number[] = [];
    let now = 0;
    for (let i = 0; i < 5; i++) {
      now += breaker.waitMs(now);
      breaker.begin(now);
      breaker.fail(now);
      pauses.push(breaker.waitMs(now));
    }
    expect(pauses).toEqual([4_000, 8_000, 15_000, 15_000, 15_000]);
  });
});
