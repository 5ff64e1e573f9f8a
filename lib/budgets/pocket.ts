/** What a slice is a part of. */
export type PocketKind = "balance" | "rate" | "quota" | "cap";

/** A grant as `grant_slices` answers it. */
export interface Grant {
  budgetId: string;
  kind: PocketKind;
  interval: "total" | "hour" | "day" | "week" | "month";
  /** Whether the budget is the key's own, as opposed to its workspace's. */
  isKeys: boolean;
  granted: bigint;
  /** Null where nothing limits it. */
  limit: bigint | null;
  used: bigint;
  freeAt: Date | null;
  /** How long it may be spent from when it was asked for; null without an end. */
  validMs: number | null;
  /** The same by the database's clock. */
  endsAt: Date | null;
  /** The slot that permits of an hour count in. */
  minute: Date | null;
}

/** Something of a pocket that goes back to its budget. */
export interface GiveBack {
  pocket: Pocket;
  amount: bigint;
}

/**
 * What this process has left of one slice: nano-dollars, or permits for requests. The database counts
 * all of it as held until it is told what was spent and what comes back.
 */
export class Pocket {
  free: bigint;
  /** For an hour: all that is counted in it, this process's free permits included. */
  used: bigint;
  freeAt: Date | null;
  /** On the monotonic clock. */
  untilMs: number;
  lastUsedMs: number;
  isClosed = false;

  readonly budgetId: string;
  readonly kind: PocketKind;
  readonly limit: bigint | null;
  readonly minuteMs: number | null;
  /** The end of the window, by the database's clock. */
  readonly endsAtMs: number;

  /** `epoch`: the instance's when it was granted; of another one it is gone. */
  constructor(
    grant: Grant,
    askedAtMs: number,
    readonly epoch: number,
  ) {
    this.budgetId = grant.budgetId;
    this.kind = grant.kind;
    this.limit = grant.limit;
    this.minuteMs = grant.minute?.getTime() ?? null;
    this.endsAtMs = grant.endsAt?.getTime() ?? Number.POSITIVE_INFINITY;
    this.free = grant.granted;
    this.used = grant.used;
    this.freeAt = grant.freeAt;
    this.untilMs = askedAtMs + (grant.validMs ?? Number.POSITIVE_INFINITY);
    this.lastUsedMs = askedAtMs;
  }

  /** Whether another grant may be put into it: it is for the same window, minute and limit. */
  takes(grant: Grant): boolean {
    return (
      !this.isClosed &&
      grant.budgetId === this.budgetId &&
      grant.limit === this.limit &&
      (grant.minute?.getTime() ?? null) === this.minuteMs
    );
  }

  add(grant: Grant): void {
    this.free += grant.granted;
    this.used = grant.used;
    this.freeAt = grant.freeAt;
  }

  has(amount: bigint, limit: bigint | null, nowMs: number): boolean {
    return !this.isClosed && this.free >= amount && nowMs < this.untilMs && this.limit === limit;
  }

  take(amount: bigint, nowMs: number): void {
    this.free -= amount;
    this.lastUsedMs = nowMs;
  }

  /** Takes back what a request didn't need. Where the pocket is closed by now, answers it instead. */
  restore(amount: bigint): bigint {
    if (this.isClosed) return amount;
    this.free += amount;
    return 0n;
  }

  /** Ends it; answers what is left. */
  close(): bigint {
    this.isClosed = true;
    const { free } = this;
    this.free = 0n;
    return free;
  }
}
