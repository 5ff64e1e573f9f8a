import fc from "fast-check";
import type { CapInterval, Limits, QuotaInterval } from "@/lib/budgets/acquire";

/** A limit that somebody sets to another value, or takes away by null. */
export type LimitChange =
  | { of: "rate" | "keyRate"; value: number | null }
  | { of: "streams"; value: number }
  | { of: "quota"; interval: QuotaInterval; value: number | null }
  | { of: "cap"; interval: CapInterval; value: bigint | null };

/** Of many limits a few apply, or nothing would ever be admitted. */
const some = { nil: null, freq: 2 };
const requestLimit = (min: number, max: number) => fc.option(fc.integer({ min, max }), some);
// A key's own rate is at least one.
const keyRate = fc.option(fc.integer({ min: 1, max: 15 }), some);
const cap = (min: bigint) => fc.option(fc.bigInt(min, 300n), some);

/** Low enough to be met within a few steps. */
export const anyLimits: fc.Arbitrary<Limits> = fc.record({
  rate: requestLimit(3, 25),
  keyRate,
  streams: fc.integer({ min: 1, max: 4 }),
  quotas: fc.record({
    day: requestLimit(2, 12),
    month: requestLimit(4, 20),
    total: requestLimit(8, 40),
  }),
  caps: fc.record({ day: cap(40n), week: cap(60n), month: cap(80n), total: cap(100n) }),
});

const richCap = fc.bigInt(4_000n, 9_000n);
const none = fc.constant(null);

/** High enough for slices, low enough to be met: one or two limits apply. */
export const anyRichLimits: fc.Arbitrary<Limits> = fc.record({
  rate: fc.oneof(none, fc.integer({ min: 140, max: 260 })),
  keyRate: fc.oneof(none, none, fc.integer({ min: 130, max: 200 })),
  streams: fc.integer({ min: 1, max: 4 }),
  quotas: fc.record({
    day: fc.oneof(none, none, fc.integer({ min: 140, max: 200 })),
    month: fc.oneof(none, none, fc.integer({ min: 140, max: 240 })),
    total: fc.oneof(none, none, fc.integer({ min: 140, max: 300 })),
  }),
  caps: fc.record({
    day: fc.oneof(none, none, richCap),
    week: fc.oneof(none, none, richCap),
    month: fc.oneof(none, none, richCap),
    total: fc.oneof(none, none, richCap),
  }),
});

export const anyLimitChange: fc.Arbitrary<LimitChange> = fc.oneof(
  fc.record({ of: fc.constant("rate" as const), value: requestLimit(0, 40) }),
  fc.record({ of: fc.constant("keyRate" as const), value: keyRate }),
  fc.record({ of: fc.constant("streams" as const), value: fc.integer({ min: 0, max: 5 }) }),
  fc.record({
    of: fc.constant("quota" as const),
    interval: fc.constantFrom("day" as const, "month" as const, "total" as const),
    value: requestLimit(0, 40),
  }),
  fc.record({
    of: fc.constant("cap" as const),
    interval: fc.constantFrom("day" as const, "week" as const, "month" as const, "total" as const),
    value: cap(0n),
  }),
);

/** Whether the change takes a limit away, or sets one where there was none. */
export function isComingOrGoing(limits: Limits, change: LimitChange): boolean {
  return change.value === null || presentValue(limits, change) === null;
}

function presentValue(limits: Limits, change: LimitChange): number | bigint | null {
  if (change.of === "quota") return limits.quotas[change.interval];
  if (change.of === "cap") return limits.caps[change.interval];
  return limits[change.of];
}

/** Changes the limits of all keys of a workspace, or of the one key where the limit is its own. */
export function changeLimits(limits: Map<string, Limits>, keyId: string, change: LimitChange) {
  const own = limits.get(keyId);
  if (!own) throw new Error(`no key ${keyId}`);
  if (change.of === "keyRate") own.keyRate = change.value;
  if (change.of === "cap") own.caps[change.interval] = change.value;
  for (const one of limits.values()) {
    if (change.of === "rate") one.rate = change.value;
    if (change.of === "streams") one.streams = change.value;
    if (change.of === "quota") one.quotas[change.interval] = change.value;
  }
}
