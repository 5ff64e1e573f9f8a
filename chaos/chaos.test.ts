import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeClients } from "@/chaos/client";
import { Cluster } from "@/chaos/cluster";
import { runEpisode } from "@/chaos/episode";
import type { FaultName } from "@/chaos/faults";
import { Random } from "@/chaos/random";
import { describeVerdicts, isBroken } from "@/chaos/report";

// The short tier. What it checks are invariants, which hold however slow the machine is; the longer it
// takes, the more faults meet the load. `npm run chaos` runs for as long as one likes.

let cluster: Cluster;

beforeAll(async () => {
  cluster = await Cluster.start({ clockShiftHours: 1 });
}, 60_000);

afterAll(async () => {
  closeClients();
  await cluster?.close();
});

/** A day's own, so that over time many are tried. */
const seedOfToday = Math.floor(Date.now() / 86_400_000);

const rounds: { name: string; seed: number; faults: FaultName[] }[] = [
  {
    name: "the fixed seed",
    seed: 20_261_121,
    faults: ["gateway killed", "PostgreSQL killed", "gateway deployed", "dashboard killed"],
  },
  {
    name: "today's seed",
    seed: seedOfToday,
    faults: ["gateway frozen", "PostgreSQL frozen", "key with open streams revoked"],
  },
];

describe("P1–P9 P12 P13 P15–P19 P22 a cluster under load and faults keeps its promises", () => {
  it.each(rounds)("with $name", { timeout: 180_000 }, async ({ seed, faults }) => {
    const due = new Random(seed).shuffle(faults);
    const report = await runEpisode(cluster, {
      ...{ seed, clients: 6, loadMsMin: 5_000, patience: 6 },
      nextFault: () => due.shift() ?? null,
    });
    const { verdicts, history } = report;
    const told = `seed ${seed}, ${history.operations.length} requests\n${describeVerdicts(verdicts)}`;
    expect(isBroken(verdicts), told).toBe(false);
    // A cluster that refuses everything breaks no promise either.
    const complete = history.operations.filter(
      ({ isComplete, status }) => isComplete && status === 200,
    );
    expect(complete.length, told).toBeGreaterThan(100);
    for (const check of [
      "bank (P2, P3)",
      "complete answers are billed (P4)",
      "at most once (P5)",
    ]) {
      expect(verdicts.find((verdict) => verdict.check === check)?.subjects).toBeGreaterThan(10);
    }
  });
});
