import type {
  Admission,
  Blocked,
  CapInterval,
  Limits,
  QuotaInterval,
  RateState,
} from "@/lib/budgets/acquire";
import type { Outcome, Settlement } from "@/lib/budgets/settlement";
import { dayMs, minuteMs } from "@/lib/time";

/** One request at the door of an instance. */
export interface Question {
  requestId: string;
  keyId: string;
  instanceId: string;
  /** Null sets nothing aside: the request is free, or refused already. */
  amountNanos: bigint | null;
  stream: boolean;
  /** False where something else refuses it: it counts against the hours only. */
  isAdmitted: boolean;
}

/** What a request has delivered, at the prices of its hold. */
export interface Delivered {
  inputTokens: number;
  outputTokens: number;
}

/** The answer that is due: what the door's has to contain. */
export interface Due {
  verdict: Admission["verdict"];
  at?: Date;
  rate?: RateState;
  keyRate?: RateState | null;
  blocked?: Blocked;
  availableNanos?: bigint;
}

export interface Figure {
  used: bigint;
  held: bigint;
}

interface Admitted extends Question {
  at: Date;
  delivered: Delivered;
  /** Null while it is open. */
  end: { costNanos: bigint; outcome: Outcome | "recovered" } | null;
}

/** The prices of every hold in the model: such that a recovered request's cost has to be rounded. */
export const prices = { inputNanosPerMtok: 333_333n, outputNanosPerMtok: 700_001n };

export const quotaIntervals: QuotaInterval[] = ["total", "month", "day"];
export const capIntervals: CapInterval[] = ["total", "month", "week", "day"];

/** When the day, week (from Monday), month or total begins that `at` falls in, in UTC. */
export function windowStart(interval: CapInterval, at: Date): Date {
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  switch (interval) {
    case "day":
      return new Date(Date.UTC(year, month, day));
    case "week":
      return new Date(Date.UTC(year, month, day - ((at.getUTCDay() + 6) % 7)));
    case "month":
      return new Date(Date.UTC(year, month, 1));
    case "total":
      return new Date(0);
  }
}

/** When the next one begins; null for a total. */
export function windowEnd(interval: CapInterval, at: Date): Date | null {
  const start = windowStart(interval, at);
  const [year, month, day] = [start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate()];
  switch (interval) {
    case "day":
      return new Date(Date.UTC(year, month, day + 1));
    case "week":
      return new Date(Date.UTC(year, month, day + 7));
    case "month":
      return new Date(Date.UTC(year, month + 1, 1));
    case "total":
      return null;
  }
}

function isSameWindow(interval: CapInterval, a: Date, b: Date): boolean {
  return windowStart(interval, a).getTime() === windowStart(interval, b).getTime();
}

/** Requests by the minute they were counted in: the running minute and the sixty before it count. */
class Hour {
  constructor(private readonly minutes: readonly number[] = []) {}

  /** A clock that was set back doesn't take the window with it. */
  private minuteOf(at: Date): number {
    return Math.max(this.minutes.at(-1) ?? 0, Math.floor(at.getTime() / minuteMs));
  }

  /** Oldest first. */
  private counted(at: Date): number[] {
    const now = this.minuteOf(at);
    return this.minutes.filter((minute) => minute >= now - 60);
  }

  usedAt(at: Date): number {
    return this.counted(at).length;
  }

  with(at: Date): Hour {
    return new Hour([...this.minutes, this.minuteOf(at)]);
  }

  state(limit: number | null, at: Date): RateState {
    const counted = this.counted(at);
    const isFull = limit !== null && counted.length >= limit;
    // Where it is full, all but the newest that fill it by themselves less one have to go.
    const last = isFull ? counted.at(-Math.max(limit, 1)) : counted[0];
    const freeAt = new Date(((last ?? this.minuteOf(at)) + 61) * minuteMs);
    return { limit, used: counted.length, freeAt };
  }
}

/** What the budgets of one workspace promise, in plain words and without a clock of its own. */
export class Rules {
  private readonly requests = new Map<string, Admitted>();
  private hour = new Hour();
  private readonly keyHours = new Map<string, Hour>();
  readonly liveInstances = new Set<string>();

  /** `limits` by key; those of the workspace are the same for each of its keys. */
  constructor(
    public creditedNanos: bigint,
    readonly limits: Map<string, Limits>,
  ) {}

  limitsOf(keyId: string): Limits {
    const limits = this.limits.get(keyId);
    if (!limits) throw new Error(`no key ${keyId}`);
    return limits;
  }

  /** The answer that is due; nothing changes by it. */
  judge(question: Question, at: Date): Due {
    const { amountNanos, keyId } = question;
    const limits = this.limitsOf(keyId);
    if (!this.liveInstances.has(question.instanceId)) return { verdict: "no_lease" };
    const keyHour = this.keyHourOf(keyId);
    if (limits.rate !== null && this.hour.usedAt(at) >= limits.rate) {
      return { verdict: "rate", at, rate: this.hour.state(limits.rate, at), keyRate: null };
    }
    if (limits.keyRate !== null && keyHour.usedAt(at) >= limits.keyRate) {
      const keyRate = keyHour.state(limits.keyRate, at);
      return { verdict: "key_rate", at, rate: this.hour.state(limits.rate, at), keyRate };
    }
    const counted = {
      at,
      rate: this.hour.with(at).state(limits.rate, at),
      keyRate: limits.keyRate === null ? null : keyHour.with(at).state(limits.keyRate, at),
    };
    const isFullOfStreams = this.open().filter((r) => r.stream).length >= limits.streams;
    if (amountNanos !== null && question.stream && isFullOfStreams) {
      return { verdict: "concurrency", ...counted };
    }
    const quota = question.isAdmitted ? this.blockedQuota(limits, at) : null;
    if (quota) return { verdict: "quota", blocked: quota, ...counted };
    const cap = this.blockedCap(limits, keyId, amountNanos ?? 0n, at);
    if (cap) return { verdict: "cap", blocked: cap, ...counted };
    const availableNanos = this.availableNanos();
    if (amountNanos !== null && amountNanos > 0n && availableNanos < amountNanos) {
      return { verdict: "balance", availableNanos, ...counted };
    }
    return { verdict: "ok", ...counted };
  }

  /** Notes what the door answered. Whatever refuses behind the hours has counted against them. */
  record(question: Question, at: Date, verdict: Admission["verdict"]): void {
    if (verdict === "no_lease" || verdict === "rate" || verdict === "key_rate") return;
    this.hour = this.hour.with(at);
    this.keyHours.set(question.keyId, this.keyHourOf(question.keyId).with(at));
    if (verdict !== "ok" || !question.isAdmitted) return;
    const isFree = question.amountNanos === null;
    this.requests.set(question.requestId, {
      ...question,
      at,
      delivered: { inputTokens: 0, outputTokens: 0 },
      end: isFree ? { costNanos: 0n, outcome: "ok" } : null,
    });
  }

  /** Notes what was delivered; false where the request has ended in the books. */
  progress(requestId: string, delivered: Delivered): boolean {
    const request = this.find(requestId);
    if (request.end) return false;
    request.delivered = delivered;
    return true;
  }

  /** Charges an open request its cost, at most what was set aside. An ended one stays as it ended. */
  settle(requestId: string, costNanos: bigint, outcome: Outcome, at: Date): Settlement {
    const request = this.find(requestId);
    let state: Settlement["state"] = "settled";
    if (!request.end) this.end(request, costNanos, outcome);
    else {
      // How a request ended is told for a day.
      const isKnown = request.at.getTime() > at.getTime() - dayMs;
      if (!isKnown) return { state: "lost", costNanos: 0n, balanceNanos: this.balanceNanos() };
      if (request.end.outcome !== outcome) state = "lost";
    }
    const charged = request.end?.costNanos ?? 0n;
    return { state, costNanos: charged, balanceNanos: this.balanceNanos() };
  }

  /** Takes back an admission that went with its instance's lease. The hours have counted it. */
  forget(requestId: string): void {
    this.requests.delete(requestId);
  }

  /** Ends what instances without a lease left open: charged for what was delivered. */
  recover(): void {
    for (const request of this.open()) {
      if (this.liveInstances.has(request.instanceId)) continue;
      const { inputTokens, outputTokens } = request.delivered;
      const exact =
        BigInt(inputTokens) * prices.inputNanosPerMtok +
        BigInt(outputTokens) * prices.outputNanosPerMtok;
      const costNanos = (exact + 999_999n) / 1_000_000n;
      this.end(request, costNanos, outputTokens > 0 ? "recovered" : "cancelled");
    }
  }

  private end(request: Admitted, costNanos: bigint, outcome: Outcome | "recovered"): void {
    const most = request.amountNanos ?? 0n;
    request.end = { costNanos: costNanos < most ? costNanos : most, outcome };
  }

  open(): Admitted[] {
    return [...this.requests.values()].filter((request) => request.end === null);
  }

  /** Requests that were admitted with a price, oldest first. */
  priced(): Admitted[] {
    return [...this.requests.values()].filter((request) => request.amountNanos !== null);
  }

  /** Requests of the workspace that were admitted in the window that `at` falls in. */
  quotaUsed(interval: QuotaInterval, at: Date): number {
    return [...this.requests.values()].filter((r) => isSameWindow(interval, r.at, at)).length;
  }

  /** What a key has spent, and set aside, by requests admitted in the window that `at` falls in. */
  capFigure(keyId: string, interval: CapInterval, at: Date): Figure {
    return sumOf(
      this.priced().filter((r) => r.keyId === keyId && isSameWindow(interval, r.at, at)),
    );
  }

  /** How the hours of a key and its workspace stand. */
  hoursOf(keyId: string, at: Date): { rate: RateState; keyRate: RateState } {
    const limits = this.limitsOf(keyId);
    return {
      rate: this.hour.state(limits.rate, at),
      keyRate: this.keyHourOf(keyId).state(limits.keyRate, at),
    };
  }

  balanceFigure(): Figure {
    return sumOf(this.priced());
  }

  balanceNanos(): bigint {
    return this.creditedNanos - this.balanceFigure().used;
  }

  availableNanos(): bigint {
    return this.balanceNanos() - this.balanceFigure().held;
  }

  private keyHourOf(keyId: string): Hour {
    return this.keyHours.get(keyId) ?? new Hour();
  }

  private find(requestId: string): Admitted {
    const request = this.requests.get(requestId);
    if (!request) throw new Error(`${requestId} was never admitted`);
    return request;
  }

  private blockedQuota(limits: Limits, at: Date): Blocked | null {
    for (const interval of quotaIntervals) {
      const limit = limits.quotas[interval];
      const used = this.quotaUsed(interval, at);
      if (limit === null || used < limit) continue;
      const resetsAt = windowEnd(interval, at);
      return { interval, limit: BigInt(limit), used: BigInt(used), held: 0n, resetsAt };
    }
    return null;
  }

  private blockedCap(limits: Limits, keyId: string, amount: bigint, at: Date): Blocked | null {
    // What costs nothing needs no room.
    if (amount === 0n) return null;
    for (const interval of capIntervals) {
      const limit = limits.caps[interval];
      const figure = this.capFigure(keyId, interval, at);
      if (limit === null || figure.used + figure.held + amount <= limit) continue;
      return { interval, limit, ...figure, resetsAt: windowEnd(interval, at) };
    }
    return null;
  }
}

function sumOf(requests: Admitted[]): Figure {
  const figure = { used: 0n, held: 0n };
  for (const { amountNanos, end } of requests) {
    if (end) figure.used += end.costNanos;
    else figure.held += amountNanos ?? 0n;
  }
  return figure;
}
