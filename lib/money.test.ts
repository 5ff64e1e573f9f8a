import fc from "fast-check";
import { expect, it } from "vitest";
import { centsToNanos, formatUsd, formatUsdExact, nanosToDecimal, usdToNanos } from "@/lib/money";

it("a decimal and its nano-dollars are the same amount, whichever way it is read", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 17n }), (nanos) => {
      expect(usdToNanos(nanosToDecimal(nanos))).toBe(nanos);
    }),
  );
});

it("cents are exact, and parts of a cent are refused", () => {
  expect(centsToNanos(2_500)).toBe(25_000_000_000n);
  expect(() => centsToNanos(0.5)).toThrow(RangeError);
});

it.each(["", "5,0", "-1", "1e3", "0.0000000001", "٥"])("%j is no dollar amount", (text) => {
  expect(() => usdToNanos(text)).toThrow(RangeError);
});

it.each([
  [0n, "$0.00", "$0.0000"],
  [1n, "<$0.01", "<$0.0001"],
  [5_000_000_000n, "$5.00", "$5.0000"],
  [1_234_567_891_000_000n, "$1,234,567.89", "$1,234,567.8910"],
  [-1n, "-<$0.01", "-<$0.0001"],
  [-5_000_000n, "-<$0.01", "-$0.0050"],
])("%s nano-dollars read %s, precisely %s", (nanos, cents, precise) => {
  expect(formatUsd(nanos)).toBe(cents);
  expect(formatUsd(nanos, { precise: true })).toBe(precise);
});

it("the exact form drops no digit", () => {
  expect(formatUsdExact(1_234_000_000_001n)).toBe("$1,234.000000001");
  expect(formatUsdExact(-20_000_000n)).toBe("-$0.02");
});
