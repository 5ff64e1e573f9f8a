import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { LeasedDoor } from "@/lib/budgets/model/leased-door";
import { type Form, richSequences } from "@/lib/budgets/model/properties";
import { runs, testMsMax } from "@/lib/budgets/model/runs";
import { World } from "@/lib/budgets/model/world";

let world: World;
beforeAll(async () => {
  world = await World.open();
  // Leases and slices last by the monotonic clock: it goes with the database's.
  vi.spyOn(performance, "now").mockImplementation(() => world.clock.monotonicMs());
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
      await fc.assert(richSequences(world, leased), runs(10));
      expect(fromSlices).toBeGreaterThan(100);
    },
    testMsMax,
  );
});
