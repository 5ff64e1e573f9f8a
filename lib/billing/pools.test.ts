import fc from "fast-check";
import { expect, test } from "vitest";
import { LedgerKind } from "@/lib/billing/kinds";
import { splitPools, type WalletMovement } from "@/lib/billing/pools";

function split(...movements: [LedgerKind, number][]): [granted: number, paid: number] {
  const { grantedNanos, paidNanos } = splitPools(
    movements.map(([kind, amount]) => ({ kind, amountNanos: BigInt(amount) })),
  );
  return [Number(grantedNanos), Number(paidNanos)];
}

test("what is spent comes out of granted credit first", () => {
  expect(split(["grant", 5], ["top_up", 25], ["usage", -3])).toEqual([2, 25]);
  expect(split(["grant", 5], ["top_up", 25], ["usage", -8])).toEqual([0, 22]);
});

test("credit that is granted later doesn't pay for what was spent before", () => {
  expect(split(["top_up", 25], ["usage", -20], ["code", 5])).toEqual([5, 5]);
});

test("a refund, a dispute and a debt come out of paid credit first", () => {
  expect(split(["grant", 5], ["top_up", 25], ["refund", -10])).toEqual([5, 15]);
  expect(split(["grant", 5], ["top_up", 25], ["dispute", -25], ["dispute", 25])).toEqual([5, 25]);
  expect(split(["top_up", 25], ["usage", -20], ["grant", 5], ["refund", -10])).toEqual([0, 0]);
});

test("the two pools are the wallet, and neither is negative while the wallet never was", () => {
  const movement = fc.tuple(
    fc.constantFrom(...LedgerKind.options),
    fc.integer({ min: -100, max: 100 }),
  );
  fc.assert(
    fc.property(fc.array(movement), (drawn) => {
      let wallet = 0n;
      const movements: WalletMovement[] = [];
      for (const [kind, amount] of drawn) {
        const amountNanos = -BigInt(amount) > wallet ? -wallet : BigInt(amount);
        wallet += amountNanos;
        movements.push({ kind, amountNanos });
      }
      const { grantedNanos, paidNanos } = splitPools(movements);
      expect(grantedNanos + paidNanos).toBe(wallet);
      expect(grantedNanos).toBeGreaterThanOrEqual(0n);
      expect(paidNanos).toBeGreaterThanOrEqual(0n);
    }),
  );
});
