import { z } from "zod";
import { canRetry, isStatementTimeout } from "@/db/outage";
import type { Pool } from "@/db/pool";
import { log, redactKeys } from "@/lib/log";

/** How a request ended, as the request log keeps it. */
export type Outcome =
  | "ok"
  | "refused"
  | "failed"
  | "cancelled"
  | "client_gone"
  | "upstream_error"
  | "revoked"
  | "shutdown";

export interface EndedRequest {
  id: string;
  /** When it was admitted; null for now, less its latency. */
  at: Date | null;
  /** Whether a hold was made for it; without one it is only logged. */
  held: boolean;
  workspaceId: string;
  keyId: string;
  secretId: string | null;
  method: string;
  /** The route, not the raw path, so that roll-ups stay narrow. */
  path: string;
  model: string;
  stream: boolean;
  status: number;
  outcome: Outcome;
  errorCode: string | null;
  details: Record<string, unknown> | null;
  inputTokens: number;
  outputTokens: number;
  costNanos: bigint;
  latencyMs: number;
  firstByteMs: number | null;
  address: string;
  userAgent: string;
  estimated: boolean;
}

export interface Settlement {
  /**
   * `lost`: another process ended the request after our lease ran out, or the database was gone when it
   * was admitted; don't complete the answer.
   */
  state: "settled" | "lost";
  /** What was really charged. */
  costNanos: bigint;
  balanceNanos: bigint;
}

interface Entry {
  request: EndedRequest;
  late: boolean;
  resolve(settlement: Settlement): void;
  reject(error: unknown): void;
}

const Row = z.object({
  request_id: z.string(),
  state: z.enum(["settled", "lost"]),
  cost_nanos: z.coerce.bigint(),
  balance_nanos: z.coerce.bigint().nullable(),
});

const batchMax = 500;
/** A statement of a megabyte is done in milliseconds, whatever callers put into their requests. */
const batchBytesMax = 1_000_000;
const detailsBytesMax = 8_000;
const retryAfterMs = 200;
/** More than the statement's own limit: then nobody is there. */
const silenceMsMax = 12_000;
/** What a record takes beside its details, about. */
const recordBytesMin = 700;

/** A request's end as the SQL functions take it. */
export function settlementRecord(request: EndedRequest, late: boolean): Record<string, unknown> {
  return {
    id: request.id,
    at: request.at?.toISOString() ?? null,
    held: request.held,
    workspace_id: request.workspaceId,
    key_id: request.keyId,
    secret_id: request.secretId,
    method: request.method,
    path: request.path,
    model: request.model,
    stream: request.stream,
    status: request.status,
    outcome: request.outcome,
    error_code: request.errorCode,
    details: request.details && forPeople(request.details),
    input_tokens: request.inputTokens,
    output_tokens: request.outputTokens,
    cost_nanos: request.costNanos.toString(),
    latency_ms: request.latencyMs,
    first_byte_ms: request.firstByteMs,
    address: request.address,
    user_agent: request.userAgent,
    late,
    estimated: request.estimated,
  };
}

/** Whether waiting can mend it. A batch that takes too long is better sent in pieces. */
function isWorthRepeating(error: unknown, batchSize: number): boolean {
  return canRetry(error) || (isStatementTimeout(error) && batchSize === 1);
}

/**
 * Details are for people; what is too long for them is left out. They repeat callers' own words, such as
 * the model asked for, where a key may have been pasted by mistake.
 */
function forPeople(details: Record<string, unknown>): Record<string, unknown> | null {
  const text = JSON.stringify(details);
  return text.length <= detailsBytesMax ? JSON.parse(redactKeys(text)) : null;
}

/**
 * Ends requests by group commit: all that finished while the last statement was in flight goes out
 * in the next (`db/functions/06_settle.sql`), one at a time. A promise resolves when its row is
 * durable. While the database is away entries wait and are sent again until they hold; sending one
 * twice is harmless, because deleting the hold is what settles.
 */
export class Settler {
  private queue: Entry[] = [];
  private running: Promise<void> | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly instanceId: string,
  ) {}

  /** Resolves when the request's end is durable. Rejects only for a row that PostgreSQL refuses. */
  settle(request: EndedRequest): Promise<Settlement> {
    return new Promise((resolve, reject) => {
      this.queue.push({ request, late: false, resolve, reject });
      this.running ??= this.run();
    });
  }

  /** Ended requests that aren't sent yet. */
  get waiting(): number {
    return this.queue.length;
  }

  /** Waits until nothing is queued or in flight. */
  async drain(): Promise<void> {
    while (this.running) await this.running;
  }

  private async run(): Promise<void> {
    // Whatever finishes in this turn of the loop shares the first statement.
    await new Promise(setImmediate);
    try {
      while (this.queue.length > 0) await this.sendNext();
    } finally {
      // In the same turn in which nothing was found: whoever comes next starts anew.
      this.running = undefined;
    }
  }

  private async sendNext(): Promise<void> {
    const batch = this.takeBatch();
    try {
      await this.send(batch);
    } catch (error) {
      if (!isWorthRepeating(error, batch.length)) {
        await this.sendOneByOne(batch);
      } else {
        log.warn({ err: error, waiting: batch.length }, "settlement waits for the database");
        for (const entry of batch) entry.late = true;
        this.queue.unshift(...batch);
        await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
      }
    }
  }

  private takeBatch(): Entry[] {
    let bytes = 0;
    let size = 0;
    for (const entry of this.queue) {
      bytes += recordBytesMin + JSON.stringify(entry.request.details ?? null).length;
      if (size > 0 && (size >= batchMax || bytes > batchBytesMax)) break;
      size++;
    }
    return this.queue.splice(0, size);
  }

  private async send(batch: Entry[]): Promise<void> {
    const records = batch.map(({ request, late }) => settlementRecord(request, late));
    const rows = await this.pool.run(
      (sql) => sql`
        select * from settle(${this.instanceId}, ${JSON.stringify(records)}::text::jsonb)`,
      silenceMsMax,
    );
    const settled = new Map(
      rows.map((row) => {
        const parsed = Row.parse(row);
        return [parsed.request_id, parsed] as const;
      }),
    );
    for (const entry of batch) {
      const row = settled.get(entry.request.id);
      if (!row) {
        entry.reject(new Error(`settle() did not answer for ${entry.request.id}`));
        continue;
      }
      entry.resolve({
        state: row.state,
        costNanos: row.cost_nanos,
        balanceNanos: row.balance_nanos ?? 0n,
      });
    }
  }

  /** Finds the row that spoils a batch, so that its neighbours are settled all the same. */
  private async sendOneByOne(batch: Entry[]): Promise<void> {
    for (const entry of batch) {
      try {
        await this.send([entry]);
      } catch (error) {
        if (isWorthRepeating(error, 1)) {
          this.queue.push(entry);
          continue;
        }
        log.error({ err: error, requestId: entry.request.id }, "a settlement was refused");
        entry.reject(error);
      }
    }
  }
}
