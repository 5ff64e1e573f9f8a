import fc from "fast-check";
import { anyLimitChange, type LimitChange } from "@/lib/budgets/model/limit-change";
import type { Delivered } from "@/lib/budgets/model/rules";
import { dayMs, hourMs, minuteMs, secondMs } from "@/lib/time";

/** How the clock is moved: by some time, or to so much before or after the next start of a window. */
export type Move =
  | { by: number }
  | { to: "minute" | "hour" | "day" | "week" | "month"; offsetMs: number };

/** `which` picks one of those that are open (or ended, for `settleAgain`), whatever their number. */
export type Step =
  | {
      do: "ask";
      door: number;
      key: number;
      amountNanos: bigint | null;
      stream: boolean;
      isAdmitted: boolean;
      times: number;
    }
  | { do: "settle"; which: number; costNanos: bigint }
  | { do: "cancel"; which: number }
  | { do: "settleAgain"; which: number; costNanos: bigint }
  | { do: "progress"; which: number; delivered: Delivered }
  | { do: "loseLease" | "takeLease" | "recover"; door: number }
  /** One instance dies, and another ends what it left. */
  | { do: "die"; door: number; heir: number }
  | { do: "limit"; key: number; change: LimitChange }
  | { do: "credit"; amountNanos: bigint }
  | { do: "move"; move: Move }
  | { do: "quiet" };

/** Requests of zero to sixty nano-dollars against limits of some hundreds: each limit is often near. */
export const amountMax = 60n;

/** Moments from which a window's turn is near: leap days, month ends, Mondays, new years. */
export const anyStart: fc.Arbitrary<Date> = fc
  .constantFrom(
    "2032-02-28T23:58:00Z",
    "2032-02-29T22:59:30Z",
    "2031-02-28T23:00:00Z",
    "2031-12-31T22:30:00Z",
    "2032-01-31T12:00:59.999Z",
    "2031-11-30T23:59:59.999Z",
    "2032-10-31T00:59:00Z",
    "2033-01-03T00:00:00Z",
  )
  .map((text) => new Date(text));

const anyMove: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      by: fc.constantFrom(
        1,
        secondMs,
        29 * secondMs,
        minuteMs,
        20 * minuteMs,
        59 * minuteMs,
        hourMs - 1,
        hourMs,
        61 * minuteMs,
        7 * hourMs,
        dayMs,
        6 * dayMs,
        30 * dayMs,
        31 * dayMs,
        366 * dayMs,
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      to: fc.constantFrom("minute", "hour", "day", "week", "month"),
      offsetMs: fc.constantFrom(-secondMs, -1, 0, 1, 30 * secondMs),
    }),
  },
  // A clock that was wrong and is put right.
  {
    weight: 1,
    arbitrary: fc.record({
      by: fc.constantFrom(-1, -minuteMs, -10 * minuteMs, -hourMs, -2 * hourMs),
    }),
  },
);

const which = fc.nat({ max: 1_000 });
const amount = fc.bigInt(0n, amountMax);

/** Steps of several instances, in an order of their own. */
export function anySteps(
  doors: number,
  length: { min: number; max: number },
  /** Requests that one step may send. */
  burst: number[] = [1, 1, 2, 5],
) {
  const door = fc.integer({ min: 0, max: doors - 1 });
  const key = fc.integer({ min: 0, max: 1 });
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 40,
      arbitrary: fc.record({
        do: fc.constant("ask" as const),
        door,
        key,
        amountNanos: fc.option(amount, { nil: null, freq: 6 }),
        stream: fc.boolean(),
        isAdmitted: fc.constant(true),
        times: fc.constantFrom(...burst),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant("ask" as const),
        door,
        key,
        amountNanos: fc.constant(null),
        stream: fc.constant(false),
        isAdmitted: fc.constant(false),
        times: fc.constantFrom(1, 3),
      }),
    },
    {
      weight: 20,
      arbitrary: fc.record({
        do: fc.constant("settle" as const),
        which,
        costNanos: fc.bigInt(0n, amountMax + 10n),
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("cancel" as const), which }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant("settleAgain" as const), which, costNanos: amount }),
    },
    {
      weight: 14,
      arbitrary: fc.record({
        do: fc.constant("progress" as const),
        which,
        delivered: fc.record({
          inputTokens: fc.integer({ min: 1, max: 20 }),
          outputTokens: fc.integer({ min: 0, max: 40 }),
        }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("loseLease" as const), door }) },
    { weight: 9, arbitrary: fc.record({ do: fc.constant("takeLease" as const), door }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("recover" as const), door }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant("die" as const), door, heir: door }) },
    {
      weight: 14,
      arbitrary: fc.record({
        do: fc.constant("limit" as const),
        key,
        change: anyLimitChange,
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant("credit" as const), amountNanos: fc.bigInt(1n, 80n) }),
    },
    { weight: 14, arbitrary: fc.record({ do: fc.constant("move" as const), move: anyMove }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("quiet" as const) }) },
  );
  return fc.array(step, { minLength: length.min, maxLength: length.max, size: "max" });
}
