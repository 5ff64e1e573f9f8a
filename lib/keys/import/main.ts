import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { drizzle } from "drizzle-orm/postgres-js";
import { connect } from "@/db/client";
import { checkEnv } from "@/lib/env";
import { importKeys } from "@/lib/keys/import/import-keys";
import { reportCsv, reportJson, summaryText } from "@/lib/keys/import/report";
import { log } from "@/lib/log";

const usage = `npm run import-keys -- keys.csv [--workspace ID-or-owner's-address] [--dry-run]
  [--report lines.csv | --report lines.json]

docs/import.md describes the file.`;

// npm runs its scripts in the package; files are named from where the command was typed.
const inPlace = (path: string) => resolve(process.env.INIT_CWD ?? process.cwd(), path);

log.level = "silent";
try {
  process.exitCode = await main();
} catch (error) {
  console.error(`Nothing more was written: ${problemOf(error)}`);
  process.exitCode = 2;
}

/** What went wrong, without what was being worked on. */
function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return "it failed";
  const code = "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "EACCES" || code === "EISDIR") return error.message;
  if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return "the file isn't UTF-8";
  if (typeof code === "string" && code.startsWith("ERR_PARSE_ARGS"))
    return `${error.message}\n${usage}`;
  if (error.cause instanceof Error) return problemOf(error.cause);
  return error.message.split("\n")[0] ?? "it failed";
}

/** 0: all is imported (or would be); 1: a line is wrong and nothing was written; 2: not understood. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      workspace: { type: "string" },
      "dry-run": { type: "boolean", default: false },
      report: { type: "string" },
    },
  });
  const [path] = positionals;
  const databaseUrl = process.env.DATABASE_URL;
  if (!path || positionals.length > 1 || !databaseUrl) {
    console.error(databaseUrl ? usage : "DATABASE_URL is missing");
    return 2;
  }
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
    readFileSync(inPlace(path)),
  );
  const { env } = checkEnv({ AUTH_SECRET: "x".repeat(32), ...process.env });
  const prefixes = env?.IMPORTED_KEY_PREFIXES ?? [];
  const isDryRun = values["dry-run"];
  const client = connect(databaseUrl, 2, 120_000);
  try {
    const options = { workspace: values.workspace ?? null, prefixes, isDryRun };
    const lines = await importKeys(drizzle(client), text, options);
    const { report } = values;
    if (report)
      writeFileSync(
        inPlace(report),
        report.endsWith(".json") ? reportJson(lines) : reportCsv(lines),
      );
    console.log(summaryText(lines, isDryRun));
    return lines.some(({ status }) => status === "error") ? 1 : 0;
  } finally {
    await client.end({ timeout: 5 });
  }
}
