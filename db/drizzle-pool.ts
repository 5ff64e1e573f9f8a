import { drizzle } from "drizzle-orm/postgres-js";
import type postgres from "postgres";
import type { Db } from "@/db/client";
import { Pool } from "@/db/pool";

/**
 * A pool for the domains' verbs, which speak drizzle. Its connections are its own, because drizzle
 * rewires the client that it is given; like any `Pool` they are given up when they fall silent.
 */
export class DrizzlePool {
  private readonly pool: Pool;
  private wrapped: { sql: postgres.Sql; db: Db } | undefined;

  constructor(open: () => postgres.Sql) {
    this.pool = new Pool(open);
  }

  /** For those who watch it. */
  get inner(): Pool {
    return this.pool;
  }

  /** Ask for it anew each time: it changes when silent connections are replaced. */
  get db(): Db {
    const { sql } = this.pool;
    if (this.wrapped?.sql !== sql) this.wrapped = { sql, db: drizzle(sql) };
    return this.wrapped.db;
  }

  track<T>(work: PromiseLike<T>): Promise<T> {
    return this.pool.track(work);
  }

  startProbing(): void {
    this.pool.startProbing();
  }

  async end(): Promise<void> {
    await this.pool.end();
  }
}
