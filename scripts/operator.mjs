import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readDotenv } from "./dotenv.mjs";
import { ensureBuilt, ensureInstalled } from "./ensure.mjs";
import { bundleDir, dataDir, root } from "./paths.mjs";
import { databaseUrlOf } from "./pg.mjs";
import { Problem, report } from "./problem.mjs";

// `npm run operator -- add EMAIL | remove EMAIL | list`: who may open the console of the running product.

try {
  const env = { ...readDotenv(root), ...process.env };
  process.env.DATABASE_URL = env.DATABASE_URL || embeddedUrl(env);
  await ensureInstalled();
  await ensureBuilt();
  await import(pathToFileURL(join(bundleDir, "operator.mjs")).href);
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
