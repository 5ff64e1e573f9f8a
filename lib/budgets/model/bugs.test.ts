import fc, { type IAsyncProperty } from "fast-check";
import { describe, expect, it } from "vitest";
import {
  alignedHour,
  type Bug,
  hourGoesBack,
  localMidnight,
  month30Days,
  oneTooFew,
  readThenSubtract,
  recoveredTooDear,
  remainderIsKept,
  sixtySlots,
  usedIsReset,
} from "@/lib/budgets/model/bugs";
import { runDoubleLoad } from "@/lib/budgets/model/double-load";
import { direct, type Form, realHours, rushes, sequences } from "@/lib/budgets/model/properties";
import { runs, testMsMax } from "@/lib/budgets/model/runs";
import { World } from "@/lib/budgets/model/world";

type Property = (world: World, form: Form) => IAsyncProperty<unknown>;

const planted: [Bug, Property][] = [
  [sixtySlots, realHours],
  [alignedHour, realHours],
  [hourGoesBack, realHours],
  [sixtySlots, sequences],
  [usedIsReset, sequences],
  [remainderIsKept, sequences],
  [month30Days, sequences],
  [localMidnight, sequences],
  [recoveredTooDear, sequences],
  [remainderIsKept, rushes],
  [readThenSubtract, rushes],
];

/** What a property finds in a database with the bug in it. */
async function findBug(bug: Bug, property: Property) {
  const world = await World.open(3, (sql) => bug.plant(sql));
  try {
    return await fc.check(property(world, direct), { ...runs(60), endOnFailure: true });
  } finally {
    await world.close();
  }
}

describe("a version with a mistake in it is noticed", () => {
  it.each(planted.map(([bug, property]) => ({ bug, property, by: property.name })))(
    "$bug.name, by $by",
    async ({ bug, property }) => {
      const { failed, counterexample, errorInstance } = await findBug(bug, property);
      expect(failed).toBe(true);
      expect(counterexample).not.toBeNull();
      // For what it says, and not for a mistake of the test's own.
      expect(String(errorInstance)).toMatch(
        /AssertionError|budgets_balance_covers|not_negative|deadlock/,
      );
    },
    testMsMax,
  );

  it(`${oneTooFew.name}, by its share at double load`, async () => {
    const world = await World.open(3, (sql) => oneTooFew.plant(sql));
    const { share } = await runDoubleLoad(world, direct, "evenly");
    await world.close();
    expect(share).toBeLessThan(0.98);
  });
});
