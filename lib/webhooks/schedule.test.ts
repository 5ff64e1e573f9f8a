import fc from "fast-check";
import { expect, test } from "vitest";
import { dayMs, hourMs, minuteMs } from "@/lib/time";
import {
  attemptsMax,
  nextWaitMs,
  readRetryAfter,
  retryAfterMaxMs,
  retryWaitsMs,
} from "@/lib/webhooks/schedule";

const answer = fc.record({
  status: fc.constantFrom(null, 301, 400, 404, 429, 500, 502, 503, 504),
  retryAfterMs: fc.option(fc.integer({ min: 1, max: 3 * dayMs })),
});

test("no attempt is made sooner than planned or asked for, nor much later, and there is a last one", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: attemptsMax + 5 }),
      answer,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (made, came, random) => {
        const wait = nextWaitMs(made, came, random);
        expect(wait === null).toBe(made >= attemptsMax);
        if (wait === null) return;
        const asked = Math.min(came.retryAfterMs ?? 0, retryAfterMaxMs);
        const busy = [429, 502, 504].includes(came.status ?? 0) ? minuteMs : 0;
        const least = Math.max(retryWaitsMs[made - 1] ?? 0, asked, busy);
        expect(wait).toBeGreaterThanOrEqual(least);
        expect(wait).toBeLessThanOrEqual(Math.round(least * 1.2));
      },
    ),
  );
});

test("ten attempts span about three days", () => {
  const plain = { status: 500, retryAfterMs: null };
  const span = Array.from({ length: attemptsMax - 1 }, (_, i) => nextWaitMs(i + 1, plain, 0) ?? 0);
  expect(attemptsMax).toBe(10);
  expect(span.reduce((sum, wait) => sum + wait, 0)).toBe(75 * hourMs + 35 * minuteMs + 5_000);
});

test("Retry-After is seconds or a date, at most a day", () => {
  const now = new Date("2026-11-21T00:00:00Z");
  expect(readRetryAfter("120", now)).toBe(120_000);
  expect(readRetryAfter("Sat, 21 Nov 2026 00:10:00 GMT", now)).toBe(600_000);
  expect(readRetryAfter("999999999", now)).toBe(dayMs);
  expect(readRetryAfter("Sun, 21 Nov 2027 00:00:00 GMT", now)).toBe(dayMs);
  for (const header of [undefined, "", "0", "-5", "1.5", "soon", "Fri, 20 Nov 2026 00:00:00 GMT"]) {
    expect(readRetryAfter(header, now)).toBeNull();
  }
});
