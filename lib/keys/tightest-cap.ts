interface Cap {
  limitNanos: bigint;
  usedNanos: bigint;
}

/**
 * The cap that is nearest to being reached, by the share that is used; of equal ones the first. A cap
 * of zero is reached from the beginning. Null without caps.
 */
export function tightestCap<T extends Cap>(caps: readonly T[]): T | null {
  let tightest: T | null = null;
  for (const cap of caps) {
    if (!tightest || isTighter(cap, tightest)) tightest = cap;
  }
  return tightest;
}

/** Compared as fractions, because a share in floating point makes near ones equal. */
function isTighter(cap: Cap, other: Cap): boolean {
  if (other.limitNanos === 0n) return false;
  if (cap.limitNanos === 0n) return true;
  return cap.usedNanos * other.limitNanos > other.usedNanos * cap.limitNanos;
}
