import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "./problem.mjs";

// After Next has built: what every page runs as it comes alive says so, and the browser compiles it while it
// is fetched, on another thread, instead of function by function on the one that the page waits for.

/** V8's explicit compile hint; other browsers take it for the comment that it is. */
const hint = "//# allFunctionsCalledOnLoad\n";
const leastCharacters = 50_000;

/**
 * Marks React and Next's runtime, which all pages begin with. Its smallest files aren't worth it.
 * @param {string} nextDir where Next has built
 * @returns {string[]} the files that are marked
 */
export function addCompileHints(nextDir) {
  const { rootMainFiles } = JSON.parse(readFileSync(join(nextDir, "build-manifest.json"), "utf8"));
  if (!Array.isArray(rootMainFiles) || rootMainFiles.length === 0) {
    throw new Problem("Next's build manifest names no files that every page begins with.");
  }
  return rootMainFiles.filter((name) => {
    const file = join(nextDir, String(name));
    const code = readFileSync(file, "utf8");
    if (code.length < leastCharacters) return false;
    if (!code.startsWith(hint)) writeFileSync(file, hint + code);
    return true;
  });
}
