import { readFileSync } from "node:fs";

/** @typedef {{ passed: number, failed: number }} Count */

/**
 * Reads the JSON report of Vitest. A file that could not be loaded counts as one failure.
 * @param {string} file
 * @returns {Count}
 */
export function countVitest(file) {
  /** @type {{ numPassedTests: number, numFailedTests: number,
   *   testResults: { status: string, assertionResults: unknown[] }[] } | undefined} */
  const report = readReport(file);
  if (!report) return { passed: 0, failed: 0 };
  const unloadable = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloadable.length };
}

/**
 * Reads the JSON report of Playwright. An error outside any test counts as one failure.
 * @param {string} file
 * @returns {Count}
 */
export function countPlaywright(file) {
  /** @type {{ stats: { expected: number, unexpected: number, flaky: number },
   *   errors: unknown[] } | undefined} */
  const report = readReport(file);
  if (!report) return { passed: 0, failed: 0 };
  const { expected, unexpected, flaky } = report.stats;
  return { passed: expected, failed: unexpected + flaky + report.errors.length };
}

/** @param {string} file */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // The runner ended before it could write one; its exit code has failed the stage.
    return undefined;
  }
}
