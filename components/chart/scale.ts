/** The steps people read easily, as shares of a power of ten. */
const easySteps = [1, 2, 2.5, 5, 10];

/**
 * Values for the axis: from 0 to the first at or above `max`, about four steps, each a round number.
 * With nothing to show there is still an axis, from 0 to 1. Where `isWhole`, steps are whole numbers.
 */
export function axisTicks(max: number, isWhole: boolean): number[] {
  const top = max > 0 ? max : 1;
  const rough = top / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const eased = (easySteps.find((step) => step * power >= rough) ?? 10) * power;
  const step = isWhole ? Math.max(1, Math.ceil(eased)) : eased;
  const count = Math.max(1, Math.ceil(top / step - 1e-9));
  // Multiplying, because adding up 0.1 three times is not 0.3.
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

const dayStrides = [1, 2, 3, 4, 5, 7, 10, 14, 20, 30];
const hourStrides = [1, 2, 3, 4, 6, 8, 12, 24];

/**
 * Which of `count` buckets get a label, so that at most `labelsMax` stand side by side: every nth, and
 * for hours the same ones each day.
 */
export function labelStride(count: number, labelsMax: number, step: "hour" | "day"): number {
  const rough = count / labelsMax;
  const strides = step === "hour" ? hourStrides : dayStrides;
  return strides.find((stride) => stride >= rough) ?? Math.ceil(rough);
}
