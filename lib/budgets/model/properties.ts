import fc from "fast-check";
import { expect } from "vitest";
import type { Limits } from "@/lib/budgets/acquire";
import type { OpenDoor } from "@/lib/budgets/model/door";
import { anyLimits, anyRichLimits } from "@/lib/budgets/model/limit-change";
import { mostInAnyWindow } from "@/lib/budgets/model/outside";
import { anyPlan, Rush } from "@/lib/budgets/model/rush";
import { type Mode, Session, type Setting } from "@/lib/budgets/model/session";
import { anyStart, anySteps, type Step } from "@/lib/budgets/model/steps";
import type { World } from "@/lib/budgets/model/world";
import { newId } from "@/lib/id";
import { hourMs, minuteMs } from "@/lib/time";

/** A form of admission, and how closely it follows the model. */
export interface Form {
  mode: Mode;
  open?: OpenDoor;
}

/** The first form, which asks the database each time: the yardstick. */
export const direct: Form = { mode: "exact" };

export const noLimits: Limits = {
  rate: null,
  keyRate: null,
  streams: 20,
  quotas: { day: null, month: null, total: null },
  caps: { day: null, week: null, month: null, total: null },
};

/** One step after the other, each answer and figure compared with the plain rules. */
export function sequences(world: World, form: Form, comeAndGo = false) {
  const anySetting: fc.Arbitrary<Setting> = fc.record({
    creditedNanos: fc.bigInt(0n, 600n),
    limits: fc.tuple(anyLimits, anyLimits),
    start: anyStart,
    comeAndGo: fc.constant(comeAndGo),
  });
  const anySequence = anySteps(3, { min: 10, max: 50 });
  return fc.asyncProperty(anySetting, anySequence, (setting, steps) =>
    world.withDoors(3, form.open, async (doors) => {
      const session = await Session.begin(world, doors, form.mode, setting);
      // What was counted before a limit was set, in an hour that the clock went through twice, is known
      // to the minute only.
      const isPutBack = (step: Step) => step.do === "move" && "by" in step.move && step.move.by < 0;
      await session.run(comeAndGo ? steps.filter((step) => !isPutBack(step)) : steps);
    }),
  );
}

/**
 * The same where limits are rich enough for slices and met all the same. Instances die where no hour is
 * limited: what one that died had aside of an hour stays counted.
 */
export function richSequences(world: World, form: Form) {
  const anySetting = fc
    .record({
      creditedNanos: fc.bigInt(6_000n, 9_000n),
      limits: fc.tuple(anyRichLimits, anyRichLimits),
      start: anyStart,
      comeAndGo: fc.constant(false),
      mayDie: fc.boolean(),
    })
    .map(({ limits, mayDie, ...setting }) => {
      const [first, second] = limits;
      const hours = { rate: null, keyRate: null };
      const both: [Limits, Limits] = [
        { ...first, ...hours },
        { ...second, ...hours },
      ];
      return { ...setting, mayDie, limits: mayDie ? both : limits };
    });
  const anySequence = anySteps(3, { min: 10, max: 40 }, [1, 5, 20, 40]);
  return fc.asyncProperty(anySetting, anySequence, (setting, steps) =>
    world.withDoors(3, form.open, async (doors) => {
      const session = await Session.begin(world, doors, form.mode, setting);
      const isDeath = ({ do: what }: Step) => what === "die" || what === "loseLease";
      const some = steps.filter((step) => setting.mayDie || !isDeath(step));
      await session.run(some);
    }),
  );
}

/** Several instances at once; the history has to hold together. */
export function rushes(world: World, form: Form, plans = anyPlan) {
  return fc.asyncProperty(plans, (plan) =>
    world.withDoors(3, form.open, async (doors) => {
      const rush = await Rush.begin(world, doors, form.mode, plan);
      await rush.run();
    }),
  );
}

/** Real time that passes before a request, and how far the clock is then put back, if it is. */
interface Arrival {
  afterMs: number;
  setBackMs: number;
  door: number;
}

const anyArrival: fc.Arbitrary<Arrival> = fc.record({
  afterMs: fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 0, max: 5_000 }) },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 5 * minuteMs }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: hourMs }) },
    { weight: 1, arbitrary: fc.integer({ min: 59 * minuteMs, max: hourMs }) },
  ),
  setBackMs: fc.oneof(
    { weight: 30, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 70 * minuteMs }) },
  ),
  door: fc.nat({ max: 2 }),
});

/**
 * BAR P12 as somebody outside sees it: whatever 60 minutes of real time are looked at, no more than the
 * limit was accepted in them, even where the database's clock was put back meanwhile.
 */
export function realHours(world: World, form: Form) {
  const arrivals = fc.array(anyArrival, { minLength: 20, maxLength: 70, size: "max" });
  const anyRate = fc.integer({ min: 1, max: 9 });
  return fc.asyncProperty(arrivals, anyRate, anyStart, (all, rate, start) =>
    world.withDoors(3, form.open, async (doors) => {
      const place = await world.createPlace(0n);
      const limits = { ...noLimits, rate };
      let real = start.getTime();
      let behindMs = 0;
      const accepted: Date[] = [];
      for (const { afterMs, setBackMs, door } of all) {
        real += afterMs;
        behindMs += setBackMs;
        await world.clock.moveTo(new Date(real - behindMs));
        const admission = await doors[door]?.admit(freeAsk(place, limits));
        if (admission?.verdict === "ok") accepted.push(new Date(real));
      }
      expect(mostInAnyWindow(accepted, hourMs)).toBeLessThanOrEqual(rate);
    }),
  );
}

/** A request that only counts. */
export function freeAsk(
  { workspaceId, keyIds, secretId }: { workspaceId: string; keyIds: string[]; secretId: string },
  limits: Limits,
) {
  return {
    requestId: newId("request"),
    workspaceId,
    keyId: keyIds[0] ?? "",
    instanceId: "",
    secretId,
    limits,
    amountNanos: null,
    stream: false,
    isAdmitted: true,
  };
}
