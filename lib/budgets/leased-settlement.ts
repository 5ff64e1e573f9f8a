import { z } from "zod";
import { canRetry, isStatementTimeout } from "@/db/outage";
import type { Pool } from "@/db/pool";
import type { Instance } from "@/lib/budgets/instance";
import { Moves } from "@/lib/budgets/moves";
import type { GiveBack } from "@/lib/budgets/pocket";
import type { EndedRequest, Settlement, Settler } from "@/lib/budgets/settlement";
import {
  chargedOf,
  type EndedSpending,
  holdRecord,
  type Spending,
  spendingRecord,
  spentOf,
} from "@/lib/budgets/spending";
import { log } from "@/lib/log";

interface Entry extends EndedSpending {
  resolve(settlement: Settlement): void;
  reject(error: unknown): void;
}

/** Work for the database: ended requests, and what goes back. */
interface Batch {
  epoch: number;
  entries: Entry[];
  backs: GiveBack[];
}

const Row = z.object({
  state: z.enum(["new", "repeated", "lapsed"]),
  workspace_id: z.string().nullable(),
  balance_nanos: z.coerce.bigint().nullable(),
});

const batchMax = 500;
const retryAfterMs = 200;
/** More than the statement's own limit: then nobody is there. */
const silenceMsMax = 12_000;
/** Whatever was admitted and never settled is a left-over by then. */
const strayAfterMs = 10_000;
/** A statement that takes longer than this may never be answered. */
const doubtAfterMs = 500;
/** How long a request is kept waiting that came when the database may have been gone (BAR P15). */
const patienceMs = 1_500;

/**
 * Settles what was admitted from slices (`db/functions/09_slices.sql`), by group commit as `Settler` does:
 * all that finished while the last statement was in flight goes out in the next. Batches are numbered, and
 * one is in flight at a time, so one that has to be sent again counts once.
 *
 * A request is sent only when the database has answered something that it was asked after the request
 * was admitted. Until then the request can still be refused, and nobody has charged it: what came when the
 * database was gone already is told so in time, and what was under way before waits for it.
 */
export class LeasedSettler {
  private entries: Entry[] = [];
  private backs: GiveBack[] = [];
  private backsDone: (() => void)[] = [];
  private toHold: { spendings: Spending[]; resolve(): void }[] = [];
  private readonly open = new Set<Spending>();
  private running: Promise<void> | undefined;
  private lastBatch = 0n;
  private pinging: Promise<void> | undefined;
  /** When the last statement was sent that had an answer. */
  private sentAtMs = Number.NEGATIVE_INFINITY;
  /** The statements that wait for their answer; of one that has failed, since ever. */
  private readonly waitsFor = new Set<{ sinceMs: number }>();

  constructor(
    private readonly pool: Pool,
    private readonly instance: Instance,
    /** For what is only to be logged. */
    private readonly settler: Settler,
  ) {}

  /** Ended requests that aren't sent yet. */
  get waiting(): number {
    return this.entries.length;
  }

  /** Whether the database answers, as far as is known. */
  get isAnswered(): boolean {
    const doubtfulMs = performance.now() - doubtAfterMs;
    for (const { sinceMs } of this.waitsFor) if (sinceMs <= doubtfulMs) return false;
    return true;
  }

  begin(spending: Spending): void {
    this.open.add(spending);
  }

  /**
   * Resolves when the request's end is durable. `lost`: the lease ran out meanwhile, or the database was
   * gone when the request was admitted.
   */
  settle(request: EndedRequest, spending: Spending): Promise<Settlement> {
    this.open.delete(spending);
    return new Promise((resolve, reject) => {
      this.entries.push({ request, spending, late: false, resolve, reject });
      if (!this.isProven(spending)) this.ping();
      this.wake();
    });
  }

  /** Resolves when it is back in its budgets, or was taken with the lease. */
  giveBack(backs: GiveBack[]): Promise<void> {
    if (backs.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.backs.push(...backs);
      this.backsDone.push(resolve);
      this.wake();
    });
  }

  /** Makes rows in `holds` of requests that take long; what has been settled meanwhile gets none. */
  keepAsHolds(spendings: Spending[]): Promise<void> {
    return new Promise((resolve) => {
      this.toHold.push({ spendings, resolve });
      this.wake();
    });
  }

  /** Gives back what was taken for requests that never came to an end here. */
  endStrays(nowMs: number, isKnown: (requestId: string) => boolean): void {
    for (const spending of this.open) {
      if (nowMs - spending.takenAtMs < strayAfterMs || isKnown(spending.requestId)) continue;
      this.open.delete(spending);
      log.warn({ requestId: spending.requestId }, "a stray reservation was given back");
      void this.giveBack(spending.parts);
    }
  }

  /** Refuses what has waited for long for a database that was gone when it came. Nothing is charged. */
  withdrawUnproven(nowMs: number): void {
    for (const entry of this.entries) {
      const { request, spending, resolve } = entry;
      const isDue = nowMs - spending.takenAtMs >= patienceMs && !this.isReady(entry);
      if (!isDue || request.outcome === "refused") continue;
      entry.request = refusedInstead(request);
      entry.late = true;
      resolve(lost);
    }
  }

  /** Waits until nothing is queued or in flight. */
  async drain(): Promise<void> {
    while (this.running ?? this.pinging) await (this.running ?? this.pinging);
  }

  private wake(): void {
    this.running ??= this.run().catch((error: unknown) =>
      log.error({ err: error }, "settling failed"),
    );
  }

  private async run(): Promise<void> {
    // Whatever finishes in this turn of the loop shares the first statement.
    await new Promise(setImmediate);
    try {
      for (;;) {
        const holding = this.toHold.shift();
        if (holding) await this.hold(holding.spendings).then(holding.resolve);
        else if (this.hasWork) await this.sendNext();
        else break;
      }
    } finally {
      // In the same turn in which nothing was found: whoever comes next starts anew.
      this.running = undefined;
    }
    if (this.entries.length > 0) this.ping();
  }

  private get hasWork(): boolean {
    return this.backs.length > 0 || this.entries.some((entry) => this.isReady(entry));
  }

  /** Asks for a sign of life, one at a time. */
  private ping(): void {
    this.pinging ??= this.listen().finally(() => {
      this.pinging = undefined;
      this.wake();
    });
  }

  private async listen(): Promise<void> {
    const answer = await this.insist([], () => this.pool.run((sql) => sql`select 1`, silenceMsMax));
    if (!(answer instanceof Error)) return;
    log.error({ err: answer }, "the database refuses to answer");
    await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
  }

  /** Whether it is certain that the database was there after the request had been admitted. */
  private isProven({ takenAtMs }: Spending): boolean {
    return takenAtMs <= Math.max(this.sentAtMs, this.instance.aliveAtMs);
  }

  /** Whether a request can be sent, or is another's to end. */
  private isReady({ spending }: Entry): boolean {
    return spending.hasRow || spending.epoch !== this.instance.epoch || this.isProven(spending);
  }

  private async sendNext(): Promise<void> {
    const done = this.backsDone.splice(0);
    const batch = this.takeBatch();
    const refusal = await this.send(batch);
    if (refusal) await this.sendOneByOne(batch, refusal);
    for (const finish of done) finish();
  }

  /** What has ended and may be sent, as far as it is still ours to settle. */
  private takeBatch(): Batch {
    const { epoch } = this.instance;
    const entries: Entry[] = [];
    for (const entry of this.entries.splice(0)) {
      if (entries.length === batchMax || !this.isReady(entry)) this.entries.push(entry);
      else if (entry.spending.hasRow) this.passOn(entry);
      else if (entry.spending.epoch !== epoch) this.lose(entry);
      else entries.push(entry);
    }
    for (const entry of entries) this.restoreRest(entry);
    const backs = this.backs.splice(0).filter(({ pocket }) => pocket.epoch === epoch);
    return { epoch, entries, backs };
  }

  /** What a request didn't need goes back to the pockets that it is from, or from there to the budgets. */
  private restoreRest({ spending, request }: Entry): void {
    for (const part of spending.parts) {
      const { pocket } = part;
      const left = pocket.restore(part.amount - spentOf(part, request));
      if (left > 0n) this.backs.push({ pocket, amount: left });
    }
  }

  /** Sends a batch until it holds; an Error where waiting wouldn't mend it, and nothing has changed. */
  private async send(batch: Batch): Promise<Error | null> {
    const { epoch, entries } = batch;
    const moves = movesOf(batch);
    if (entries.length === 0 && moves.length === 0) return null;
    this.lastBatch++;
    const number = String(this.lastBatch);
    const answer = await this.insist(entries, async () => {
      const records = entries.map(spendingRecord);
      const rows = await this.pool.run(
        (sql) => sql`
          select * from settle_leased(
            ${this.instance.id}, ${epoch}, ${number}::bigint,
            ${JSON.stringify(records)}::text::jsonb, ${JSON.stringify(moves)}::text::jsonb)`,
        silenceMsMax,
      );
      return rows.map((row) => Row.parse(row));
    });
    if (answer instanceof Error) return answer;
    this.conclude(entries, answer);
    return null;
  }

  private conclude(entries: Entry[], rows: z.infer<typeof Row>[]): void {
    const hasLapsed = rows[0]?.state === "lapsed";
    const balances = new Map(rows.map((row) => [row.workspace_id, row.balance_nanos ?? 0n]));
    for (const entry of entries) {
      if (hasLapsed) this.lose(entry);
      else {
        entry.resolve({
          state: "settled",
          costNanos: chargedOf(entry),
          balanceNanos: balances.get(entry.request.workspaceId) ?? 0n,
        });
      }
    }
  }

  /** Finds the row that spoils a batch, so that its neighbours are settled all the same. */
  private async sendOneByOne({ epoch, entries, backs }: Batch, refusal: Error): Promise<void> {
    for (const entry of entries) {
      const own =
        entries.length === 1 ? refusal : await this.send({ epoch, entries: [entry], backs: [] });
      if (!own) continue;
      log.error({ err: own, requestId: entry.request.id }, "a settlement was refused");
      for (const part of entry.spending.parts) {
        this.backs.push({ pocket: part.pocket, amount: spentOf(part, entry.request) });
      }
      entry.reject(own);
    }
    const refused = entries.length === 0 ? refusal : await this.send({ epoch, entries: [], backs });
    if (refused) log.error({ err: refused }, "slices were not given back");
  }

  /** Repeats a statement until it holds; an Error where waiting wouldn't mend it. */
  private async insist<T>(entries: Entry[], send: () => Promise<T>): Promise<T | Error> {
    const wait = { sinceMs: performance.now() };
    this.waitsFor.add(wait);
    try {
      for (;;) {
        const sentAtMs = performance.now();
        try {
          const answer = await send();
          this.sentAtMs = Math.max(this.sentAtMs, sentAtMs);
          return answer;
        } catch (error) {
          const isWorthIt = canRetry(error) || (isStatementTimeout(error) && entries.length <= 1);
          if (!isWorthIt) return error instanceof Error ? error : new Error(String(error));
          log.warn({ err: error, waiting: entries.length }, "settlement waits for the database");
          for (const entry of entries) entry.late = true;
          wait.sinceMs = Number.NEGATIVE_INFINITY;
          await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
        }
      }
    } finally {
      this.waitsFor.delete(wait);
    }
  }

  private async hold(spendings: Spending[]): Promise<void> {
    const { epoch } = this.instance;
    const due = spendings.filter(
      (spending) => !spending.hasRow && spending.epoch === epoch && this.open.has(spending),
    );
    if (due.length === 0) return;
    const moves = new Moves();
    for (const { parts } of due) {
      for (const { pocket, amount } of parts) moves.spend(pocket, amount);
    }
    this.lastBatch++;
    const number = this.lastBatch;
    const answer = await this.insist([], async () => {
      const [row] = await this.pool.run(
        (sql) => sql`
          select hold_from_slices(
            ${this.instance.id}, ${epoch}, ${String(number)}::bigint,
            ${JSON.stringify(due.map(holdRecord))}::text::jsonb,
            ${JSON.stringify(moves.list())}::text::jsonb) as state`,
        silenceMsMax,
      );
      return Row.shape.state.parse(row?.state);
    });
    if (answer instanceof Error) {
      log.error({ err: answer }, "long requests were not written down");
    } else if (answer !== "lapsed") {
      for (const spending of due) {
        spending.hasRow = true;
        this.open.delete(spending);
      }
    }
  }

  private passOn({ request, resolve, reject }: Entry): void {
    this.settler.settle({ ...request, held: true }).then(resolve, reject);
  }

  /** Its slices went with the lease: nothing is charged, and the answer isn't complete. */
  private lose({ request, resolve }: Entry): void {
    this.settler
      .settle({ ...refusedInstead(request), held: false })
      .catch((error: unknown) => log.error({ err: error, requestId: request.id }, "not logged"));
    resolve(lost);
  }
}

const lost: Settlement = { state: "lost", costNanos: 0n, balanceNanos: 0n };

/** The end of a request whose answer isn't given: it costs nothing, and counts as one that was refused. */
function refusedInstead(request: EndedRequest): EndedRequest {
  const free = { ...request, costNanos: 0n, inputTokens: 0, outputTokens: 0 };
  if (request.outcome === "refused") return free;
  return { ...free, status: 503, outcome: "refused", errorCode: "unavailable" };
}

function movesOf({ entries, backs }: Batch) {
  const moves = new Moves();
  for (const { spending, request } of entries) {
    for (const part of spending.parts) moves.spend(part.pocket, spentOf(part, request));
  }
  for (const back of backs) moves.giveBack(back);
  return moves.list();
}
