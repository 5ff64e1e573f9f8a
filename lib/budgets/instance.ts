import { hostname } from "node:os";
import { canRetry } from "@/db/outage";
import type { Pool } from "@/db/pool";
import { newId } from "@/lib/id";
import { log } from "@/lib/log";

/** How long a renewal lasts, and how often it is made. */
const leaseMs = 3_000;
const renewEveryMs = 1_000;

/**
 * A process's row in `instances`. The lease says that its holds are still its own: when it runs out,
 * any other process may end them. It counts here from the moment the renewal was *sent*, on the
 * monotonic clock, so this side always lets go before the database does.
 */
export class Instance {
  readonly id = newId("instance");
  private leasedUntilMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private reviving: Promise<void> | undefined;

  constructor(private readonly pool: Pool) {}

  /** True while the lease is surely live in the database as well. */
  get isLive(): boolean {
    return performance.now() < this.leasedUntilMs;
  }

  /**
   * Takes the first lease and keeps renewing it until `stop`. Where the database is away the lease comes
   * with it; throws where it is there and refuses.
   */
  async start(): Promise<void> {
    try {
      await this.renew();
    } catch (error) {
      if (!canRetry(error)) throw error;
      log.warn({ err: error }, "starting without the database");
    }
    this.timer = setInterval(() => {
      this.renew().catch((error: unknown) => log.warn({ err: error }, "lease not renewed"));
    }, renewEveryMs);
  }

  /**
   * Renews a lease that has run out, as it does when this process got no turn for seconds. True where it
   * is live again; rejects where the database does.
   */
  async revive(): Promise<boolean> {
    this.reviving ??= this.renew().finally(() => {
      this.reviving = undefined;
    });
    await this.reviving;
    return this.isLive;
  }

  private async renew(): Promise<void> {
    const sentAtMs = performance.now();
    await this.pool.run(
      (sql) => sql`
        insert into instances (id, kind, host, pid, lease_until)
        values (${this.id}, 'gateway', ${hostname()}, ${process.pid},
          clock_timestamp() + make_interval(secs => ${leaseMs / 1000}))
        on conflict (id) do update set lease_until = excluded.lease_until`,
      leaseMs,
    );
    this.leasedUntilMs = sentAtMs + leaseMs;
  }

  /** Gives the lease up; what it still held is anybody's to end from then on. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.leasedUntilMs = 0;
    await this.pool.sql`delete from instances where id = ${this.id}`;
  }
}
