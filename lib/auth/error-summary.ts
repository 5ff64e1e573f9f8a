/** What the log may know of an unexpected error. */
export interface ErrorSummary {
  name: string;
  code?: string;
  message: string;
  frames: string[];
}

function textOf(value: unknown, key: string): string | undefined {
  if (typeof value !== "object" || value === null || !(key in value)) return undefined;
  const found: unknown = Reflect.get(value, key);
  return typeof found === "string" ? found : undefined;
}

/**
 * Describes an error without what it was about. A failed query's own message holds its parameters (addresses,
 * hashes), and so does the first line of its stack; the cause beneath says what PostgreSQL found wrong, whose
 * `detail` again quotes values and is left out.
 */
export function summarizeError(error: unknown): ErrorSummary {
  if (!(error instanceof Error)) return { name: typeof error, message: "not an Error", frames: [] };
  const frames = (error.stack ?? "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim());
  const isQuery = textOf(error, "query") !== undefined;
  const told = isQuery && error.cause instanceof Error ? error.cause : error;
  const isUntold = isQuery && told === error;
  const code = textOf(told, "code");
  return {
    name: told.name,
    ...(code ? { code } : {}),
    message: isUntold ? "a query failed" : told.message,
    frames,
  };
}
