import { hostname } from "node:os";
import { z } from "zod";
import { canRetry } from "@/db/outage";
import type { Pool } from "@/db/pool";
import { newId } from "@/lib/id";
import { log } from "@/lib/log";

/** How long a renewal lasts, and how often it is made. */
const leaseMs = 3_000;
const renewEveryMs = 1_000;

const Renewal = z.object({ now: z.date(), version: z.coerce.bigint(), epoch: z.number() });

/** What hears of the lease. */
export interface LeaseListener {
  /** All slices are gone: the lease ran out and others took them, or they were given up. */
  onLapse(): void;
  /** The version of the facts as the database has it. */
  onVersion(version: bigint): void;
}

/**
 * A process's row in `instances`. The lease says that its holds and slices are still its own: when it
 * runs out, any other process may end them. It counts here from the moment the renewal was *sent*, on
 * the monotonic clock, so this side always lets go before the database does.
 */
export class Instance {
  readonly id = newId("instance");
  private leasedUntilMs = 0;
  private heardAtMs = Number.NEGATIVE_INFINITY;
  private liveFromMs = 0;
  private currentEpoch = 0;
  /** The database's clock less our monotonic one, at most, as of the last renewals. */
  private clockOffsetsMs: number[] = [];
  private timer: NodeJS.Timeout | undefined;
  private renewing: Promise<void> | undefined;
  private listener: LeaseListener | undefined;
  /** The slices that the database knows of are to go before others are asked for. */
  private hasToRelease = false;
  /** What this process has taken notice of; renewals tell it to the database. */
  acknowledged = 0n;

  constructor(private readonly pool: Pool) {}

  /** True while the lease is surely live in the database as well. */
  get isLive(): boolean {
    return performance.now() < this.leasedUntilMs;
  }

  /** When the last renewal was sent that had an answer, on the monotonic clock. */
  get aliveAtMs(): number {
    return this.heardAtMs;
  }

  /** Since when the lease has been live without a break, on the monotonic clock. */
  get liveSinceMs(): number {
    return this.isLive ? this.liveFromMs : Number.POSITIVE_INFINITY;
  }

  get liveForMs(): number {
    return performance.now() - this.liveSinceMs;
  }

  /** Another number means that slices of before are gone. */
  get epoch(): number {
    return this.currentEpoch;
  }

  /** The database's clock, to within the time that a renewal takes; never behind it. */
  databaseNow(): Date {
    return new Date(Math.min(...this.clockOffsetsMs) + performance.now());
  }

  listen(listener: LeaseListener): void {
    this.listener = listener;
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
    await this.renew();
    return this.isLive;
  }

  /**
   * Gives all slices up, where nobody knows what the database has granted: an answer got lost. What was
   * admitted from them is lost with them.
   */
  async startOver(): Promise<void> {
    this.hasToRelease = true;
    this.lapse();
    // One that is under way already knows nothing of it.
    await this.renewing?.catch(() => undefined);
    await this.renew();
  }

  private lapse(): void {
    this.currentEpoch = 0;
    this.listener?.onLapse();
  }

  /** One at a time, so that no answer overtakes another. */
  private renew(): Promise<void> {
    this.renewing ??= this.sendRenewal().finally(() => {
      this.renewing = undefined;
    });
    return this.renewing;
  }

  private async sendRenewal(): Promise<void> {
    if (this.hasToRelease) {
      await this.pool.run((sql) => sql`select release_slices(${this.id})`, leaseMs);
      this.hasToRelease = false;
    }
    const sentAtMs = performance.now();
    const [row] = await this.pool.run(
      (sql) => sql`
        select * from renew_lease(
          ${this.id}, ${hostname()}, ${process.pid}, ${leaseMs / 1000}, ${String(this.acknowledged)})`,
      leaseMs,
    );
    this.heardAtMs = sentAtMs;
    const renewal = Renewal.parse(row);
    if (renewal.epoch !== this.currentEpoch) {
      this.lapse();
      this.currentEpoch = renewal.epoch;
    }
    if (!this.isLive) this.liveFromMs = sentAtMs;
    this.leasedUntilMs = sentAtMs + leaseMs;
    // A millisecond, because that is what it was rounded down to.
    this.clockOffsetsMs = [
      renewal.now.getTime() + 1 - sentAtMs,
      ...this.clockOffsetsMs.slice(0, 2),
    ];
    this.listener?.onVersion(renewal.version);
  }

  /** Gives the lease up; what it still held is anybody's to end from then on. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.leasedUntilMs = 0;
    await this.pool.sql`select end_instance(${this.id})`;
  }
}
