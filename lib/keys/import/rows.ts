import { createHash } from "node:crypto";
import { DisplayName } from "@/lib/display-name";
import type { CsvRecord } from "@/lib/keys/import/read-csv";
import { type KeyScope, keyEnvironments, keyScopes } from "@/lib/keys/terms";

/** A key of another system, as its row has it. */
export interface ImportRow {
  line: number;
  /** SHA-256 of the whole key, in lower-case hexadecimal. */
  sha256: string;
  name: string;
  scopes: KeyScope[];
  environment: "live" | "test";
  /** Null: never. */
  expiresAt: Date | null;
  /** The readable start, as the dashboard shows it. */
  prefix: string;
  last4: string;
  /** A workspace's id, or the address of its owner. */
  workspace: string;
}

export interface LineProblem {
  line: number;
  message: string;
}

const columns = [
  ...["sha256", "name", "scopes", "environment", "expires_at", "prefix", "last4", "workspace"],
] as const;
type Column = (typeof columns)[number];
const isColumn = (name: string): name is Column => columns.some((one) => one === name);

/** Where the other system kept no part of the key in clear. */
export const unknownLast4 = "----";

/** What hashes of other kinds look like by their length in hexadecimal digits. */
const otherHashes: Record<number, string> = {
  32: "MD5",
  40: "SHA-1",
  56: "SHA-224",
  96: "SHA-384",
  128: "SHA-512",
};
const emptyHash = createHash("sha256").update("").digest("hex");

/** Where each column is. Answers the problems of the header instead where it has any. */
export function readHeader({ cells }: CsvRecord): Map<Column, number> | string[] {
  const names = cells.map((cell) => cell.trim().toLowerCase());
  const problems = names.flatMap((name, i) => {
    if (!isColumn(name))
      return [`column ${JSON.stringify(name)} is unknown: ${columns.join(", ")} are known`];
    return names.indexOf(name) < i ? [`column ${name} is there twice`] : [];
  });
  for (const needed of ["sha256", "name"] as const) {
    if (!names.includes(needed)) problems.push(`column ${needed} is missing`);
  }
  if (problems.length > 0) return problems;
  return new Map(names.flatMap((name, i) => (isColumn(name) ? [[name, i] as const] : [])));
}

export interface RowDefaults {
  /** The workspace of rows that name none; null where each has to. */
  workspace: string | null;
  /** What imported keys may begin with, as the gateway has it. */
  prefixes: readonly string[];
}

/** Reads a row, or says all that is wrong with it. No value that might be a key is repeated. */
export function readRow(
  { line, cells }: CsvRecord,
  header: Map<Column, number>,
  defaults: RowDefaults,
): ImportRow | LineProblem[] {
  if (cells.length !== header.size) {
    const message = `has ${cells.length} fields where the header has ${header.size}`;
    return [{ line, message }];
  }
  const problems: LineProblem[] = [];
  const say = (message: string) => problems.push({ line, message });
  const cell = (column: Column) => (cells[header.get(column) ?? -1] ?? "").trim();

  const sha256 = cell("sha256").toLowerCase();
  const hashProblem = problemOfHash(sha256);
  if (hashProblem) say(hashProblem);
  const name = DisplayName.safeParse(cell("name"));
  if (!name.success) say(`name: ${name.error.issues[0]?.message}`);
  const scopes = (cell("scopes") || "read").split(/[\s|;]+/);
  const known = keyScopes.filter((scope) => scopes.includes(scope));
  const unknown = scopes.filter((scope) => !known.some((one) => one === scope));
  if (unknown.length > 0) say(`scopes: ${keyScopes.join(", ")} are known, with blanks between`);
  const environment = cell("environment") || "live";
  const chosen = keyEnvironments.find((one) => one === environment);
  if (!chosen) say("environment: live or test");
  const expiresAt = readInstant(cell("expires_at"));
  if (expiresAt === undefined)
    say("expires_at: a day (2027-01-31) or an instant (2027-01-31T12:00:00Z)");
  const prefix =
    cell("prefix") || (defaults.prefixes.length === 1 ? (defaults.prefixes[0] ?? "") : "");
  if (!/^[A-Za-z0-9._~+/-]{0,32}$/.test(prefix))
    say("prefix: at most 32 letters, digits or . _ ~ + / -");
  else if (!defaults.prefixes.some((one) => prefix.startsWith(one))) {
    say("prefix: IMPORTED_KEY_PREFIXES doesn't name it, so that the gateway would refuse the key");
  }
  const last4 = cell("last4") || unknownLast4;
  if (!/^[\x21-\x7e]{4}$/.test(last4)) say("last4: the last four characters of the key");
  const workspace = cell("workspace") || defaults.workspace;
  if (!workspace) say("workspace: an id or the owner's address, here or as --workspace");

  if (problems.length > 0 || !name.success || !chosen || !workspace || expiresAt === undefined) {
    return problems;
  }
  return {
    line,
    sha256,
    name: name.data,
    scopes: known,
    environment: chosen,
    expiresAt,
    prefix,
    last4,
    workspace,
  };
}

function problemOfHash(hash: string): string | null {
  if (!/^[0-9a-f]*$/.test(hash))
    return "sha256: not hexadecimal; never put keys themselves into the file";
  if (hash.length !== 64) {
    const other = otherHashes[hash.length];
    const what = other ? `this is as long as ${other}` : `there are ${hash.length}`;
    return `sha256: 64 hexadecimal digits are needed, and ${what}`;
  }
  if (hash === emptyHash) return "sha256: the hash of an empty text";
  if (new Set(hash).size < 6) return "sha256: no hash looks like this";
  return null;
}

/** Null for none, undefined for what is no instant. A day ends when it does in UTC. */
function readInstant(text: string): Date | null | undefined {
  if (text === "") return null;
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  if (!isDay && !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)) {
    return undefined;
  }
  const at = new Date(isDay ? `${text}T23:59:59.999Z` : text);
  if (Number.isNaN(at.getTime())) return undefined;
  // JavaScript takes 30 February for a day in March.
  return isDay && at.toISOString().slice(0, 10) !== text ? undefined : at;
}
