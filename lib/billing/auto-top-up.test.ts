import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideAlert, depletedBelowNanos } from "@/lib/billing/alert";
import {
  type AutoTopUpFacts,
  decideAutoTopUp,
  failuresMax,
  noteDecline,
} from "@/lib/billing/auto-top-up";
import { SetAutoTopUp, SetLowBalanceAlert } from "@/lib/billing/profile-schema";
import { centsToNanos } from "@/lib/money";
import { addMs, hourMs, minuteMs, startOfMonth } from "@/lib/time";

const now = new Date("2026-11-21T12:00:00Z");

const due: AutoTopUpFacts = {
  ...{ isOn: true, thresholdCents: 500, restoreCents: 2_500, monthlyLimitCents: 10_000 },
  ...{ pausedReason: null, retryAt: null, hasOpen: false, chargedThisMonthCents: 0 },
  card: { expiryMonth: 12, expiryYear: 2026 },
  balanceNanos: centsToNanos(499),
};
const decide = (change: Partial<AutoTopUpFacts>, at = now) =>
  decideAutoTopUp({ ...due, ...change }, at);
const charge = (amountCents: number) => ({ act: "charge", amountCents });
const none = { act: "none" };

describe("the amount", () => {
  test("restores the balance, a part of a cent rounded up", () => {
    expect(decide({})).toEqual(charge(2_001));
    expect(decide({ balanceNanos: centsToNanos(400) + 1n })).toEqual(charge(2_100));
    expect(decide({ balanceNanos: 0n })).toEqual(charge(2_500));
  });

  test("is at least the smallest payment and at most the largest", () => {
    expect(decide({ restoreCents: 501 })).toEqual(charge(500));
    const rich = { restoreCents: 1_000_000, monthlyLimitCents: 10_000_000 };
    expect(decide({ ...rich, balanceNanos: centsToNanos(-5_000) })).toEqual(charge(1_000_000));
  });

  test("is at most what the month's limit leaves, and nothing where that is below $5", () => {
    expect(decide({ chargedThisMonthCents: 9_000 })).toEqual(charge(1_000));
    expect(decide({ chargedThisMonthCents: 9_500 })).toEqual(charge(500));
    const pause = { act: "pause", reason: "monthly_limit" };
    expect(decide({ chargedThisMonthCents: 9_501 })).toEqual(pause);
    expect(decide({ chargedThisMonthCents: 20_000 })).toEqual(pause);
  });
});

describe("nothing is charged", () => {
  test.each<[string, Partial<AutoTopUpFacts>]>([
    ["while it is off", { isOn: false }],
    ["without a card", { card: null }],
    ["while a payment is under way", { hasOpen: true }],
    ["at the threshold itself", { balanceNanos: centsToNanos(500) }],
    ["before the wait after a decline is over", { retryAt: addMs(now, 1) }],
    ["while it is paused after declines", { pausedReason: "declined" }],
    ["while a bank wants to see the cardholder", { pausedReason: "needs_action" }],
    ["while a payment is disputed", { pausedReason: "disputed" }],
    ["while the card is known to have expired", { pausedReason: "card_expired" }],
    [
      "while the month's limit is used up",
      { pausedReason: "monthly_limit", chargedThisMonthCents: 9_600 },
    ],
  ])("%s", (_why, change) => {
    expect(decide(change)).toEqual(none);
  });

  test("of a card after its last month, which is over at midnight UTC", () => {
    const balanceNanos = 0n;
    const pause = { act: "pause", reason: "card_expired" };
    const lastMoment = new Date("2026-12-31T23:59:59.999Z");
    expect(decideAutoTopUp({ ...due, balanceNanos }, lastMoment)).toEqual(charge(2_500));
    expect(decideAutoTopUp({ ...due, balanceNanos }, addMs(lastMoment, 1))).toEqual(pause);
    const unknown = { expiryMonth: null, expiryYear: null };
    expect(decide({ card: unknown, balanceNanos })).toEqual(charge(2_500));
  });
});

test("a pause for the monthly limit ends by itself when the limit leaves room again", () => {
  expect(decide({ pausedReason: "monthly_limit", chargedThisMonthCents: 0 })).toEqual(
    charge(2_001),
  );
});

test("declines wait 1 h, then 6 h, and the third in a row pauses", () => {
  expect(noteDecline(0, now)).toEqual({
    failures: 1,
    retryAt: addMs(now, hourMs),
    pausedReason: null,
  });
  expect(noteDecline(1, now).retryAt).toEqual(addMs(now, 6 * hourMs));
  expect(noteDecline(2, now)).toEqual({ failures: 3, retryAt: null, pausedReason: "declined" });
});

const cents = (min: number, max: number) => fc.integer({ min, max });

/** What happens between two looks of the worker: money is spent, time passes, the bank says yes or no. */
const step = fc.record({
  spendCents: cents(0, 3_000),
  passMs: fc.oneof(cents(0, 90 * minuteMs), cents(0, 40 * 24 * hourMs)),
  bank: fc.constantFrom("yes", "yes", "no", "later"),
});

test("P7 however money is spent and banks answer: a month never sees more than its limit, one payment is under way at a time, none before a wait is over, none after three declines", () => {
  fc.assert(
    fc.property(
      fc.record({
        thresholdCents: cents(100, 5_000),
        moreCents: cents(1, 20_000),
        monthlyLimitCents: cents(500, 50_000),
        steps: fc.array(step, { minLength: 1, maxLength: 60 }),
      }),
      ({ thresholdCents, moreCents, monthlyLimitCents, steps }) => {
        let at = new Date("2026-01-30T23:00:00Z");
        let balanceCents = 2_000;
        let failures = 0;
        let facts = {
          ...due,
          thresholdCents,
          restoreCents: thresholdCents + moreCents,
          monthlyLimitCents,
        };
        facts.card = { expiryMonth: 12, expiryYear: 2099 };
        const charges: { at: Date; cents: number; state: "open" | "paid" | "declined" }[] = [];
        for (const { spendCents, passMs, bank } of steps) {
          at = addMs(at, passMs);
          balanceCents = Math.max(0, balanceCents - spendCents);
          const month = startOfMonth(at).getTime();
          const counted = () =>
            charges
              .filter(
                (each) => each.state !== "declined" && startOfMonth(each.at).getTime() === month,
              )
              .reduce((sum, each) => sum + each.cents, 0);
          facts = {
            ...facts,
            balanceNanos: centsToNanos(balanceCents),
            hasOpen: charges.some((each) => each.state === "open"),
            chargedThisMonthCents: counted(),
          };
          const retryAt = facts.retryAt;
          const decision = decideAutoTopUp(facts, at);
          if (decision.act === "pause") facts.pausedReason = decision.reason;
          if (decision.act === "charge") {
            expect(decision.amountCents).toBeGreaterThanOrEqual(500);
            expect(decision.amountCents).toBeLessThanOrEqual(1_000_000);
            expect(charges.some((each) => each.state === "open")).toBe(false);
            expect(failures).toBeLessThan(failuresMax);
            expect(retryAt === null || retryAt <= at).toBe(true);
            expect(balanceCents).toBeLessThan(thresholdCents);
            charges.push({ at, cents: decision.amountCents, state: "open" });
            facts.pausedReason = null;
          }
          expect(counted()).toBeLessThanOrEqual(monthlyLimitCents);
          const open = charges.find((each) => each.state === "open");
          if (!open || bank === "later") continue;
          open.state = bank === "yes" ? "paid" : "declined";
          if (bank === "yes") {
            balanceCents += open.cents;
            failures = 0;
            facts = { ...facts, retryAt: null };
          } else {
            const noted = noteDecline(failures, at);
            failures = noted.failures;
            facts = {
              ...facts,
              retryAt: noted.retryAt,
              pausedReason: noted.pausedReason ?? facts.pausedReason,
            };
          }
        }
      },
    ),
    { numRuns: 500 },
  );
});

test("the low-balance alert goes off once a dip: between two of them the balance was a fifth above the threshold", () => {
  fc.assert(
    fc.property(
      cents(1, 5_000),
      fc.array(cents(0, 8_000), { minLength: 1, maxLength: 80 }),
      (alertCents, balances) => {
        let isArmed = true;
        let highestSince = Number.POSITIVE_INFINITY;
        for (const balance of balances) {
          highestSince = Math.max(highestSince, balance);
          const decision = decideAlert({
            balanceNanos: centsToNanos(balance),
            alertCents,
            isArmed,
          });
          const goesOff = isArmed && (decision === "low" || decision === "depleted");
          if (goesOff) {
            expect(balance).toBeLessThan(alertCents);
            expect(highestSince * 5).toBeGreaterThanOrEqual(alertCents * 6);
            highestSince = 0;
            isArmed = false;
          } else if (isArmed) {
            // None is missed: whoever is armed and isn't told has enough.
            expect(balance).toBeGreaterThanOrEqual(alertCents);
          }
          if (decision === "rearm") isArmed = true;
        }
      },
    ),
    { numRuns: 500 },
  );
});

test("a balance that is as good as gone is told as such, and none of it where no alert is wanted", () => {
  const facts = { alertCents: 200, isArmed: true };
  expect(decideAlert({ ...facts, balanceNanos: centsToNanos(199) })).toBe("low");
  expect(decideAlert({ ...facts, balanceNanos: depletedBelowNanos - 1n })).toBe("depleted");
  expect(decideAlert({ ...facts, isArmed: false, balanceNanos: 0n })).toBe("depleted");
  expect(decideAlert({ ...facts, isArmed: false, balanceNanos: centsToNanos(100) })).toBeNull();
  expect(decideAlert({ ...facts, isArmed: false, balanceNanos: centsToNanos(239) })).toBeNull();
  expect(decideAlert({ ...facts, isArmed: false, balanceNanos: centsToNanos(240) })).toBe("rearm");
  expect(decideAlert({ ...facts, alertCents: null, balanceNanos: 0n })).toBeNull();
});

describe("what may be asked for", () => {
  const valid = { thresholdCents: 500, restoreCents: 2_500, monthlyLimitCents: 10_000 };
  test("bounds hold on both sides, and restoring must be to more than the threshold", () => {
    expect(SetAutoTopUp.parse(valid)).toEqual(valid);
    const wrong: [string, Partial<Record<keyof SetAutoTopUp, unknown>>][] = [
      ["thresholdCents", { thresholdCents: 99 }],
      ["thresholdCents", { thresholdCents: "500" }],
      ["thresholdCents", { thresholdCents: 1.5 }],
      ["restoreCents", { restoreCents: 499, thresholdCents: 100 }],
      ["restoreCents", { restoreCents: 500 }],
      ["restoreCents", { restoreCents: 1_000_001 }],
      ["monthlyLimitCents", { monthlyLimitCents: 499 }],
      ["monthlyLimitCents", { monthlyLimitCents: 10_000_001 }],
    ];
    for (const [field, change] of wrong) {
      const parsed = SetAutoTopUp.safeParse({ ...valid, ...change });
      expect(parsed.error?.issues.map((issue) => issue.path[0])).toContain(field);
    }
  });

  test("an alert is at some cents, or none", () => {
    expect(SetLowBalanceAlert.parse({ alertCents: null })).toEqual({ alertCents: null });
    expect(SetLowBalanceAlert.parse({ alertCents: 1 })).toEqual({ alertCents: 1 });
    for (const alertCents of [0, -1, 1_000_001, "200", 0.5, undefined]) {
      expect(SetLowBalanceAlert.safeParse({ alertCents }).success).toBe(false);
    }
  });
});
