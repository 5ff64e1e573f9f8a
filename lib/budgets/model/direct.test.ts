import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Load, runDoubleLoad } from "@/lib/budgets/model/double-load";
import { direct, realHours, rushes, sequences } from "@/lib/budgets/model/properties";
import { runs, testMsMax } from "@/lib/budgets/model/runs";
import { World } from "@/lib/budgets/model/world";

let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());

describe("budgets that ask the database each time", () => {
  it(
    "P3 P5 P6 P12 P13 P19 answer, count and charge as the plain rules say, whatever comes",
    () => fc.assert(sequences(world, direct), runs(20)),
    testMsMax,
  );

  it(
    "P3 P5 P6 P12 P13 keep every limit and lose no update when instances run at once",
    () => fc.assert(rushes(world, direct), runs(8)),
    testMsMax,
  );

  it(
    "P12 accept no more than the limit in any hour of real time, wherever the clock goes",
    () => fc.assert(realHours(world, direct), runs(10)),
    testMsMax,
  );

  it.each(["evenly", "at random"] satisfies Load[])(
    "P12 accept 98 percent of what an hour allows when twice as much comes %s",
    async (load) => {
      const { share, excess } = await runDoubleLoad(world, direct, load);
      expect(excess).toBe(0);
      expect(share).toBeGreaterThanOrEqual(0.98);
    },
  );
});
