import type postgres from "postgres";
import { Pool } from "@/db/pool";
import { type Admission, acquire } from "@/lib/budgets/acquire";
import type { Ask, BudgetDoor } from "@/lib/budgets/model/door";
import { type Delivered, prices } from "@/lib/budgets/model/rules";
import { type EndReason, type OpenHold, OpenHolds } from "@/lib/budgets/open-holds";
import { type EndedRequest, type Settlement, Settler } from "@/lib/budgets/settlement";

/** The first form: every admission asks the database, nothing is kept. */
export class DirectDoor implements BudgetDoor {
  private readonly settler: Settler;
  private readonly openHolds: OpenHolds;
  private readonly open = new Map<string, OpenHold>();
  private readonly endedBy = new Map<string, EndReason>();

  /** `sql` stays the caller's to close. */
  constructor(
    private readonly sql: postgres.Sql,
    readonly instanceId: string,
  ) {
    const pool = new Pool(() => sql);
    this.settler = new Settler(pool, instanceId);
    this.openHolds = new OpenHolds(pool, instanceId, null);
  }

  async admit(ask: Ask): Promise<Admission> {
    const { requestId, secretId, amountNanos, stream } = ask;
    const request = { requestId, secretId, stream, model: "m", method: "POST", path: "/v1/m" };
    const caller = { address: "", userAgent: "" };
    const admission = await acquire(this.sql, {
      instanceId: this.instanceId,
      workspaceId: ask.workspaceId,
      keyId: ask.keyId,
      limits: ask.limits,
      isAdmitted: ask.isAdmitted,
      hold: amountNanos === null ? null : { ...request, ...caller, ...prices, amountNanos },
    });
    if (admission.verdict === "ok" && amountNanos !== null) this.hold(requestId);
    return admission;
  }

  private hold(requestId: string): void {
    const hold: OpenHold = {
      requestId,
      // Old enough for its progress to be written whenever that is asked for.
      openedAtMs: Number.NEGATIVE_INFINITY,
      inputTokens: 0,
      outputTokens: 0,
      spending: null,
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
    const settlement = await this.settler.settle(end);
    this.openHolds.delete(end.id);
    return settlement;
  }

  async loseLease(): Promise<void> {
    await this.sql`
      update instances set lease_until = '-infinity' where id = ${this.instanceId}`;
  }

  async takeLease(): Promise<void> {
    await this.sql`
      insert into instances (id, kind, host, pid, lease_until)
      values (${this.instanceId}, 'gateway', 'h', 1, 'infinity')
      on conflict (id) do update set lease_until = excluded.lease_until`;
  }

  /** It was given for ever. */
  async keepLease(): Promise<void> {}

  isLostWithLease(): boolean {
    return false;
  }

  /** It is told the limits with each request. */
  async notice(): Promise<void> {}

  async recover(): Promise<void> {
    await this.openHolds.recover();
  }

  async quiet(): Promise<void> {
    await this.settler.drain();
  }

  async close(): Promise<void> {
    await this.sql`delete from instances where id = ${this.instanceId}`;
  }
}
