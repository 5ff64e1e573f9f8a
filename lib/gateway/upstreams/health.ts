import type { Pool } from "@/db/pool";
import { log } from "@/lib/log";
import { latencyBoundsMs, latencyBucketsCount } from "@/lib/usage/latency";

const flushEveryMs = 5_000;

interface Tally {
  upstream: string;
  /** Zero where no answer came. */
  status: number;
  attempts: number;
  latencies: number[];
}

/**
 * How upstreams fare at this gateway: attempts by the status of their answers, with the time to the answer's
 * head, added to `upstream_minutes` every few seconds. It is for people who look: while the database is away
 * it is forgotten.
 */
export class UpstreamHealth {
  private tallies = new Map<string, Tally>();
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly instanceId: string,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.flushing ??= this.flush().finally(() => {
        this.flushing = undefined;
      });
    }, flushEveryMs);
    this.timer.unref();
  }

  /** Counts an attempt; `status` is 0 where no answer came. */
  record(upstream: string, status: number, ms: number): void {
    const name = `${status} ${upstream}`;
    const tally = this.tallies.get(name) ?? {
      ...{ upstream, status, attempts: 0 },
      latencies: new Array<number>(latencyBucketsCount).fill(0),
    };
    this.tallies.set(name, tally);
    tally.attempts++;
    if (status === 0) return;
    const slot = latencyBoundsMs.findIndex((bound) => ms <= bound);
    const at = slot < 0 ? latencyBucketsCount - 1 : slot;
    tally.latencies[at] = (tally.latencies[at] ?? 0) + 1;
  }

  /** Writes down what was counted since the last time. */
  async flush(): Promise<void> {
    const rows = [...this.tallies.values()];
    this.tallies = new Map();
    if (rows.length === 0) return;
    const { sql } = this.pool;
    const writing = sql`
      insert into upstream_minutes as u
        (upstream_id, minute, instance_id, status, attempts, latency_buckets)
      select upstream, date_trunc('minute', now()), ${this.instanceId}, status, attempts, latencies
      from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)
        as t (upstream text, status integer, attempts integer, latencies integer[])
      order by upstream, status
      on conflict (upstream_id, minute, instance_id, status) do update set
        attempts = u.attempts + excluded.attempts,
        latency_buckets = add_buckets(u.latency_buckets, excluded.latency_buckets)`;
    try {
      await this.pool.track(writing);
    } catch (error) {
      log.debug({ err: error }, "the health of upstreams wasn't written down");
    }
  }

  /** Writes down what is left. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flushing;
    await this.flush();
  }
}
