import { setTimeout as delay } from "node:timers/promises";
import type { ManagedProcess } from "@/chaos/managed-process";
import type { Random } from "@/chaos/random";
import { deployGateway, outage, revokeOpenStreams } from "@/chaos/scenes";
import type { Stage } from "@/chaos/stage";

type Fault = (stage: Stage, random: Random) => Promise<void>;

async function killAndStart(process: ManagedProcess, random: Random): Promise<void> {
  await process.end("SIGKILL");
  await delay(random.int(0, 1_200));
  await process.start();
}

/** Stops it for less or for longer than the lease of three seconds. */
async function freeze(process: ManagedProcess, random: Random): Promise<void> {
  process.signal("SIGSTOP");
  await delay(random.chance(0.5) ? random.int(3_300, 5_000) : random.int(300, 2_500));
  process.signal("SIGCONT");
}

/** What a nemesis can do, by name. Each leaves a whole cluster behind. */
export const faults = {
  "gateway killed": (stage, random) => killAndStart(stage.anyGateway(random).process, random),
  "gateway frozen": (stage, random) => freeze(stage.anyGateway(random).process, random),
  "worker killed": (stage, random) => killAndStart(stage.cluster.worker, random),
  "worker frozen": (stage, random) => freeze(stage.cluster.worker, random),
  "dashboard killed": (stage, random) => killAndStart(stage.cluster.dashboard.process, random),
  "dashboard frozen": (stage, random) => freeze(stage.cluster.dashboard.process, random),
  async "PostgreSQL killed"(stage, random) {
    await stage.cluster.database.kill();
    await delay(random.int(0, 1_500));
    await stage.cluster.database.restart();
  },
  async "PostgreSQL frozen"(stage, random) {
    stage.cluster.database.freeze();
    await delay(random.int(300, 4_500));
    stage.cluster.database.thaw();
  },
  async "gateway killed while PostgreSQL is frozen"(stage, random) {
    stage.cluster.database.freeze();
    await delay(random.int(100, 1_000));
    await stage.anyGateway(random).process.end("SIGKILL");
    stage.cluster.database.thaw();
    await startAll(stage);
  },
  async "gateway killed and PostgreSQL killed"(stage, random) {
    await stage.anyGateway(random).process.end("SIGKILL");
    await delay(random.int(0, 200));
    await stage.cluster.database.kill();
    await stage.cluster.database.restart();
    await startAll(stage);
  },
  "gateway deployed": deployGateway,
  "PostgreSQL gone for seconds": outage,
  "key with open streams revoked": revokeOpenStreams,
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;

async function startAll(stage: Stage): Promise<void> {
  await Promise.all(stage.cluster.gateways.map(({ process }) => process.start()));
}

/** Runs faults one after the other with quiet between them, until none is left. */
export async function runNemesis(
  stage: Stage,
  random: Random,
  next: () => FaultName | null,
): Promise<void> {
  for (let name = next(); name !== null; name = next()) {
    await delay(random.int(400, 1_500));
    const fromMs = performance.now();
    await faults[name](stage, random);
    stage.history.faults.push({ kind: name, fromMs, untilMs: performance.now() });
  }
  // A process that ended by itself is told as such, and must not take the rest of the run with it.
  await stage.cluster.startProcesses();
}
