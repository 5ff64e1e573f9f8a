import fc from "fast-check";
import { mostInAnyWindow } from "@/lib/budgets/model/outside";
import { type Form, freeAsk, noLimits } from "@/lib/budgets/model/properties";
import type { World } from "@/lib/budgets/model/world";
import { addMs, hourMs, minuteMs } from "@/lib/time";

/** Requests that an hour may have. */
const rate = 24;
/** No whole number of hours, nor one that ends in a burst of accepted ones. */
const spanMs = 12 * 61 * minuteMs;
const count = Math.round((spanMs / hourMs) * rate * 2);

/** When requests come: twice as many as are allowed. */
const loads = {
  evenly: () => Array.from({ length: count }, (_, i) => Math.floor((i * spanMs) / count)),
  "at random": () => {
    const anyMoment = fc.integer({ min: 0, max: spanMs - 1 });
    const anyMoments = fc.array(anyMoment, { minLength: count, maxLength: count, size: "max" });
    const [moments] = fc.sample(fc.noBias(anyMoments), { seed: 61, numRuns: 1 });
    return (moments ?? []).toSorted((a, b) => a - b);
  },
};

export type Load = keyof typeof loads;

/** The share of what is allowed that passes at double load, and how far the limit is exceeded. */
export async function runDoubleLoad(world: World, form: Form, load: Load) {
  const place = await world.createPlace(0n);
  const start = new Date("2032-02-28T18:07:12.345Z");
  const moments = loads[load]();
  const accepted: Date[] = [];
  await world.withDoors(3, form.open, async (doors) => {
    for (const [i, afterMs] of moments.entries()) {
      await world.clock.moveTo(addMs(start, afterMs));
      const admission = await doors[i % 3]?.admit(freeAsk(place, { ...noLimits, rate }));
      if (admission?.verdict === "ok") accepted.push(world.clock.now());
    }
  });
  const allowed = load === "evenly" ? (spanMs / hourMs) * rate : mostAllowed(moments);
  return {
    share: accepted.length / allowed,
    excess: Math.max(0, mostInAnyWindow(accepted, hourMs) - rate),
  };
}

/** What a list of every single request would let through: of requests at random more can't pass. */
function mostAllowed(moments: number[]): number {
  const passed: number[] = [];
  for (const moment of moments) {
    const oldest = passed.at(-rate);
    if (oldest === undefined || oldest <= moment - hourMs) passed.push(moment);
  }
  return passed.length;
}
