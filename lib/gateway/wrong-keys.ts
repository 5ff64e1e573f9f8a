import { minuteMs } from "@/lib/time";

export const wrongKeysAMinute = 30;
const addressesMax = 10_000;

/**
 * Counts wrong keys by address, thirty a minute; more are told to wait. Good keys from the same
 * address are not affected, so one bad client behind a shared address stops nobody else. Each
 * gateway counts for itself: this slows guessing down, the keys' 178 random bits prevent it.
 */
export class WrongKeys {
  private readonly counts = new Map<string, { count: number; endsAtMs: number }>();

  /** Counts one and answers null, or the whole seconds to wait when there were too many. */
  count(address: string, nowMs: number): number | null {
    const known = this.counts.get(address);
    if (known && known.endsAtMs > nowMs) {
      known.count++;
      if (known.count <= wrongKeysAMinute) return null;
      return Math.max(1, Math.ceil((known.endsAtMs - nowMs) / 1000));
    }
    this.counts.delete(address);
    if (this.counts.size >= addressesMax) {
      const oldest = this.counts.keys().next();
      if (!oldest.done) this.counts.delete(oldest.value);
    }
    this.counts.set(address, { count: 1, endsAtMs: nowMs + minuteMs });
    return null;
  }
}
