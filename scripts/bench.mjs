import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { ensureInstalled } from "./ensure.mjs";
import { fingerprint, hasStamp, writeStamp } from "./fingerprint.mjs";
import { root } from "./paths.mjs";
import { lastLines, Problem, report } from "./problem.mjs";
import { interruptRuns, run } from "./processes.mjs";
import { step } from "./step.mjs";

// `npm run bench`: the gateway beside others, about ten minutes. `-- --quick` takes one; names of
// contestants measure only those; `-- --memory` holds a load on the gateway for ten minutes. A full run
// writes its figures into docs/benchmarks.md.

const document = join(root, "docs", "benchmarks.md");
const packages = join(root, "bench");

/** @type {Record<string, number>} */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** What runs now and has to be gone at the end, the last first. @type {(() => unknown)[]} */
const undo = [];
let isEnding = false;

for (const signal of Object.keys(exitCodes)) {
  process.on(signal, () => void end(exitCodes[signal] ?? 1));
}
try {
  await main();
  await end(0);
} catch (error) {
  if (!isEnding) await end(report(error));
}

async function main() {
  const words = process.argv.slice(2).filter((word) => word !== "--");
  const ids = words.filter((word) => !word.startsWith("-"));
  const flags = words.filter((word) => word.startsWith("-"));
  const unknown = flags.filter((flag) => flag !== "--quick" && flag !== "--memory");
  if (unknown.length > 0)
    throw new Problem(`There is no ${unknown.join(", ")}. See docs/benchmarks.md.`);
  await ensureInstalled();
  await installContestants();
  // Loaded now, because they need the packages.
  const { requireMachine } = await import("../bench/machine.mjs");
  const { Bench } = await import("../bench/run.mjs");
  const { entries } = await import("../bench/contestants.mjs");
  requireMachine();
  const strangers = ids.filter((id) => !entries.some((entry) => entry.id === id));
  if (strangers.length > 0) {
    const names = entries.map(({ id }) => id).join(", ");
    throw new Problem(`There is no ${strangers.join(", ")}. The contestants are ${names}.`);
  }
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "gatehouse-bench-")));
  // PostgreSQL's account has to get to its directory inside.
  chmodSync(directory, 0o711);
  undo.push(() => rmSync(directory, { recursive: true, force: true }));
  const bench = new Bench(directory, (one) => undo.push(one));
  const isQuick = flags.includes("--quick");
  if (flags.includes("--memory")) await measureMemory(bench, isQuick ? 1 : 10);
  else await measureAll(bench, ids, isQuick);
}

/** @param {import("../bench/run.mjs").Bench} bench @param {string[]} ids @param {boolean} isQuick */
async function measureAll(bench, ids, isQuick) {
  const { reportOf } = await import("../bench/report.mjs");
  await step("contestants", "starting", () => bench.open(ids));
  const connections = isQuick ? [1, 64] : [1, 16, 64];
  const loads = [false, true].flatMap((stream) =>
    connections.map((n) => ({ stream, connections: n })),
  );
  const [rounds, warmupMs, measuredMs] = isQuick ? [1, 300, 1_000] : [5, 500, 2_000];
  const machine = bench.machine();
  const heaviest = loads.filter((load) => load.connections === 64);
  await step("warm-up", "running", () => bench.warmUp(heaviest, isQuick ? 1_500 : 4_000));
  const samples = await bench.measureAll(loads, rounds, { warmupMs, measuredMs });
  const proofs = await bench.verify();
  const method = `Medians of ${rounds} rounds of ${measuredMs / 1_000} s for each contestant and load.`;
  const { excluded } = bench;
  const figures = reportOf({ machine, samples, loads, proofs, excluded, method });
  console.log(`\n${figures}\n`);
  if (excluded.has("gatehouse")) throw new Problem("The gateway itself could not be measured.");
  if (!isQuick && ids.length === 0) writeBetween("figures", figures);
}

/** @param {import("../bench/run.mjs").Bench} bench @param {number} minutes */
async function measureMemory(bench, minutes) {
  const { holdLoad, memoryReport } = await import("../bench/memory.mjs");
  await step("gateway", "starting", () => bench.open(["gatehouse"]));
  const { megabytes, served } = await holdLoad(bench, minutes, (one) => undo.push(one));
  for (const proof of await bench.verify()) console.log(proof);
  const figures = memoryReport(megabytes, served);
  console.log(`\n${figures}\n`);
  if (minutes >= 10) writeBetween("memory", figures);
}

/** Puts figures between two markers of the document. @param {string} name @param {string} figures */
function writeBetween(name, figures) {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const text = readFileSync(document, "utf8");
  const [from, until] = [text.indexOf(open), text.indexOf(close)];
  if (from < 0 || until < from) throw new Problem(`${document} has lost its markers for ${name}.`);
  const before = text.slice(0, from + open.length);
  writeFileSync(document, `${before}\n\n${figures}\n\n${text.slice(until)}`);
  console.log(`written     ${document}`);
}

/** The contestants' own packages, which nothing else of the product needs. */
function installContestants() {
  return step("others", "installing the other contestants", async () => {
    const lockfile = readFileSync(join(packages, "package-lock.json"));
    const stamp = join(packages, "node_modules", ".gatehouse-install");
    const wanted = fingerprint([lockfile, process.versions.modules]);
    if (hasStamp(stamp, wanted)) return "up to date";
    const npm = process.env.npm_execpath ?? "";
    const isNpm = basename(npm).startsWith("npm-cli");
    const command = isNpm ? [process.execPath, npm] : ["npm"];
    const args = ["ci", "--prefix", packages, "--ignore-scripts", "--no-audit", "--no-fund"];
    const { code, output } = await run(command[0] ?? "npm", [...command.slice(1), ...args], {
      cwd: root,
    });
    if (code !== 0) throw new Problem(`npm ci --prefix bench failed:\n${lastLines(output)}`);
    writeStamp(stamp, wanted);
    return "installed";
  });
}

/** Stops and removes everything, then ends. @param {number} code */
async function end(code) {
  if (isEnding) return;
  isEnding = true;
  await interruptRuns();
  for (const one of undo.reverse()) {
    try {
      await one();
    } catch (error) {
      // What never came up has told why already.
      if (!(error instanceof Problem)) console.error(error);
    }
  }
  process.exit(code);
}
