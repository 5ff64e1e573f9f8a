import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.mjs";
import { readDotenv } from "./dotenv.mjs";
import { checkNode } from "./ensure.mjs";
import { bundleDir, dataDir, root } from "./paths.mjs";
import { databaseUrlOf } from "./pg.mjs";
import { Problem, report } from "./problem.mjs";
import { run } from "./processes.mjs";

/**
 * Runs a program of ours beside the product, with the product's environment, and hands its output and exit code
 * on. In a checkout it is made of the sources as they are, beside what runs; an image has it built.
 * @param {string} name of the bundle
 * @param {string} source what it begins with
 * @param {Record<string, string>} [more]
 */
export async function runBundled(name, source, more = {}) {
  try {
    checkNode();
    if (!existsSync(join(root, "node_modules")))
      throw new Problem("Run npm start once, or npm ci.");
    let program = join(bundleDir, `${name}.mjs`);
    if (existsSync(join(root, source))) {
      program = join(bundleDir, name, `${name}.mjs`);
      await bundle({ [name]: source }, join(bundleDir, name));
    }
    const env = environmentOf({ ...readDotenv(root), ...process.env });
    const args = ["--enable-source-maps", program, ...process.argv.slice(2)];
    const { code } = await run(process.execPath, args, {
      cwd: process.cwd(),
      env: { ...env, ...more, GATEHOUSE_ROOT: root },
      isShown: true,
    });
    process.exitCode = code ?? 1;
  } catch (error) {
    process.exitCode = report(error);
  }
}

/**
 * The variables as the processes get them: what `npm start` has made for itself is added, where it has.
 * @param {NodeJS.ProcessEnv} given
 * @returns {NodeJS.ProcessEnv}
 */
function environmentOf(given) {
  const directory = dataDir(given);
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...given, DATA_DIR: directory };
  try {
    const made = JSON.parse(readFileSync(join(directory, "secrets.json"), "utf8"));
    env.AUTH_SECRET ||= made.AUTH_SECRET;
    env.DEMO_WEBHOOK_SECRET ||= made.DEMO_WEBHOOK_SECRET;
    env.DATABASE_URL ||= databaseUrlOf(join(directory, "postgres"));
  } catch {
    // Nothing was made here; the program says what is missing.
  }
  return env;
}
