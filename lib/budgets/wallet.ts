import type { CapInterval, Limits, QuotaInterval } from "@/lib/budgets/acquire";
import { type GiveBack, type Grant, Pocket } from "@/lib/budgets/pocket";

/** What a request asks of its budgets. */
export interface BudgetRequest {
  workspaceId: string;
  keyId: string;
  limits: Limits;
  /** False for one that is refused already: it counts against the hours only. */
  isAdmitted: boolean;
  /** The most that it may cost. */
  amountNanos: bigint;
}

/** What one request took, and of which pockets. */
export interface Part {
  pocket: Pocket;
  amount: bigint;
}

/** By place: `rate`, `balance`, or the interval of a quota or cap. */
type Pockets = Map<string, Pocket>;

const quotaIntervals: readonly QuotaInterval[] = ["day", "month", "total"];
const capIntervals: readonly CapInterval[] = ["day", "week", "month", "total"];

/** From so many requests a second on, a workspace is worth slices. */
const hotRequests = 32;
const heatWindowMs = 1_000;
/** Slices that nobody has spent of for so long go back. */
const idleMs = 1_000;

/** The slices that this process has of one workspace's budgets. */
export class Wallet {
  private readonly own: Pockets = new Map();
  private readonly keys = new Map<string, Pockets>();
  private windowStartMs = 0;
  private windowCount = 0;
  private lastCount = 0;
  /** Not before this are slices asked for: the workspace's budgets are nearly spent. */
  poorUntilMs = 0;
  /** Goes up when all has to go back: what is granted on its way to us then isn't for keeps. */
  recalls = 0;
  refilling: Promise<void> | undefined;

  /** Counts a request, and tells whether there have been many of late. */
  count(nowMs: number): boolean {
    const ageMs = nowMs - this.windowStartMs;
    if (ageMs >= heatWindowMs) {
      this.lastCount = ageMs < 2 * heatWindowMs ? this.windowCount : 0;
      this.windowStartMs = nowMs;
      this.windowCount = 0;
    }
    this.windowCount++;
    return this.isHot;
  }

  get isHot(): boolean {
    return this.windowCount >= hotRequests || this.lastCount >= hotRequests;
  }

  /** Requests a second, about. */
  get pace(): number {
    return Math.max(this.windowCount, this.lastCount);
  }

  /** Takes all that a request needs, or nothing: then null. */
  take(request: BudgetRequest, nowMs: number): Part[] | null {
    const parts: Part[] = [];
    const need = (pocket: Pocket | undefined, amount: bigint, limit: bigint | null): boolean => {
      if (!pocket?.has(amount, limit, nowMs)) return false;
      parts.push({ pocket, amount });
      return true;
    };
    const { limits, amountNanos } = request;
    const key = this.keys.get(request.keyId);
    if (!need(this.own.get("rate"), 1n, toBigInt(limits.rate))) return null;
    if (limits.keyRate !== null && !need(key?.get("rate"), 1n, BigInt(limits.keyRate))) return null;
    if (request.isAdmitted) {
      for (const interval of quotaIntervals) {
        const limit = limits.quotas[interval];
        if (limit !== null && !need(this.own.get(interval), 1n, BigInt(limit))) return null;
      }
    }
    if (amountNanos > 0n) {
      const balance = this.own.get("balance");
      if (!need(balance, amountNanos, balance?.limit ?? null)) return null;
      for (const interval of capIntervals) {
        const limit = limits.caps[interval];
        if (limit !== null && !need(key?.get(interval), amountNanos, limit)) return null;
      }
    }
    for (const { pocket, amount } of parts) pocket.take(amount, nowMs);
    return parts;
  }

  rate(keyId: string): { rate: Pocket | undefined; keyRate: Pocket | undefined } {
    return { rate: this.own.get("rate"), keyRate: this.keys.get(keyId)?.get("rate") };
  }

  /** What is left of each budget that a key's requests spend of, by the budget's id. */
  leftFor(keyId: string, nowMs: number): Record<string, string> {
    const pockets = [...this.own.values(), ...(this.keys.get(keyId)?.values() ?? [])];
    return Object.fromEntries(
      pockets
        .filter((pocket) => nowMs < pocket.untilMs)
        .map((pocket) => [pocket.budgetId, pocket.free.toString()]),
    );
  }

  /** Puts a grant in. Answers what is left of a pocket that it replaces. */
  put(keyId: string, grant: Grant, askedAtMs: number, epoch: number): GiveBack[] {
    const [pockets, place] = this.placeOf(keyId, grant);
    const old = pockets.get(place);
    if (old?.takes(grant)) {
      old.add(grant);
      return [];
    }
    pockets.set(place, new Pocket(grant, askedAtMs, epoch));
    return old ? closed([old]) : [];
  }

  private placeOf(keyId: string, { kind, interval, isKeys }: Grant): [Pockets, string] {
    const place = kind === "rate" || kind === "balance" ? kind : interval;
    if (!isKeys) return [this.own, place];
    const pockets = this.keys.get(keyId) ?? new Map();
    this.keys.set(keyId, pockets);
    return [pockets, place];
  }

  /** Closes what is past its time or that nobody has spent of lately. */
  closeIdle(nowMs: number): GiveBack[] {
    const back: GiveBack[] = [];
    const isOver = (pocket: Pocket) =>
      nowMs >= pocket.untilMs || nowMs - pocket.lastUsedMs >= idleMs;
    for (const [keyId, pockets] of [["", this.own] as const, ...this.keys]) {
      for (const [place, pocket] of pockets) {
        if (!isOver(pocket)) continue;
        pockets.delete(place);
        back.push(...closed([pocket]));
      }
      if (pockets !== this.own && pockets.size === 0) this.keys.delete(keyId);
    }
    return back;
  }

  /** Closes all of it. */
  closeAll(): GiveBack[] {
    this.recalls++;
    const pockets = [
      ...this.own.values(),
      ...[...this.keys.values()].flatMap((k) => [...k.values()]),
    ];
    this.own.clear();
    this.keys.clear();
    return closed(pockets);
  }

  /** Whether nothing would be lost by forgetting it. */
  isForgettable(nowMs: number): boolean {
    return (
      this.own.size === 0 &&
      this.keys.size === 0 &&
      this.refilling === undefined &&
      nowMs - this.windowStartMs > 2 * heatWindowMs &&
      nowMs > this.poorUntilMs
    );
  }
}

function closed(pockets: Pocket[]): GiveBack[] {
  return pockets
    .map((pocket) => ({ pocket, amount: pocket.close() }))
    .filter(({ amount }) => amount > 0n);
}

function toBigInt(limit: number | null): bigint | null {
  return limit === null ? null : BigInt(limit);
}
