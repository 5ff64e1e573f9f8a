import { z } from "zod";
import { isStatementTimeout } from "@/db/outage";
import type { Pool } from "@/db/pool";
import { type HoldRequest, limitRecords, type RateState } from "@/lib/budgets/acquire";
import type { Change } from "@/lib/budgets/change-feed";
import type { Instance } from "@/lib/budgets/instance";
import type { LeasedSettler } from "@/lib/budgets/leased-settlement";
import type { Grant, Pocket } from "@/lib/budgets/pocket";
import type { Spending } from "@/lib/budgets/spending";
import { type BudgetRequest, Wallet } from "@/lib/budgets/wallet";
import { log } from "@/lib/log";

/** A request that was admitted from slices; the rates stand as `acquire` has them. */
export interface LeasedAdmission {
  spending: Spending;
  rate: RateState;
  keyRate: RateState | null;
  at: Date;
}

export interface LeasedRequest extends BudgetRequest {
  requestId: string;
  hold: HoldRequest | null;
}

const Row = z
  .object({
    budget_id: z.string(),
    kind: z.enum(["balance", "rate", "quota", "cap"]),
    interval: z.enum(["total", "hour", "day", "week", "month"]),
    is_keys: z.boolean(),
    granted: z.coerce.bigint(),
    limit: z.coerce.bigint().nullable(),
    used: z.coerce.bigint(),
    free_at: z.date().nullable(),
    valid_ms: z.number().nullable(),
    ends_at: z.date().nullable(),
    minute: z.date().nullable(),
  })
  .transform(
    (row): Grant => ({
      budgetId: row.budget_id,
      kind: row.kind,
      interval: row.interval,
      isKeys: row.is_keys,
      granted: row.granted,
      limit: row.limit,
      used: row.used,
      freeAt: row.free_at,
      validMs: row.valid_ms,
      endsAt: row.ends_at,
      minute: row.minute,
    }),
  );

/** How long nothing is asked for where little is left, and after all was called back. */
const poorMs = 1_000;
const recalledMs = 2_000;
const sweepEveryMs = 250;
/** A grant is for so many requests of the kind that asks, at the workspace's pace for about a second. */
const requestsMin = 16;
const requestsMax = 50_000;
/** More than the statement's own limit: then nobody is there. */
const silenceMsMax = 12_000;

/**
 * The parts of budgets that this process may spend without asking the database (DESIGN §2): workspaces
 * with many requests a second get some, as long as their budgets are rich. It admits and nothing else:
 * where it has no answer `acquire` is asked, which knows all verdicts.
 */
export class Slices {
  private readonly wallets = new Map<string, Wallet>();
  private sweeper: NodeJS.Timeout | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly instance: Instance,
    private readonly settler: LeasedSettler,
    private readonly isOpen: (requestId: string) => boolean,
  ) {}

  start(): void {
    this.sweeper = setInterval(() => this.sweep(performance.now()), sweepEveryMs);
  }

  /** Gives back all that is left. */
  async stop(): Promise<void> {
    clearInterval(this.sweeper);
    await this.onChange({ workspaceId: null, recall: true });
  }

  /** Whether a workspace sends so much that keeping things of it in memory is worth it. Counts the call. */
  isHot(workspaceId: string): boolean {
    return this.walletOf(workspaceId).count(performance.now());
  }

  /** The same without counting. */
  isBusy(workspaceId: string): boolean {
    return this.wallets.get(workspaceId)?.isHot ?? false;
  }

  /** Admits a request from what is in memory; null where that isn't enough. */
  take(request: LeasedRequest): LeasedAdmission | null {
    if (!this.instance.isLive || !this.settler.isAnswered) return null;
    const nowMs = performance.now();
    const wallet = this.walletOf(request.workspaceId);
    const parts = wallet.take(request, nowMs);
    return parts && this.admitted(wallet, request, parts, nowMs);
  }

  /** Asks for slices and admits the request from them; null where the database has to be asked for it. */
  async admit(request: LeasedRequest): Promise<LeasedAdmission | null> {
    for (let attempt = 0; attempt < 2; attempt++) {
      // Each time: with a lapse of the lease all wallets of before are gone.
      const wallet = this.walletOf(request.workspaceId);
      if (performance.now() < wallet.poorUntilMs || !this.settler.isAnswered) return null;
      wallet.refilling ??= this.refill(wallet, request).finally(() => {
        wallet.refilling = undefined;
      });
      await wallet.refilling;
      const admission = this.take(request);
      if (admission) return admission;
    }
    return null;
  }

  private admitted(
    wallet: Wallet,
    request: LeasedRequest,
    parts: Spending["parts"],
    nowMs: number,
  ): LeasedAdmission {
    // Our reading of the database's clock is never behind it; a window's permits are of the window.
    const now = this.instance.databaseNow().getTime();
    const at = new Date(Math.min(now, ...parts.map(({ pocket }) => pocket.endsAtMs - 1)));
    const spending: Spending = {
      requestId: request.requestId,
      workspaceId: request.workspaceId,
      keyId: request.keyId,
      epoch: this.instance.epoch,
      admittedAt: at,
      takenAtMs: nowMs,
      parts,
      hold: request.hold,
      hasRow: false,
    };
    this.settler.begin(spending);
    const { rate, keyRate } = wallet.rate(request.keyId);
    const { limits } = request;
    return {
      spending,
      rate: rateOf(rate, limits.rate, at),
      keyRate: limits.keyRate === null ? null : rateOf(keyRate, limits.keyRate, at),
      at,
    };
  }

  private walletOf(workspaceId: string): Wallet {
    const known = this.wallets.get(workspaceId);
    if (known) return known;
    const wallet = new Wallet();
    this.wallets.set(workspaceId, wallet);
    return wallet;
  }

  private async refill(wallet: Wallet, request: LeasedRequest): Promise<void> {
    const askedAtMs = performance.now();
    const { epoch } = this.instance;
    const { recalls } = wallet;
    const { limits, amountNanos } = request;
    const records = limitRecords(limits, true, amountNanos);
    const requests = Math.min(Math.max(wallet.pace, requestsMin), requestsMax);
    let grants: Grant[];
    try {
      const rows = await this.pool.run(
        (sql) => sql`
          select * from grant_slices(
            ${this.instance.id}, ${epoch}, ${request.workspaceId}, ${request.keyId},
            ${limits.rate}, ${records ? JSON.stringify(records) : null}::text::jsonb,
            ${amountNanos.toString()}::bigint, ${requests},
            ${JSON.stringify(wallet.leftFor(request.keyId, askedAtMs))}::text::jsonb)`,
        silenceMsMax,
      );
      grants = rows.map((row) => Row.parse(row));
    } catch (error) {
      wallet.poorUntilMs = performance.now() + poorMs;
      // One that took too long has changed nothing; of any other nobody knows.
      if (!isStatementTimeout(error)) await this.startOver(error);
      return;
    }
    if (grants.length === 0) wallet.poorUntilMs = performance.now() + poorMs;
    if (epoch !== this.instance.epoch) return;
    const replaced = grants.flatMap((grant) => wallet.put(request.keyId, grant, askedAtMs, epoch));
    if (replaced.length > 0) void this.settler.giveBack(replaced);
    // What was called back while it was granted goes back; the caller waits for it.
    const isForgotten = this.wallets.get(request.workspaceId) !== wallet;
    if (isForgotten || recalls !== wallet.recalls) await this.settler.giveBack(wallet.closeAll());
  }

  private async startOver(error: unknown): Promise<void> {
    log.warn({ err: error }, "a grant's answer got lost; all slices are given up");
    await this.instance.startOver().catch((cause: unknown) => {
      log.warn({ err: cause }, "slices go with the lease");
    });
  }

  /** The lease has run out: what was in memory under it doesn't count. */
  onLapse(): void {
    for (const wallet of this.wallets.values()) wallet.closeAll();
    this.wallets.clear();
  }

  /** Gives back what is left of what changed; resolves when it is back. */
  async onChange({ workspaceId, recall }: Change): Promise<void> {
    const wallets =
      workspaceId === null ? [...this.wallets.values()] : [this.walletOf(workspaceId)];
    await Promise.all(
      wallets.map(async (wallet) => {
        if (recall) wallet.poorUntilMs = performance.now() + recalledMs;
        const back = this.settler.giveBack(wallet.closeAll());
        await wallet.refilling;
        await back;
      }),
    );
  }

  private sweep(nowMs: number): void {
    const back = [...this.wallets.values()].flatMap((wallet) => wallet.closeIdle(nowMs));
    void this.settler.giveBack(back);
    this.settler.endStrays(nowMs, this.isOpen);
    this.settler.withdrawUnproven(nowMs);
    for (const [workspaceId, wallet] of this.wallets) {
      if (wallet.isForgettable(nowMs)) this.wallets.delete(workspaceId);
    }
  }
}

/** All that counts in the hour but for what is still ours to spend. */
function rateOf(pocket: Pocket | undefined, limit: number | null, at: Date): RateState {
  const used = pocket ? Number(pocket.used - pocket.free) : 0;
  return { limit, used, freeAt: pocket?.freeAt ?? at };
}
