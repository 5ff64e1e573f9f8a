import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findChromium, howToGetChromium } from "./chromium.mjs";
import { withDemoPage } from "./demo-browser.mjs";
import { ensureBuilt, ensureInstalled } from "./ensure.mjs";
import { atEnd, makeDirectory, runErrand } from "./errand.mjs";
import { installPackagesOf } from "./install.mjs";
import { root } from "./paths.mjs";
import { lastLines, Problem } from "./problem.mjs";
import { run } from "./processes.mjs";
import { startProduct } from "./product.mjs";
import { step } from "./step.mjs";

// `npm run lighthouse`: the built product's pages as Lighthouse sees them, about ten minutes. Names of
// pages measure only those; `-- --desktop` and `-- --mobile` only that kind. Ends with 1 below a target.

const packages = join(root, "lighthouse");

/** Path of each page, and whether somebody has to be signed in. */
const pages = {
  landing: { path: "/", isOwn: false },
  docs: { path: "/docs/quickstart", isOwn: false },
  "sign-in": { path: "/sign-in", isOwn: false },
  overview: { path: "/overview", isOwn: true },
  keys: { path: "/keys", isOwn: true },
  usage: { path: "/usage", isOwn: true },
  billing: { path: "/billing", isOwn: true },
};

/** The least that each kind of device has to reach, out of 100. */
const targets = {
  desktop: { performance: 98, accessibility: 100, "best-practices": 100 },
  mobile: { performance: 90, accessibility: 100, "best-practices": 100 },
};

/** Of so many runs the median counts: another process on the machine must not decide. */
const runsOfEach = 3;
/** How often a run is begun that leaves no record of itself. */
const attemptsMax = 4;

/** @typedef {keyof typeof pages} PageName */
/** @typedef {keyof typeof targets} Device */
/** @typedef {{ page: PageName, device: Device, scores: Record<string, number>, metrics: Record<string, number>, faults: string[] }} Result */

await runErrand(main);

async function main() {
  const words = process.argv.slice(2).filter((word) => word !== "--");
  const named = words.filter((word) => !word.startsWith("-"));
  const stranger = named.find((name) => !(name in pages));
  if (stranger) {
    throw new Problem(`There is no page ${stranger}. They are ${Object.keys(pages).join(", ")}.`);
  }
  const names = pageNames().filter((name) => named.length === 0 || named.includes(name));
  const only = deviceNames().filter((device) => words.includes(`--${device}`));
  const devices = only.length > 0 ? only : deviceNames();

  await ensureInstalled();
  const chromium = await findChromium();
  if (!chromium) throw new Problem(`There is no Chromium: ${howToGetChromium}.`);
  await step("lighthouse", "installing", () => installPackagesOf("lighthouse"));
  await ensureBuilt();
  const directory = makeDirectory("lighthouse");
  const product = await startProduct(join(directory, "product"), atEnd);
  const { E2E_BASE_URL: origin, E2E_DEMO_PASSWORD: password } = product.env;
  const headersFile = await writeCookie({ chromium, origin, password }, directory);

  /** @type {Result[]} */
  const results = [];
  for (const device of devices) {
    for (const page of names) {
      const runs = [];
      for (let count = 0; count < runsOfEach; count += 1) {
        runs.push(await measure({ chromium, origin, headersFile, directory, page, device }));
      }
      const result = medianOf(runs);
      results.push(result);
      console.log(lineOf(result));
    }
  }
  return results.every((result) => missesOf(result).length === 0) ? 0 : 1;
}

/** @returns {PageName[]} */
function pageNames() {
  return /** @type {PageName[]} */ (Object.keys(pages));
}

/** @returns {Device[]} */
function deviceNames() {
  return /** @type {Device[]} */ (Object.keys(targets));
}

/**
 * Writes the cookie of the demo workspace where Lighthouse finds it.
 * @param {{ chromium: string, origin: string, password: string }} product
 * @param {string} directory
 */
async function writeCookie(product, directory) {
  return await withDemoPage(product, async (page) => {
    const cookies = await page.context().cookies(product.origin);
    const file = join(directory, "headers.json");
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    writeFileSync(file, JSON.stringify({ Cookie: cookie }), { mode: 0o600 });
    return file;
  });
}

/**
 * @typedef {{ chromium: string, origin: string, headersFile: string, directory: string, page: PageName, device: Device }} Measured
 */

/** One run of Lighthouse. @param {Measured} measured @returns {Promise<Result>} */
async function measure({ chromium, origin, headersFile, directory, page, device }) {
  const { path, isOwn } = pages[page];
  const out = join(directory, "reports", `${page}-${device}.json`);
  mkdirSync(join(directory, "reports"), { recursive: true });
  const args = [
    join(packages, "node_modules", "lighthouse", "cli", "index.js"),
    `${origin}${path}`,
    "--quiet",
    "--output=json",
    `--output-path=${out}`,
    "--only-categories=performance,accessibility,best-practices",
    "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage",
    ...(device === "desktop" ? ["--preset=desktop"] : []),
    ...(isOwn ? [`--extra-headers=${headersFile}`] : []),
  ];
  const { code, output } = await runLighthouse(args, chromium);
  if (code !== 0) throw new Problem(`Lighthouse failed on ${page}:\n${lastLines(output, 20)}`);
  const { categories, audits, finalDisplayedUrl } = JSON.parse(readFileSync(out, "utf8"));
  if (!String(finalDisplayedUrl).startsWith(`${origin}${path}`)) {
    throw new Problem(`Lighthouse came to ${finalDisplayedUrl} when it asked for ${path}.`);
  }
  const scoreOf = (/** @type {string} */ name) => Math.round(categories[name].score * 100);
  const names = ["performance", "accessibility", "best-practices"];
  const faults = ["accessibility", "best-practices"].flatMap((name) =>
    categories[name].auditRefs
      .filter((/** @type {{ id: string, weight: number }} */ ref) => ref.weight > 0)
      .map((/** @type {{ id: string }} */ ref) => ref.id)
      .filter((/** @type {string} */ id) => audits[id].score !== null && audits[id].score < 1),
  );
  return {
    page,
    device,
    faults,
    scores: Object.fromEntries(names.map((name) => [name, scoreOf(name)])),
    metrics: {
      lcp: audits["largest-contentful-paint"].numericValue,
      tbt: audits["total-blocking-time"].numericValue,
      cls: audits["cumulative-layout-shift"].numericValue,
    },
  };
}

/**
 * Lighthouse itself. Of some twenty runs one finds no record of where its load began and asks to be run again,
 * whatever the page; so it is, a few times.
 * @param {string[]} args
 * @param {string} chromium
 */
async function runLighthouse(args, chromium) {
  const env = { ...process.env, CHROME_PATH: chromium };
  for (let attempt = 1; ; attempt += 1) {
    const result = await run(process.execPath, args, { cwd: root, env });
    const isUnrecorded = result.code !== 0 && result.output.includes("NO_NAVSTART");
    if (!isUnrecorded || attempt === attemptsMax) return result;
  }
}

/** The run in the middle by performance. @param {Result[]} runs */
function medianOf(runs) {
  const sorted = runs.toSorted((a, b) => (a.scores.performance ?? 0) - (b.scores.performance ?? 0));
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (!middle) throw new Error("nothing was measured");
  return middle;
}

/** What is below its target. @param {Result} result */
function missesOf({ device, scores }) {
  return Object.entries(targets[device]).filter(([name, least]) => (scores[name] ?? 0) < least);
}

/** @param {Result} result */
function lineOf(result) {
  const { page, device, scores, metrics, faults } = result;
  const figures = Object.entries(scores).map(
    ([name, score]) => `${name} ${String(score).padStart(3)}`,
  );
  const paints = `LCP ${Math.round(metrics.lcp ?? 0)} ms, TBT ${Math.round(metrics.tbt ?? 0)} ms, CLS ${(metrics.cls ?? 0).toFixed(3)}`;
  const misses = missesOf(result).map(([name, least]) => `${name} below ${least}`);
  const trouble = [...misses, ...faults].join(", ");
  return [
    `${device.padEnd(8)}${page.padEnd(10)}${figures.join("  ")}  ${paints}`,
    ...(trouble === "" ? [] : [`  ${trouble}`]),
  ].join("");
}
