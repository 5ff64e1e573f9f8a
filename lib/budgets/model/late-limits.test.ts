import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CapInterval, Limits } from "@/lib/budgets/acquire";
import type { BudgetDoor } from "@/lib/budgets/model/door";
import { endOf } from "@/lib/budgets/model/ended-request";
import { direct, noLimits, sequences } from "@/lib/budgets/model/properties";
import { runs, testMsMax } from "@/lib/budgets/model/runs";
import { type Place, World } from "@/lib/budgets/model/world";
import { newId } from "@/lib/id";

let world: World;
beforeAll(async () => {
  world = await World.open();
  await world.clock.moveTo(new Date("2032-02-29T12:00:00Z"));
});
afterAll(() => world.close());

const day = (limit: number): Limits => ({
  ...noLimits,
  quotas: { ...noLimits.quotas, day: limit },
});
const total = (limit: number): Limits => ({
  ...noLimits,
  quotas: { ...noLimits.quotas, total: limit },
});
const keyHour = (keyRate: number): Limits => ({ ...noLimits, keyRate });
const cap = (interval: CapInterval, limit: bigint): Limits => ({
  ...noLimits,
  caps: { ...noLimits.caps, [interval]: limit },
});

/** Sets the limits, and sends requests under them. */
async function ask(door: BudgetDoor, place: Place, limits: Limits, times = 1) {
  await world.writeLimits(place, new Map(place.keyIds.map((keyId) => [keyId, limits])));
  const asked = [];
  for (let i = 0; i < times; i++) {
    const { workspaceId, secretId } = place;
    const keyId = place.keyIds[0] ?? "";
    const question = { requestId: newId("request"), keyId, instanceId: door.instanceId };
    const what = { amountNanos: 10n, stream: false, isAdmitted: true };
    const request = { ...question, ...what, workspaceId, secretId };
    const { verdict } = await door.admit({ ...request, limits });
    asked.push({ ...request, verdict });
  }
  return asked;
}

const verdicts = (asked: { verdict: string }[]) => asked.map(({ verdict }) => verdict);

/** A limit is on all of its window, from whenever it is set. */
describe("a limit that is set in the middle of its window", () => {
  const withDoor = (work: (door: BudgetDoor, place: Place) => Promise<void>) =>
    world.withDoors(1, undefined, async ([door]) => {
      if (door) await work(door, await world.createPlace(10_000n));
    });

  it("P13 knows the requests that are open", () =>
    withDoor(async (door, place) => {
      await ask(door, place, noLimits, 3);
      expect(verdicts(await ask(door, place, day(4), 2))).toEqual(["ok", "quota"]);
    }));

  it("P13 knows all of them, when it is raised as well", () =>
    withDoor(async (door, place) => {
      await Promise.all(
        (await ask(door, place, noLimits, 8)).map((asked) => door.settle(endOf(asked, 1n, "ok"))),
      );
      await ask(door, place, day(3));
      expect(verdicts(await ask(door, place, day(9), 2))).toEqual(["ok", "quota"]);
    }));

  it("P13 knows what came while it was taken away", () =>
    withDoor(async (door, place) => {
      await ask(door, place, day(3), 2);
      await ask(door, place, noLimits, 8);
      expect(verdicts(await ask(door, place, day(3)))).toEqual(["quota"]);
    }));

  it.fails("P13 counts what was cancelled in a total as it does in a day", () =>
    withDoor(async (door, place) => {
      const asked = await ask(door, place, noLimits, 3);
      await Promise.all(asked.map((one) => door.settle(endOf(one, 0n, "cancelled"))));
      expect(verdicts(await ask(door, place, day(3)))).toEqual(["quota"]);
      expect(verdicts(await ask(door, place, total(3)))).toEqual(["quota"]);
    }));

  it("P13 doesn't count the next day's requests when the clock is put back", () =>
    withDoor(async (door, place) => {
      const now = world.clock.now();
      await world.clock.moveTo(new Date("2032-03-01T00:00:10Z"));
      await ask(door, place, noLimits, 2);
      await world.clock.moveTo(new Date("2032-02-29T23:59:50Z"));
      const asked = await ask(door, place, day(1), 2);
      await world.clock.moveTo(now);
      expect(verdicts(asked)).toEqual(["ok", "quota"]);
    }));

  it("P12 knows the open requests of its key's hour", () =>
    withDoor(async (door, place) => {
      await ask(door, place, noLimits, 3);
      expect(verdicts(await ask(door, place, keyHour(3)))).toEqual(["key_rate"]);
    }));

  it("P12 knows the requests of its key's hour when the clock was put back since", () =>
    withDoor(async (door, place) => {
      const now = world.clock.now();
      await ask(door, place, noLimits, 3);
      await world.clock.moveTo(new Date(now.getTime() - 90_000));
      const asked = await ask(door, place, keyHour(3));
      await world.clock.moveTo(now);
      expect(verdicts(asked)).toEqual(["key_rate"]);
    }));

  it("P12 knows what came in its key's hour while it was taken away", () =>
    withDoor(async (door, place) => {
      await ask(door, place, keyHour(3), 1);
      await ask(door, place, noLimits, 5);
      expect(verdicts(await ask(door, place, keyHour(3)))).toEqual(["key_rate"]);
    }));

  it.each(["day", "week", "month", "total"] satisfies CapInterval[])(
    "P13 knows what its key has spent in a %s",
    (interval) =>
      withDoor(async (door, place) => {
        const asked = await ask(door, place, noLimits, 3);
        await Promise.all(asked.map((one) => door.settle(endOf(one, 10n, "ok"))));
        expect(verdicts(await ask(door, place, cap(interval, 35n)))).toEqual(["cap"]);
      }),
  );

  it(
    "P12 P13 is answered as if it had always been there, whatever comes",
    () => fc.assert(sequences(world, direct, true), runs(15)),
    testMsMax,
  );
});
