import { spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openLog } from "./logs.mjs";
import { isSameProcess, markProcess, signalGroup, waitUntil } from "./processes.mjs";

/** @typedef {import("./processes.mjs").ProcessMark} ProcessMark */
/** @typedef {{ name: string, args: string[] }} Service `args` are given to node */

const crashesMax = 5;
/** One that ran for so long can run: it has met a new trouble, or somebody ended it. */
const healthyAfterMs = 5_000;
const backOffMsMin = 250;

/** @param {string} dataDir */
function recordFile(dataDir) {
  return join(dataDir, "processes.json");
}

/**
 * Starts services and keeps them running: one that dies is started again, a little later each time.
 * When one ends by itself five times in a row, each within seconds of its start, `onGiveUp` is called
 * with its exit code. One that is killed from outside is started again however often that happens.
 * Each service leads a process group of its own, so the terminal's Ctrl-C reaches us alone, and is
 * written down, so that the next start finds what a killed one left.
 * @param {{ services: Service[], dataDir: string, cwd: string, env: NodeJS.ProcessEnv,
 *   onGiveUp: (name: string, exitCode: number) => void }} options
 */
export function superviseServices({ services, dataDir, cwd, env, onGiveUp }) {
  /** @type {Map<string, { pid: number, exited: Promise<unknown> }>} */
  const running = new Map();
  const logs = new Map(services.map(({ name }) => [name, openLog(dataDir, name)]));
  let isStopping = false;

  const record = () => {
    const marks = [...running.values()].map(({ pid }) => markProcess(pid));
    writeFileSync(recordFile(dataDir), JSON.stringify(marks));
  };

  /** @param {Service} service */
  const start = (service) => {
    const child = spawn(process.execPath, service.args, {
      cwd,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    logs.get(service.name)?.follow(child.stdout, false);
    logs.get(service.name)?.follow(child.stderr, true);
    /** @type {Promise<{ exitCode: number, wasKilled: boolean }>} */
    const exited = new Promise((resolve) => {
      child.on("error", () => resolve({ exitCode: 1, wasKilled: false }));
      child.on("exit", (code, signal) => {
        resolve({
          exitCode: code ?? (signal === "SIGKILL" ? 137 : 143),
          wasKilled: signal === "SIGKILL",
        });
      });
    });
    if (child.pid !== undefined) running.set(service.name, { pid: child.pid, exited });
    record();
    return exited;
  };

  /** @param {Service} service */
  const keepRunning = async (service) => {
    let crashes = 0;
    for (;;) {
      const startedAt = performance.now();
      const { exitCode, wasKilled } = await start(service);
      running.delete(service.name);
      if (isStopping) return;
      const wasHealthy = performance.now() - startedAt > healthyAfterMs;
      crashes = wasKilled || wasHealthy ? 0 : crashes + 1;
      const file = logs.get(service.name)?.file;
      if (crashes >= crashesMax) {
        console.error(`${service.name} ended ${crashesMax} times in a row. See ${file}.`);
        onGiveUp(service.name, exitCode || 1);
        return;
      }
      const delayMs = backOffMsMin * 2 ** Math.max(crashes - 1, 0);
      console.error(
        `${service.name} ended (exit code ${exitCode}), starting it again. See ${file}.`,
      );
      await sleep(delayMs);
      if (isStopping) return;
    }
  };
  for (const service of services) void keepRunning(service);

  /** @param {NodeJS.Signals} signal */
  const signalAll = (signal) => {
    for (const { pid } of running.values()) signalGroup(pid, signal);
  };

  return {
    /** Ends all at once, without letting requests finish. */
    kill() {
      isStopping = true;
      signalAll("SIGKILL");
    },
    /**
     * Lets requests under way finish, for so long, and ends all.
     * @param {number} drainMs
     */
    async stop(drainMs) {
      isStopping = true;
      signalAll("SIGTERM");
      const ended = Promise.all([...running.values()].map(({ exited }) => exited));
      await Promise.race([ended, sleep(drainMs, undefined, { ref: false })]);
      signalAll("SIGKILL");
      await ended;
      rmSync(recordFile(dataDir), { force: true });
      for (const log of logs.values()) log.close();
    },
  };
}

/**
 * Ends services that outlived a killed start. Pids are used again, so only the very processes that
 * were written down are touched.
 * @param {string} dataDir
 * @returns {Promise<number>} how many there were
 */
export async function endOrphans(dataDir) {
  /** @type {ProcessMark[]} */
  let marks = [];
  try {
    marks = JSON.parse(readFileSync(recordFile(dataDir), "utf8"));
  } catch {
    return 0;
  }
  const orphans = marks.filter(isSameProcess);
  for (const { pid } of orphans) signalGroup(pid, "SIGTERM");
  const haveEnded = await waitUntil(() => !orphans.some(isSameProcess), 5000);
  if (!haveEnded) {
    for (const { pid } of orphans) signalGroup(pid, "SIGKILL");
    await waitUntil(() => !orphans.some(isSameProcess), 5000);
  }
  rmSync(recordFile(dataDir), { force: true });
  return orphans.length;
}
