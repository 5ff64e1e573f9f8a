import { setTimeout as delay } from "node:timers/promises";
import { connect } from "@/db/client";
import { Pool } from "@/db/pool";
import { type Admission, acquire, type HoldRequest } from "@/lib/budgets/acquire";
import { ChangeFeed } from "@/lib/budgets/change-feed";
import { Instance } from "@/lib/budgets/instance";
import { LeasedSettler } from "@/lib/budgets/leased-settlement";
import type { Ask, BudgetDoor } from "@/lib/budgets/model/door";
import { type Delivered, prices } from "@/lib/budgets/model/rules";
import { type EndReason, type OpenHold, OpenHolds } from "@/lib/budgets/open-holds";
import { Recalls } from "@/lib/budgets/recalls";
import { type EndedRequest, type Settlement, Settler } from "@/lib/budgets/settlement";
import { Slices } from "@/lib/budgets/slices";
import type { Spending } from "@/lib/budgets/spending";

/**
 * The fast form: requests are admitted from slices wherever there are some, as a busy gateway does, and
 * the database is asked for the others. It has no timers: what they do is asked of it.
 */
export class LeasedDoor implements BudgetDoor {
  private readonly pool: Pool;
  private readonly instance: Instance;
  private readonly settler: Settler;
  private readonly leasedSettler: LeasedSettler;
  private readonly openHolds: OpenHolds;
  private readonly slices: Slices;
  private readonly recalls: Recalls;
  private readonly feed: ChangeFeed;
  private readonly spendings = new Map<string, Spending>();
  private readonly open = new Map<string, OpenHold>();
  private readonly endedBy = new Map<string, EndReason>();
  private standsStill = false;

  constructor(url: string) {
    this.pool = new Pool(() => connect(url, 3, 10_000));
    this.instance = new Instance(this.pool);
    this.settler = new Settler(this.pool, this.instance.id);
    this.leasedSettler = new LeasedSettler(this.pool, this.instance, this.settler);
    this.openHolds = new OpenHolds(this.pool, this.instance.id, this.leasedSettler);
    const isOpen = (requestId: string) => this.spendings.has(requestId);
    this.slices = new Slices(this.pool, this.instance, this.leasedSettler, isOpen);
    this.recalls = new Recalls(this.pool);
    this.feed = new ChangeFeed(connect(url, 1, 0, 0), this.pool, this.instance, (change) =>
      this.slices.onChange(change),
    );
    this.instance.listen({
      onLapse: () => this.slices.onLapse(),
      onVersion: (version) => this.feed.notice(version),
    });
  }

  static async open(url: string): Promise<LeasedDoor> {
    const door = new LeasedDoor(url);
    await door.instance.revive();
    door.feed.start();
    return door;
  }

  get instanceId(): string {
    return this.instance.id;
  }

  /** How many requests were admitted from memory. */
  admittedFromSlices = 0;

  async admit(ask: Ask): Promise<Admission> {
    const hold = holdOf(ask);
    const admission =
      (await this.admitFromSlices(ask, hold)) ?? (await this.admitByDatabase(ask, hold));
    if (admission.verdict === "ok" && hold) this.keepOpen(ask.requestId);
    return admission;
  }

  private async admitFromSlices(ask: Ask, hold: HoldRequest | null): Promise<Admission | null> {
    // Open streams are counted by the database.
    if (this.standsStill || hold?.stream) return null;
    const { requestId, workspaceId, keyId, limits, isAdmitted } = ask;
    const amountNanos = ask.amountNanos ?? 0n;
    const request = { requestId, workspaceId, keyId, limits, isAdmitted, hold, amountNanos };
    const admission = this.slices.take(request) ?? (await this.slices.admit(request));
    if (!admission) return null;
    this.spendings.set(requestId, admission.spending);
    this.admittedFromSlices++;
    return { verdict: "ok", ...admission, isLeased: false };
  }

  private async admitByDatabase(ask: Ask, hold: HoldRequest | null): Promise<Admission> {
    const { workspaceId, keyId, limits, isAdmitted } = ask;
    const request = { instanceId: this.instanceId, workspaceId, keyId, limits, hold, isAdmitted };
    const askedAtMs = performance.now();
    const admission = await acquire(this.pool.sql, request);
    if (admission.verdict === "no_lease" || !admission.isLeased) return admission;
    if (!(await this.recalls.recall(workspaceId, askedAtMs))) return admission;
    const isCounted = admission.verdict !== "rate" && admission.verdict !== "key_rate";
    return await acquire(this.pool.sql, { ...request, isCounted });
  }

  private keepOpen(requestId: string): void {
    const hold: OpenHold = {
      requestId,
      openedAtMs: Number.NEGATIVE_INFINITY,
      inputTokens: 0,
      outputTokens: 0,
      spending: this.spendings.get(requestId) ?? null,
      end: (reason) => this.endedBy.set(requestId, reason),
    };
    this.open.set(requestId, hold);
    this.openHolds.add(hold);
  }

  async progress(requestId: string, delivered: Delivered): Promise<EndReason | null> {
    Object.assign(this.open.get(requestId) ?? {}, delivered);
    await this.openHolds.noteProgress();
    return this.endedBy.get(requestId) ?? null;
  }

  async settle(end: EndedRequest): Promise<Settlement> {
    const spending = this.spendings.get(end.id);
    this.spendings.delete(end.id);
    const settlement = spending
      ? await this.leasedSettler.settle(end, spending)
      : await this.settler.settle(end);
    this.openHolds.delete(end.id);
    return settlement;
  }

  async loseLease(): Promise<void> {
    this.standsStill = true;
    await this.pool.sql`
      update instances set lease_until = '-infinity' where id = ${this.instanceId}`;
  }

  async takeLease(): Promise<void> {
    this.standsStill = false;
    await this.instance.revive();
  }

  async keepLease(): Promise<void> {
    await this.instance.revive();
  }

  async recover(): Promise<void> {
    await this.openHolds.recover();
  }

  isLostWithLease(requestId: string): boolean {
    const spending = this.spendings.get(requestId);
    return spending !== undefined && !spending.hasRow;
  }

  async notice(): Promise<void> {
    for (;;) {
      const [row] = await this.pool.sql`
        select is_acknowledged((select version from fact_version)) as known`;
      if (row?.known === true) return;
      // What was announced before it listened it hears by its lease.
      if (!this.standsStill) await this.instance.revive();
      await delay(1);
    }
  }

  async quiet(): Promise<void> {
    await this.slices.onChange({ workspaceId: null, recall: false });
    await this.leasedSettler.drain();
    await this.settler.drain();
  }

  async close(): Promise<void> {
    await this.feed.stop();
    await this.quiet();
    await this.instance.stop();
    await this.pool.end();
  }
}

function holdOf({ requestId, secretId, stream, amountNanos }: Ask): HoldRequest | null {
  if (amountNanos === null) return null;
  const request = { requestId, secretId, stream, model: "m", method: "POST", path: "/v1/m" };
  return { ...request, ...prices, address: "", userAgent: "", amountNanos };
}
