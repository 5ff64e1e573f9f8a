import { chmodSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { findChromium, howToGetChromium, installChromium } from "./chromium.mjs";
import { readDotenv } from "./dotenv.mjs";
import { ensureBuilt, ensureInstalled } from "./ensure.mjs";
import { root } from "./paths.mjs";
import { startPostgres } from "./pg.mjs";
import { Problem, report } from "./problem.mjs";
import { interruptRuns, run } from "./processes.mjs";
import { startProduct } from "./product.mjs";
import { readPlaywright, readVitest } from "./results.mjs";
import { step } from "./step.mjs";
import { testDirectory } from "./test-directory.mjs";

// `npm test`: everything that must hold, in stages. `npm test -- unit e2e` runs only those named.

/** @type {Record<string, () => Promise<void>>} */
const stages = { types, lint, unit, build: ensureBuilt, e2e };

/** @type {Record<string, number>} */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** @type {import("./results.mjs").Results} */
const total = { passed: 0, failures: [] };
/** What runs now and has to be gone at the end, the last first. @type {(() => unknown)[]} */
const undo = [];
let isEnding = false;
let temporaryDir = "";

try {
  await main();
} catch (error) {
  if (!isEnding) await end(report(error));
}

async function main() {
  const names = process.argv.slice(2).filter((name) => name !== "--");
  const unknown = names.filter((name) => !(name in stages));
  if (unknown.length > 0) {
    throw new Problem(
      `There is no stage ${unknown.join(", ")}. The stages are ${Object.keys(stages).join(", ")}.`,
    );
  }
  for (const signal of Object.keys(exitCodes)) {
    process.on(signal, () => void end(exitCodes[signal] ?? 1));
  }
  temporaryDir = realpathSync(mkdtempSync(join(testDirectory(), "gatehouse-test-")));
  // PostgreSQL's account has to get to its directory inside.
  chmodSync(temporaryDir, 0o711);
  undo.push(() => rmSync(temporaryDir, { recursive: true, force: true }));
  ignoreDotenv();

  await ensureInstalled();
  const failed = await runStages(names.length > 0 ? names : Object.keys(stages));
  if (isEnding) return;
  if (failed.length > 0) console.error(`\nFailed: ${failed.join(", ")}`);
  await end(failed.length > 0 ? 1 : 0);
}

/**
 * Runs every stage even if an earlier one fails, so that one run tells all. Only the journeys need
 * the build.
 * @param {string[]} names
 */
async function runStages(names) {
  /** @type {string[]} */
  const failed = [];
  for (const [name, stage] of Object.entries(stages)) {
    if (!names.includes(name) || isEnding) continue;
    if (name === "e2e" && failed.includes("build")) {
      console.error("e2e         not run, because the build failed");
      failed.push(name);
      continue;
    }
    try {
      await stage();
    } catch (error) {
      if (isEnding) break;
      report(error);
      failed.push(name);
    }
  }
  return failed;
}

/** A developer's `.env` is for `npm start`: no test may meet the database or the keys named there. */
function ignoreDotenv() {
  for (const name of ["DATABASE_URL", "DATA_DIR", "APP_ORIGIN", "API_ORIGIN", "AUTH_URL"]) {
    delete process.env[name];
  }
  // Next reads the file by itself, but doesn't overrule what is set.
  for (const name of Object.keys(readDotenv(root))) process.env[name] = "";
}

/**
 * Runs a tool of ours from node_modules; its output is shown when it fails.
 * @param {string} tool its script
 * @param {string[]} args
 */
async function runTool(tool, ...args) {
  const { code, output } = await run(process.execPath, [tool, ...args], { cwd: root });
  if (code === 0) return;
  console.error(`\n${output.trimEnd()}`);
  throw new Problem(`${basename(tool)} ${args[0]} failed, see above.`);
}

/** @param {string[]} path */
function inModules(...path) {
  return join(root, "node_modules", ...path);
}

function types() {
  return step("types", "checking", async () => {
    const tsc = inModules("typescript", "bin", "tsc");
    // Routes and their parameters are types that Next writes.
    await runTool(inModules("next", "dist", "bin", "next"), "typegen");
    // Without TypeScript's cache, which doesn't notice every change of those.
    for (const project of [root, join(root, "scripts")]) {
      await runTool(tsc, "--noEmit", "--incremental", "false", "--project", project);
    }
  });
}

function lint() {
  const colors = process.stdout.isTTY ? "force" : "off";
  return step("lint", "checking", () =>
    runTool(inModules("@biomejs", "biome", "bin", "biome"), "ci", `--colors=${colors}`),
  );
}

/** Unit and integration tests, on a PostgreSQL of their own. */
function unit() {
  return shown("unit", async () => {
    const server = await startPostgres({ dataDir: join(temporaryDir, "unit"), fast: true });
    undo.push(server.remove);
    const reportFile = join(temporaryDir, "vitest.json");
    const args = [
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${reportFile}`,
    ];
    const { code } = await run(process.execPath, [inModules("vitest", "vitest.mjs"), ...args], {
      cwd: root,
      env: { ...process.env, NODE_ENV: "test", TEST_DATABASE_URL: server.url },
      isShown: true,
    });
    add("unit", readVitest(reportFile), code);
    await server.remove();
    if (code !== 0) throw new Problem("vitest failed, see above.");
  });
}

/** Journeys through the whole product in a real browser. */
async function e2e() {
  let browser = await findChromium();
  if (!browser) {
    await step("chromium", "installing", async () => {
      browser = await installChromium();
      return browser ? "installed" : "could not be installed";
    });
  }
  if (!browser) {
    console.error(`SKIPPED: browser journeys (no Chromium: ${howToGetChromium})`);
    if (process.env.CI === "true") throw new Problem("The browser journeys must run in CI.");
    return;
  }
  await shown("e2e", async () => {
    const product = await startProduct(join(temporaryDir, "product"), (stop) => undo.push(stop));
    const reportFile = join(temporaryDir, "playwright.json");
    const args = ["test", "--reporter=list,json"];
    const cli = inModules("@playwright", "test", "cli.js");
    const { code } = await run(process.execPath, [cli, ...args], {
      cwd: root,
      env: {
        ...process.env,
        ...product.env,
        CHROMIUM_PATH: browser,
        PLAYWRIGHT_JSON_OUTPUT_FILE: reportFile,
      },
      isShown: true,
    });
    add("e2e", readPlaywright(reportFile), code);
    await product.stop();
    if (code !== 0 && !isEnding) product.showOutput();
    if (code !== 0) throw new Problem("playwright failed, see above.");
  });
}

/**
 * Runs a stage that shows its own output, with a line before and after it.
 * @param {string} name
 * @param {() => Promise<void>} work
 */
async function shown(name, work) {
  const startedAt = performance.now();
  const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${name.padEnd(12)}running`);
  try {
    await work();
    console.log(`${name.padEnd(12)}done (${seconds()} s)`);
  } catch (error) {
    console.log(`${name.padEnd(12)}FAILED (${seconds()} s)`);
    throw error;
  }
}

/**
 * @param {string} name the stage's
 * @param {import("./results.mjs").Results} results
 * @param {number | null} code the runner's exit code
 */
function add(name, { passed, failures }, code) {
  total.passed += passed;
  total.failures.push(...failures);
  if (code !== 0 && failures.length === 0) {
    total.failures.push(`${name}: something outside of any test, see its output above`);
  }
}

/**
 * Stops what runs, removes what was written, and says how it went in the last lines: what failed,
 * once more, as the end of a long output is what is kept and looked at.
 * @param {number} exitCode
 */
async function end(exitCode) {
  if (isEnding) return;
  isEnding = true;
  await interruptRuns();
  for (const action of undo.reverse()) await action();
  for (const failure of total.failures) console.error(`\n${failure}`);
  console.log(`${total.passed} passed, ${total.failures.length} failed`);
  process.exit(exitCode);
}
