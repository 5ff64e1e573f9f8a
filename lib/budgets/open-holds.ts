import { z } from "zod";
import type { Pool } from "@/db/pool";
import type { LeasedSettler } from "@/lib/budgets/leased-settlement";
import type { Spending } from "@/lib/budgets/spending";
import { log } from "@/lib/log";

/** Why an open request is ended from our side; `lost`: another process has ended it in the books. */
export type EndReason = "lost" | "revoked" | "expired" | "suspended" | "shutdown";

/** A request between admission and settlement. */
export interface OpenHold {
  requestId: string;
  openedAtMs: number;
  /** Delivered so far. */
  inputTokens: number;
  outputTokens: number;
  /** Where it was admitted from slices: then it has a row in `holds` only once it takes long. */
  spending: Spending | null;
  /** Ends the request's stream; it is then charged for what was delivered. */
  end(reason: EndReason): void;
}

const noteEveryMs = 1_000;
const recoverEveryMs = 5_000;
/** Older holds that this process doesn't know of are left-overs of calls that timed out. */
const strayAfterSeconds = 10;
/** More than the statement's own limit: then nobody is there. */
const silenceMsMax = 12_000;

/**
 * The holds that this process has open. Once a second the progress of those older than a second is
 * written, so that a crash loses at most a second of a stream; the same statement tells which keys
 * have died meanwhile. Every few seconds the left-overs of dead instances, and our own strays, are
 * given back.
 */
export class OpenHolds {
  private readonly open = new Map<string, OpenHold>();
  private timers: NodeJS.Timeout[] = [];
  private noting = false;

  constructor(
    private readonly pool: Pool,
    private readonly instanceId: string,
    private readonly leasedSettler: Pick<LeasedSettler, "keepAsHolds"> | null,
  ) {}

  has(requestId: string): boolean {
    return this.open.has(requestId);
  }

  get size(): number {
    return this.open.size;
  }

  add(hold: OpenHold): void {
    this.open.set(hold.requestId, hold);
  }

  delete(requestId: string): void {
    this.open.delete(requestId);
  }

  endAll(reason: "shutdown"): void {
    for (const hold of this.open.values()) hold.end(reason);
  }

  start(): void {
    const every = (ms: number, what: string, work: () => Promise<unknown>) =>
      setInterval(() => {
        work().catch((error: unknown) => log.warn({ err: error }, `${what} failed`));
      }, ms);
    this.timers = [
      every(noteEveryMs, "writing progress", () => this.noteProgress()),
      every(recoverEveryMs, "recovering holds", () => this.recover()),
    ];
  }

  stop(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  /** Writes how far each open request has come, and ends those whose key no longer opens. */
  async noteProgress(): Promise<void> {
    const old = [...this.open.values()].filter(
      (hold) => performance.now() - hold.openedAtMs >= noteEveryMs,
    );
    if (old.length === 0 || this.noting) return;
    this.noting = true;
    try {
      const unwritten = old.flatMap(({ spending }) =>
        spending && !spending.hasRow ? spending : [],
      );
      if (unwritten.length > 0) await this.leasedSettler?.keepAsHolds(unwritten);
      const due = old.filter(({ spending }) => spending === null || spending.hasRow);
      const records = due.map((hold) => ({
        id: hold.requestId,
        input_tokens: hold.inputTokens,
        output_tokens: hold.outputTokens,
      }));
      const rows = await this.pool.run(
        (sql) => sql`select * from note_progress(${JSON.stringify(records)}::text::jsonb)`,
        silenceMsMax,
      );
      for (const row of rows) {
        const { request_id, ended_by } = Progress.parse(row);
        if (ended_by) this.open.get(request_id)?.end(ended_by);
      }
    } finally {
      this.noting = false;
    }
  }

  /** Ends the holds of dead instances, and ours that no request here knows of. */
  async recover(): Promise<void> {
    const rows = await this.pool.run((sql) => sql`select recover_holds() as ended`, silenceMsMax);
    const ended = Number(rows[0]?.ended ?? 0);
    if (ended > 0) log.warn({ ended }, "holds of a dead instance were ended");
    const stale = await this.pool.run(
      (sql) => sql`
        select request_id from holds
        where instance_id = ${this.instanceId}
          and started_at < clock_timestamp() - make_interval(secs => ${strayAfterSeconds})`,
      silenceMsMax,
    );
    const strays = stale
      .map((row) => z.string().parse(row.request_id))
      .filter((id) => !this.open.has(id));
    if (strays.length === 0) return;
    await this.pool.run((sql) => sql`select end_holds(${strays})`, silenceMsMax);
    log.warn({ strays: strays.length }, "stray holds were given back");
  }
}

const Progress = z.object({
  request_id: z.string(),
  ended_by: z.enum(["lost", "revoked", "expired", "suspended"]).nullable(),
});
