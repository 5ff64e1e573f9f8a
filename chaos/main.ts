import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { closeClients } from "@/chaos/client";
import { Cluster, closeClusters } from "@/chaos/cluster";
import { type EpisodeReport, runEpisode } from "@/chaos/episode";
import { type FaultName, faults } from "@/chaos/faults";
import { plantedBugs, runPlanted } from "@/chaos/planted";
import { Random } from "@/chaos/random";
import { describeRun, describeVerdicts, isBroken, mergeVerdicts } from "@/chaos/report";

// `npm run chaos`: the long tier. Exit code 0 where every check held, 1 where one didn't.

const episodeMs = 60_000;
const clients = 10;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: String(Math.floor(Date.now() / 1_000)) },
    /** One kind of fault only, for looking at it closely. */
    fault: { type: "string" },
    /** Each planted bug in a cluster of its own, or the one with this in its name. */
    planted: { type: "boolean", default: false },
    bug: { type: "string", default: "" },
    /** A file for everything that was seen, as JSON, one line an episode. */
    out: { type: "string" },
  },
});

const faultNames = Object.keys(faults).filter((name): name is FaultName => name in faults);

function chooseFault(random: Random): FaultName {
  const chosen = faultNames.find((name) => name === values.fault);
  const [first = "gateway killed", ...others] = faultNames;
  return chosen ?? random.pick([first, ...others]);
}

function toJson(report: EpisodeReport): string {
  return JSON.stringify(report, (_, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );
}

async function main(): Promise<number> {
  const seeds = new Random(Number(values.seed));
  const endsAtMs = performance.now() + Number(values.minutes) * 60_000;
  console.log(`chaos for ${values.minutes} minutes, seed ${values.seed}`);
  const cluster = await Cluster.start({ clockShiftHours: seeds.pick([1, -1]) });
  const reports: EpisodeReport[] = [];
  try {
    while (performance.now() < endsAtMs) {
      const seed = seeds.int(1, 1_000_000_000);
      const untilMs = Math.min(performance.now() + episodeMs, endsAtMs);
      const nextFault = (random: Random) =>
        performance.now() < untilMs ? chooseFault(random) : null;
      const options = { seed, clients, nextFault, loadMsMin: 0, patience: 1.5 };
      const report = await runEpisode(cluster, options);
      reports.push(report);
      if (values.out) appendFileSync(values.out, `${toJson(report)}\n`);
      const { operations, faults: done } = report.history;
      const outcome = isBroken(report.verdicts) ? "BROKEN" : "holds";
      console.log(`seed ${seed}: ${operations.length} requests, ${done.length} faults: ${outcome}`);
      if (isBroken(report.verdicts)) console.log(describeVerdicts(report.verdicts));
    }
  } finally {
    closeClients();
    await cluster.close();
  }
  const verdicts = mergeVerdicts(reports);
  console.log(`\n${describeRun(reports)}\n\n${describeVerdicts(verdicts)}`);
  return isBroken(verdicts) ? 1 : 0;
}

async function plant(): Promise<number> {
  let missed = 0;
  for (const bug of plantedBugs.filter(({ name }) => name.includes(values.bug))) {
    const { isCaught, broken } = await runPlanted(bug, Number(values.seed));
    console.log(
      `${isCaught ? "caught" : "MISSED"}  ${bug.name}: ${broken.join(", ") || "all hold"}`,
    );
    if (!isCaught) missed++;
  }
  return missed === 0 ? 0 : 1;
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => void closeClusters().finally(() => process.exit(130)));
}
process.exitCode = values.planted ? await plant() : await main();
