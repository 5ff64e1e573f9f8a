import type postgres from "postgres";
import { log } from "@/lib/log";

const probeEveryMs = 1_000;
const probeLimitMs = 2_000;

/**
 * Connections that can be given up and opened anew. A connection whose other side vanished without a
 * word (a failover, a forgotten NAT entry) would otherwise keep its query, and whoever waits for it,
 * for ever: the driver has no limit of its own.
 */
export class Pool {
  private current: postgres.Sql;
  private probeTimer: NodeJS.Timeout | undefined;
  private answers = true;

  constructor(private readonly open: () => postgres.Sql) {
    this.current = open();
  }

  get sql(): postgres.Sql {
    return this.current;
  }

  /** False while the last probe had no answer. */
  get isAnswering(): boolean {
    return this.answers;
  }

  /** Asks the database for a sign of life once a second, and gives the connections up without one. */
  startProbing(): void {
    this.probeTimer = setInterval(() => {
      this.run((sql) => sql`select 1`, probeLimitMs).then(
        () => {
          this.answers = true;
        },
        (error: unknown) => {
          this.answers = false;
          log.debug({ err: error }, "the database gave no sign of life");
        },
      );
    }, probeEveryMs);
  }

  /**
   * Runs a query. When it has no answer within `limitMs`, which must be more than the statement's own
   * limit, all connections are given up: what waits on them fails with CONNECTION_DESTROYED.
   */
  async run<T>(query: (sql: postgres.Sql) => PromiseLike<T>, limitMs: number): Promise<T> {
    const used = this.current;
    const timer = setTimeout(() => this.replace(used), limitMs);
    try {
      return await query(used);
    } finally {
      clearTimeout(timer);
    }
  }

  private replace(silent: postgres.Sql): void {
    if (silent !== this.current) return;
    log.warn("database connections fell silent and are opened anew");
    this.current = this.open();
    silent.end({ timeout: 0 }).catch((error: unknown) => {
      log.debug({ err: error }, "silent connections did not close cleanly");
    });
  }

  async end(): Promise<void> {
    clearInterval(this.probeTimer);
    await this.current.end({ timeout: 2 });
  }
}
