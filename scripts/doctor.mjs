import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.mjs";
import { readDotenv } from "./dotenv.mjs";
import { checkNode } from "./ensure.mjs";
import { bundleDir, dataDir, root } from "./paths.mjs";
import { databaseUrlOf } from "./pg.mjs";
import { Problem, report } from "./problem.mjs";
import { run } from "./processes.mjs";

// `npm run doctor`: looks at everything a deployment needs, says what to mend, and changes nothing. Exit code 0
// or 1. With `-- --json` for programs.

try {
  checkNode();
  if (!existsSync(join(root, "node_modules"))) throw new Problem("Run npm start once, or npm ci.");
  const program = await findProgram();
  const dotenv = readDotenv(root);
  const env = environmentOf({ ...dotenv, ...process.env });
  const args = ["--enable-source-maps", program, ...process.argv.slice(2)];
  const { code, output } = await run(process.execPath, args, {
    cwd: root,
    env: { ...env, DOCTOR_DOTENV: JSON.stringify(dotenv) },
  });
  process.stdout.write(output);
  process.exitCode = code ?? 1;
} catch (error) {
  process.exitCode = report(error);
}

/** An image has it built already; in a checkout it is made of the sources as they are, beside what runs. */
async function findProgram() {
  const source = join("lib", "doctor", "main.ts");
  if (!existsSync(join(root, source))) return join(bundleDir, "doctor.mjs");
  const directory = join(bundleDir, "doctor");
  await bundle({ doctor: source }, directory);
  return join(directory, "doctor.mjs");
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
    // Nothing was made here; the doctor says what is missing.
  }
  return env;
}
