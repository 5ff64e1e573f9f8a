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
  private isProbing = false;
  private answeredAtMs = Number.NEGATIVE_INFINITY;
  private running = 0;

  constructor(private readonly open: () => postgres.Sql) {
    this.current = open();
  }

  get sql(): postgres.Sql {
    return this.current;
  }

  /** Queries that wait for their answer, or for a connection. */
  get inFlight(): number {
    return this.running;
  }

  /** False from a probe that had no answer until there is one. */
  get isAnswering(): boolean {
    return this.answers;
  }

  /** Asks the database for a sign of life once a second, and gives the connections up without one. */
  startProbing(): void {
    this.probeTimer = setInterval(() => {
      if (this.isProbing) return;
      this.isProbing = true;
      this.run((sql) => sql`select 1`, probeLimitMs)
        .then(
          () => undefined,
          (error: unknown) => {
            this.answers = false;
            log.debug({ err: error }, "the database gave no sign of life");
          },
        )
        .finally(() => {
          this.isProbing = false;
        });
    }, probeEveryMs);
  }

  /** Opens this many connections ahead of the first burst, which would otherwise wait for them. */
  warmUp(connections: number): void {
    for (let i = 0; i < connections; i++) {
      this.track(this.current`select 1`).catch((error: unknown) => {
        log.debug({ err: error }, "a connection was not opened ahead");
      });
    }
  }

  /** Takes a query's answer as the sign of life that it is: while some come, others only wait in line. */
  async track<T>(query: PromiseLike<T>): Promise<T> {
    this.running++;
    try {
      const answer = await query;
      this.answeredAtMs = performance.now();
      this.answers = true;
      return answer;
    } finally {
      this.running--;
    }
  }

  /**
   * Runs a query. When neither it nor any that is tracked has had an answer for `limitMs`, which must be
   * more than the statement's own limit, all connections are given up: what waits on them fails with
   * CONNECTION_DESTROYED.
   */
  async run<T>(query: (sql: postgres.Sql) => PromiseLike<T>, limitMs: number): Promise<T> {
    const used = this.current;
    let timer: NodeJS.Timeout | undefined;
    let isOver = false;
    const wait = (ms: number): void => {
      timer = setTimeout(() => {
        // After a busy stretch timers come before the sockets, where an answer may be waiting.
        setImmediate(() => {
          const leftMs = this.answeredAtMs + limitMs - performance.now();
          if (isOver) return;
          if (leftMs > 0) wait(leftMs);
          else this.replace(used);
        });
      }, ms);
    };
    wait(limitMs);
    try {
      return await this.track(query(used));
    } finally {
      isOver = true;
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
