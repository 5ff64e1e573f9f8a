import { expect, test } from "vitest";
import { expiryDayRange, resolveExpiry } from "@/lib/keys/expiry";

const now = new Date("2026-11-21T23:30:00.000Z");
const day = (text: string) => resolveExpiry({ kind: "day", day: text }, now);

test("a number of days is counted to the millisecond", () => {
  expect(resolveExpiry({ kind: "days", days: 90 }, now)).toEqual({
    ok: true,
    expiresAt: new Date("2027-02-19T23:30:00.000Z"),
  });
});

test("never is no instant at all", () => {
  expect(resolveExpiry({ kind: "never" }, now)).toEqual({ ok: true, expiresAt: null });
});

test("a chosen day is the last on which the key works, in UTC", () => {
  expect(day("2026-11-22")).toEqual({ ok: true, expiresAt: new Date("2026-11-22T23:59:59.999Z") });
  expect(day("2027-11-21")).toEqual({ ok: true, expiresAt: new Date("2027-11-21T23:59:59.999Z") });
});

test.each(["2026-11-21", "2026-11-20", "1970-01-01", "2027-11-22", "9999-12-31", "2027-02-30"])(
  "%s is refused in words",
  (text) => {
    expect(day(text)).toEqual({ ok: false, message: expect.stringMatching(/day/) });
  },
);

test("the range offered is exactly the range accepted", () => {
  const { first, last } = expiryDayRange(now);
  expect([first, last]).toEqual(["2026-11-22", "2027-11-21"]);
  expect(day(first).ok && day(last).ok).toBe(true);
});
