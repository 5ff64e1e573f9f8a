/** The code that Node or PostgreSQL gave a failure, empty where it has none; drizzle wraps them. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("code" in error) return String(error.code);
  return error.cause === undefined ? "" : codeOf(error.cause);
}

/**
 * True where PostgreSQL, or the way to it, is away for now, rather than our own code being wrong. The
 * letters are Node's and postgres.js's codes; the digits are SQLSTATE classes: connection (08), read-only
 * standby (25006), too many connections (53300), shutting down or starting (57P0x), system (58).
 */
export function isDatabaseAway(error: unknown): boolean {
  const code = codeOf(error);
  return (
    /^(CONNECTION_|CONNECT_TIMEOUT|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST|ENET)/.test(
      code,
    ) || /^(08|58|25006|53300|57P0)/.test(code)
  );
}

/** True where the same statement may well succeed in a moment: an outage, a deadlock, a lock timeout. */
export function canRetry(error: unknown): boolean {
  return isDatabaseAway(error) || /^(40001|40P01|55P03)/.test(codeOf(error));
}

/** True where the statement took longer than its limit. */
export function isStatementTimeout(error: unknown): boolean {
  return codeOf(error) === "57014";
}
