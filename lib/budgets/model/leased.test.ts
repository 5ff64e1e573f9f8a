import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { uncountedPermits, unspentIsKept } from "@/lib/budgets/model/bugs";
import { endOf } from "@/lib/budgets/model/ended-request";
import { LeasedDoor } from "@/lib/budgets/model/leased-door";
import {
  type Form,
  freeAsk,
  noLimits,
  richSequences,
  rushes,
} from "@/lib/budgets/model/properties";
import { runs, testMsMax } from "@/lib/budgets/model/runs";
import { anyRichPlan } from "@/lib/budgets/model/rush";
import { World } from "@/lib/budgets/model/world";
import { newId } from "@/lib/id";

let world: World;
let passedMs = () => world.clock.monotonicMs();

beforeAll(async () => {
  world = await World.open();
  // Leases and slices last by the monotonic clock: it goes with the database's.
  vi.spyOn(performance, "now").mockImplementation(() => passedMs());
});
afterAll(async () => {
  vi.restoreAllMocks();
  await world.close();
});

let fromSlices = 0;

const leased: Form = {
  mode: "leased",
  open: async ({ url }) => {
    const door = await LeasedDoor.open(url);
    const close = door.close.bind(door);
    door.close = async () => {
      fromSlices += door.admittedFromSlices;
      await close();
    };
    return door;
  },
};

describe("budgets that are admitted from slices in memory", () => {
  it(
    "P3 P5 P6 P12 P13 never admit what the plain rules refuse, nor refuse what others gave back",
    async () => {
      await fc.assert(richSequences(world, leased), runs(7));
      expect(fromSlices).toBeGreaterThan(100);
    },
    testMsMax,
  );

  it(
    "P3 P5 P6 P12 P13 keep every limit and lose no update when instances run at once",
    async () => {
      const before = fromSlices;
      await fc.assert(rushes(world, leased, anyRichPlan), runs(4));
      expect(fromSlices - before).toBeGreaterThan(100);
    },
    testMsMax,
  );

  it("are told the balance, whatever a request has cost", () =>
    world.withDoors(1, leased.open, async ([door]) => {
      if (!door) throw new Error("no door");
      await world.clock.moveTo(new Date("2032-02-29T12:00:00Z"));
      await door.keepLease();
      const place = await world.createPlace(100_000n);
      const ask = { ...freeAsk(place, noLimits), instanceId: door.instanceId };
      for (const [amountNanos, costNanos] of [
        [50n, 20n],
        [50n, 0n],
        [0n, 0n],
      ] as const) {
        const requestId = newId("request");
        const admission = await door.admit({ ...ask, requestId, amountNanos });
        expect(admission.verdict).toBe("ok");
        expect(door.isLostWithLease(requestId)).toBe(true);
        const settlement = await door.settle(endOf({ ...ask, requestId }, costNanos, "ok"));
        expect(settlement).toEqual({ state: "settled", costNanos, balanceNanos: 99_980n });
      }
    }));

  it.each([uncountedPermits, unspentIsKept])(
    "are noticed where they have a mistake: $name",
    async (bug) => {
      const broken = await World.open(3, (sql) => bug.plant(sql));
      passedMs = () => broken.clock.monotonicMs();
      const options = { ...runs(20), endOnFailure: true };
      const { failed, errorInstance } = await fc.check(richSequences(broken, leased), options);
      passedMs = () => world.clock.monotonicMs();
      await broken.close();
      expect(failed).toBe(true);
      expect(String(errorInstance)).toMatch(/AssertionError/);
    },
    testMsMax,
  );
});
