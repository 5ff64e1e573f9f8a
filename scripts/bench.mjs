import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureInstalled } from "./ensure.mjs";
import { atEnd, makeDirectory, runErrand } from "./errand.mjs";
import { installPackagesOf } from "./install.mjs";
import { root } from "./paths.mjs";
import { Problem } from "./problem.mjs";
import { step } from "./step.mjs";

// `npm run bench`: the gateway beside others, about ten minutes. `-- --quick` takes one; names of
// contestants measure only those; `-- --memory` holds a load on the gateway for ten minutes. A full run
// writes its figures into docs/benchmarks.md.

const document = join(root, "docs", "benchmarks.md");

await runErrand(main);

async function main() {
  const words = process.argv.slice(2).filter((word) => word !== "--");
  const ids = words.filter((word) => !word.startsWith("-"));
  const flags = words.filter((word) => word.startsWith("-"));
  const unknown = flags.filter((flag) => flag !== "--quick" && flag !== "--memory");
  if (unknown.length > 0)
    throw new Problem(`There is no ${unknown.join(", ")}. See docs/benchmarks.md.`);
  await ensureInstalled();
  // Nothing else of the product needs the other contestants' packages.
  await step("others", "installing the other contestants", () => installPackagesOf("bench"));
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
  const bench = new Bench(makeDirectory("bench"), atEnd);
  const isQuick = flags.includes("--quick");
  if (flags.includes("--memory")) await measureMemory(bench, isQuick ? 1 : 10);
  else await measureAll(bench, ids, isQuick);
  return 0;
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
  const { megabytes, served } = await holdLoad(bench, minutes, atEnd);
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
