import "server-only";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { readEnv } from "@/lib/env";

/** The database or a transaction on it: every query takes one first, so transactions thread through. */
export type Db = Pick<
  PostgresJsDatabase,
  | "select"
  | "selectDistinct"
  | "selectDistinctOn"
  | "insert"
  | "update"
  | "delete"
  | "execute"
  | "transaction"
>;

let pool: postgres.Sql | undefined;
let db: PostgresJsDatabase | undefined;

/**
 * Options every connection shares: UTC, and no statement that outlives its usefulness. Connections that
 * nobody uses are closed after `idleSeconds`; zero keeps them.
 */
export function connect(
  url: string,
  max: number,
  statementTimeoutMs: number,
  idleSeconds = 60,
): postgres.Sql {
  return open(url, max, idleSeconds, {
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: 15_000,
  });
}

/**
 * The same through a pooler that lends a server connection for one transaction at a time, such as PgBouncer.
 * Nothing may be left on such a connection: no prepared statement, no setting, no lock, no LISTEN. How long
 * statements may take is the pooler's to say (docs/scaling.md).
 */
export function connectPooled(url: string, max: number, idleSeconds = 60): postgres.Sql {
  return open(url, max, idleSeconds, null);
}

function open(
  url: string,
  max: number,
  idleSeconds: number,
  limits: { statement_timeout: number; idle_in_transaction_session_timeout: number } | null,
): postgres.Sql {
  return postgres(url, {
    prepare: limits !== null,
    max,
    idle_timeout: idleSeconds,
    connect_timeout: 5,
    // Seconds; postgres.js would wait up to twenty after a longer outage.
    backoff: (attempts) => Math.min(0.05 * 2 ** attempts, 0.5),
    onnotice: () => undefined,
    connection: {
      application_name: "gatehouse",
      TimeZone: "UTC",
      ...limits,
    },
  });
}

/** The dashboard's connection pool, opened at the first query. */
export function getDb(): PostgresJsDatabase {
  if (!db) {
    const { DATABASE_URL: url, DATABASE_POOL_URL: pooled } = readEnv();
    pool = pooled ? connectPooled(pooled, 10) : connect(url, 10, 10_000);
    db = drizzle(pool);
  }
  return db;
}

/** Waits for running queries and closes the pool. */
export async function closeDb(): Promise<void> {
  const closing = pool;
  pool = undefined;
  db = undefined;
  await closing?.end({ timeout: 5 });
}
