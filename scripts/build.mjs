import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bundleIslands, bundleProcesses } from "./bundle.mjs";
import { addCompileHints } from "./compile-hints.mjs";
import { compressFiles } from "./compressed-files.mjs";
import { fingerprint, hasStamp, listFiles, writeStamp } from "./fingerprint.mjs";
import { bundleDir, nextDir, root } from "./paths.mjs";
import { Problem } from "./problem.mjs";
import { run } from "./processes.mjs";
import { finishStaticPages } from "./static-pages.mjs";

/** What no build looks at. What is missing here costs a needless build, never a stale one. */
const ignoredFolders =
  /^(\..+|node_modules|dist|e2e|bench|chaos|lighthouse|deploy|docs|drizzle|coverage|test-results|playwright-report)$/;
const ignoredFiles =
  /(^[^/\\]+\.md|\.test\.tsx?|\.(sql|log|tsbuildinfo)|next-env\.d\.ts|(vitest|playwright|drizzle)\.config\.ts)$/;
const ignoredNames = new Set(["LICENSE", "biome.json", "Dockerfile", "compose.yaml"]);
const builtByScripts = new Set([
  "scripts",
  join("scripts", "bundle.mjs"),
  join("scripts", "compile-hints.mjs"),
  join("scripts", "compressed-files.mjs"),
  join("scripts", "static-pages.mjs"),
]);

/** Variables that end up in the pages when they are built. */
const builtInVariables = /^(NEXT_PUBLIC_.*|BRAND|INSUFFICIENT_BALANCE_STATUS)$/;

/** @param {string} path relative to the checkout */
function isIgnored(path) {
  if (path.startsWith("scripts")) return !builtByScripts.has(path);
  return ignoredFolders.test(path) || ignoredFiles.test(path) || ignoredNames.has(path);
}

function describeSources() {
  const files = listFiles(root, isIgnored);
  const variables = Object.entries(process.env)
    .filter(([name]) => builtInVariables.test(name))
    .map(([name, value]) => `${name}=${value}`)
    .sort();
  const contents = files.flatMap((file) => [file, readFileSync(join(root, file))]);
  return fingerprint([process.versions.modules, ...variables, ...contents]);
}

function stampFiles() {
  return [nextDir(), bundleDir].map((directory) => join(directory, ".gatehouse-build"));
}

/** Whether both builds are of the sources as they are now. */
export function isBuilt() {
  const sources = describeSources();
  return stampFiles().every((file) => hasStamp(file, sources));
}

/** Builds the dashboard with Next, finishes its static pages, and builds the other processes with esbuild. */
export async function buildAll() {
  const sources = describeSources();
  // A build that is interrupted must not pass for the previous one.
  for (const file of stampFiles()) rmSync(file, { force: true });
  // TypeScript's own cache is wrong about types that Next generates: after a page was added it still
  // reports the links to it.
  rmSync(join(nextDir(), "cache", ".tsbuildinfo"), { force: true });
  mkdirSync(bundleDir, { recursive: true });
  await bundleProcesses();

  const nextCommand = join(root, "node_modules", "next", "dist", "bin", "next");
  const { code, output } = await run(process.execPath, [nextCommand, "build"], {
    cwd: root,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
  });
  if (code !== 0) {
    console.error(`\n${output.trimEnd()}`);
    throw new Problem("next build failed, see above.");
  }
  finishStaticPages(nextDir(), await bundleIslands(nextDir()));
  addCompileHints(nextDir());
  await compressFiles(nextDir());
  for (const file of stampFiles()) writeStamp(file, sources);
}
