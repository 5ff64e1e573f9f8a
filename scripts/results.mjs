import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { root } from "./paths.mjs";

/** What of a failure's message, and of each note, is repeated at the end of a run, in characters. */
const messageLength = 1200;

/**
 * What a runner's report says: how many tests passed, and each that failed, as its file and name
 * with its message and what was noted beside it.
 * @typedef {{ passed: number, failures: string[] }} Results
 */

/**
 * @typedef {{ title: string, specs: { title: string, file: string, line: number, tests: {
 *   status: string, annotations: { type: string, description?: string }[],
 *   results: { errors: { message?: string }[] }[] }[] }[],
 *   suites?: PlaywrightSuite[] }} PlaywrightSuite
 */

/**
 * Reads the JSON report of Vitest. A file that could not be loaded counts as one failure.
 * @param {string} file
 * @returns {Results}
 */
export function readVitest(file) {
  /** @type {{ numPassedTests: number, testResults: { name: string, status: string,
   *   message: string, assertionResults: { status: string, fullName: string,
   *   failureMessages: string[] }[] }[] } | undefined} */
  const report = readReport(file);
  if (!report) return { passed: 0, failures: [] };
  const failures = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const path = relative(root, name);
    if (status === "failed" && assertionResults.length === 0) return [failure(path, message)];
    return assertionResults
      .filter((test) => test.status === "failed")
      .map((test) => failure(`${path} › ${test.fullName}`, worded(test.failureMessages[0])));
  });
  return { passed: report.numPassedTests, failures };
}

/**
 * Vitest 4 writes this in place of the message where a test or a hook took longer than it may.
 * @param {string | undefined} message
 */
function worded(message) {
  return message?.replace(/^Error: STACK_TRACE_ERROR/, "Error: timed out");
}

/**
 * Reads the JSON report of Playwright. An error outside any test counts as one failure, and a test
 * that passed only when tried again as another.
 * @param {string} file
 * @returns {Results}
 */
export function readPlaywright(file) {
  /** @type {{ stats: { expected: number }, suites: PlaywrightSuite[],
   *   errors: { message?: string }[] } | undefined} */
  const report = readReport(file);
  if (!report) return { passed: 0, failures: [] };
  const failures = report.suites.flatMap(specsOf).flatMap(({ title, file, line, tests }) =>
    tests
      .filter(({ status }) => status === "unexpected" || status === "flaky")
      .map(({ results, annotations }) =>
        failure(
          `${file}:${line} › ${title}`,
          results.flatMap(({ errors }) => errors)[0]?.message,
          annotations.map(({ type, description }) => `${type}: ${description}`),
        ),
      ),
  );
  const outside = report.errors.map(({ message }) => failure("outside any test", message));
  return { passed: report.stats.expected, failures: [...failures, ...outside] };
}

/**
 * @param {PlaywrightSuite} suite
 * @returns {PlaywrightSuite["specs"]}
 */
function specsOf({ specs, suites = [] }) {
  return [...specs, ...suites.flatMap(specsOf)];
}

/**
 * @param {string} name
 * @param {string | undefined} message
 * @param {string[]} notes
 */
function failure(name, message = "", notes = []) {
  const texts = [message, ...notes].map((text) =>
    stripVTControlCharacters(text).trim().slice(0, messageLength),
  );
  return `${name}\n${texts.join("\n").replace(/^/gm, "    ")}`;
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
