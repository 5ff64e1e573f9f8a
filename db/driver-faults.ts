import { isDatabaseAway } from "@/db/outage";
import { log } from "@/lib/log";

/**
 * Keeps a process alive when a connection dies in the middle of a transaction: postgres.js 3.4 then writes to
 * the socket that it has just let go, outside of anybody's promise. The transaction is lost either way, and
 * whoever waits for it has a limit of their own; the pool opens another connection. Any other exception
 * that nobody caught ends the process, as it would without this.
 */
export function surviveLostTransactions(): void {
  process.on("uncaughtException", (error) => {
    if (isLostTransaction(error)) {
      log.error({ err: error }, "a database connection was lost in the middle of a transaction");
      return;
    }
    log.fatal({ err: error }, "an exception that nobody caught");
    process.exit(1);
  });
}

/**
 * Keeps a process alive when a connection dies while it is being set up: postgres.js 3.4 then asks for the
 * types of arrays on behalf of nobody. Any other rejection that nobody handles ends the process.
 */
export function surviveLostConnections(): void {
  process.on("unhandledRejection", (reason) => {
    if (isDatabaseAway(reason)) {
      log.warn({ err: reason }, "a database connection was lost");
      return;
    }
    log.fatal({ err: reason }, "a rejection that nobody handled");
    process.exit(1);
  });
}

function isLostTransaction(error: unknown): boolean {
  return (
    error instanceof TypeError &&
    error.message.includes("reading 'write'") &&
    (error.stack ?? "").includes("nextWrite")
  );
}
