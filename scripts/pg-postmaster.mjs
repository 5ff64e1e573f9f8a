import { readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { commandOf, isRunning, waitUntil } from "./processes.mjs";

/**
 * Reads PostgreSQL's own note on who serves a data directory. The lines are: pid, data directory,
 * start time, port, socket directory, address, shared memory, state.
 * @param {string} cluster
 */
export function readPostmasterFile(cluster) {
  try {
    const lines = readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n");
    return { pid: Number(lines[0]), port: Number(lines[3]), state: (lines[7] ?? "").trim() };
  } catch {
    return undefined;
  }
}

/**
 * Whether a process is a PostgreSQL of a data directory: they all work inside it, which Linux shows;
 * elsewhere the postmaster's command line names it.
 * @param {number} pid
 * @param {string} cluster
 */
function isServing(pid, cluster) {
  const command = commandOf(pid);
  if (!command.includes("postgres")) return false;
  if (process.platform !== "linux") return `${command} `.includes(`-D ${cluster} `);
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster);
  } catch {
    return false;
  }
}

/**
 * The live postmaster of a data directory. The note may be stale and its pid may belong to
 * somebody else by now.
 * @param {string} cluster
 */
export function findPostmaster(cluster) {
  const note = readPostmasterFile(cluster);
  return note && isServing(note.pid, cluster) ? note : undefined;
}

/**
 * Clears what a killed postmaster leaves: its note, and backends that still hold the shared memory,
 * without which the next start is refused.
 * @param {string} cluster
 */
export async function clearRemains(cluster) {
  rmSync(join(cluster, "postmaster.pid"), { force: true });
  /** @type {NodeJS.Signals[]} */
  const signals = ["SIGQUIT", "SIGKILL"];
  for (const signal of signals) {
    const backends = findBackends(cluster);
    if (backends.length === 0) return;
    for (const pid of backends) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has noticed by itself.
      }
    }
    await waitUntil(() => !backends.some(isRunning), 3000);
  }
}

/**
 * @param {string} cluster
 * @returns {number[]}
 */
function findBackends(cluster) {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isServing(pid, cluster));
}
