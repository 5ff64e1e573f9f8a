interface Runs {
  numRuns: number;
  seed: number;
  interruptAfterTimeLimit: number;
  markInterruptAsFailure: boolean;
}

const times = Number(process.env.MODEL_RUNS ?? 1);

/**
 * How often a property is tried. The seed is fixed, so that a run is the same everywhere; MODEL_RUNS
 * multiplies the tries, and MODEL_SEED starts them elsewhere. What fails is made smaller for a while.
 */
export function runs(count: number): Runs {
  return {
    numRuns: count * times,
    seed: Number(process.env.MODEL_SEED ?? 20_320_229),
    interruptAfterTimeLimit: limitMs * times,
    markInterruptAsFailure: true,
  };
}

const limitMs = 150_000;
/** Vitest's limit for a test of `runs`. */
export const testMsMax = limitMs * times + 30_000;
