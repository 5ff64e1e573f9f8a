import { expect, test } from "vitest";
import { tightestCap } from "@/lib/keys/tightest-cap";

const cap = (usedNanos: bigint, limitNanos: bigint) => ({ usedNanos, limitNanos });

test("no caps, none is the tightest", () => {
  expect(tightestCap([])).toBeNull();
});

test("the tightest cap has the largest share used, not the least left", () => {
  const [near, small] = [cap(95n, 100n), cap(0n, 1n)];
  expect(tightestCap([small, near])).toBe(near);
});

test("shares are compared exactly, and of equal ones the first counts", () => {
  const [less, more] = [cap(10n ** 17n, 10n ** 18n), cap(10n ** 17n + 1n, 10n ** 18n)];
  expect(tightestCap([less, more])).toBe(more);
  const [first, second] = [cap(1n, 2n), cap(2n, 4n)];
  expect(tightestCap([first, second])).toBe(first);
});

test("a cap of zero is reached from the beginning", () => {
  const [zero, full] = [cap(0n, 0n), cap(5n, 5n)];
  expect(tightestCap([full, zero])).toBe(zero);
  expect(tightestCap([zero, full])).toBe(zero);
});
