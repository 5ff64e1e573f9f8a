import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readDotenv } from "./dotenv.mjs";
import { ensureBuilt, ensureInstalled } from "./ensure.mjs";
import { bundleDir, dataDir, root } from "./paths.mjs";
import { databaseUrlOf } from "./pg.mjs";
import { Problem, report } from "./problem.mjs";

// `npm run verify:ledger`: proves the books of the running product, read-only. Exit code 0 or 1.

try {
  const env = { ...readDotenv(root), ...process.env };
  process.env.DATABASE_URL = env.DATABASE_URL || embeddedUrl(env);
  await ensureInstalled();
  await ensureBuilt();
  await import(pathToFileURL(join(bundleDir, "verify-ledger.mjs")).href);
} catch (error) {
  process.exitCode = report(error);
}

/** @param {NodeJS.ProcessEnv} env */
function embeddedUrl(env) {
  try {
    return databaseUrlOf(join(dataDir(env), "postgres"));
  } catch {
    throw new Problem("There is no database: set DATABASE_URL, or run npm start first.");
  }
}
