import { spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  fdatasyncSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { Problem } from "../scripts/problem.mjs";

// What the bench asks of the machine: processes on cores of their choice, and what they used of them.

/** The core that a contestant has to itself, and those of everything else. */
const coreCount = cpus().length;
export const contestantCore = "0";
export const otherCores = coreCount === 2 ? "1" : `1-${coreCount - 1}`;

/** Throws where processor time can't be had or measured core by core. */
export function requireMachine() {
  const hasTaskset = spawnSync("taskset", ["--version"]).status === 0;
  if (process.platform === "linux" && hasTaskset && coreCount > 1) return;
  throw new Problem("The bench needs Linux, taskset (util-linux) and two cores or more.");
}

/**
 * Starts a process on some cores, in a process group of its own.
 * @param {string} cores
 * @param {string[]} command
 * @param {import("node:child_process").SpawnOptions} options
 */
export function spawnOn(cores, command, options) {
  return spawn("taskset", ["-c", cores, ...command], { ...options, detached: true });
}

/**
 * Moves a process that runs already, and whatever it starts from now on.
 * @param {string} cores
 * @param {number} pid
 */
export function moveTo(cores, pid) {
  for (const one of [pid, ...descendants(pid)]) {
    spawnSync("taskset", ["-a", "-c", "-p", cores, String(one)]);
  }
}

/** @param {number} pid @returns {number[]} */
function descendants(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" "))
      .filter((child) => child.trim() !== "")
      .flatMap((child) => [Number(child), ...descendants(Number(child))]);
  } catch {
    // It has ended meanwhile; its time is in its parent's figures.
    return [];
  }
}

const ticksPerSecond =
  Number(spawnSync("getconf", ["CLK_TCK"], { encoding: "utf8" }).stdout) || 100;

/** The fields of /proc/PID/stat from the third on: the name before them may hold anything. */
function statOf(/** @type {number} */ pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

/**
 * Seconds of processor time that a process and all it started have used, in user and system together.
 * @param {number} pid
 */
export function processorSeconds(pid) {
  const ticks = [pid, ...descendants(pid)].reduce((total, one) => {
    const stat = statOf(one);
    // utime, stime, and cutime, cstime: of children that have ended.
    return total + [11, 12, 13, 14].reduce((sum, field) => sum + Number(stat[field] ?? 0), 0);
  }, 0);
  return ticks / ticksPerSecond;
}

/** Bytes that a process and all it started have in memory. @param {number} pid */
export function residentBytes(pid) {
  return [pid, ...descendants(pid)].reduce((total, one) => {
    try {
      const status = readFileSync(`/proc/${one}/status`, "utf8");
      return total + Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
    } catch {
      return total;
    }
  }, 0);
}

/** The parent of a process. @param {number} pid */
export function parentOf(pid) {
  return Number(statOf(pid)[1]);
}

/** Milliseconds until 8 kB are on the disk, in the median: what a durable commit waits for at least. */
function syncMs(/** @type {string} */ directory) {
  const file = join(directory, "sync-probe");
  const descriptor = openSync(file, "w");
  const page = Buffer.alloc(8_192, 1);
  const times = Array.from({ length: 200 }, () => {
    const begunAt = performance.now();
    writeSync(descriptor, page, 0, page.length, 0);
    fdatasyncSync(descriptor);
    return performance.now() - begunAt;
  }).sort((a, b) => a - b);
  closeSync(descriptor);
  rmSync(file);
  return times[100] ?? Number.NaN;
}

/** @param {string} command @param {string[]} args */
function firstLineOf(command, args) {
  const { stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  return `${stdout ?? ""}${stderr ?? ""}`.trim().split("\n")[0] ?? "";
}

/**
 * The machine in words, for the table's head.
 * @param {string} directory where the database is
 * @param {string} postgresVersion
 */
export function describeMachine(directory, postgresVersion) {
  const nginx = firstLineOf("nginx", ["-v"]).replace(/^.*nginx\//, "");
  const gibibytes = Math.round(totalmem() / 1024 ** 3);
  const fileSystem = firstLineOf("stat", ["-f", "-c", "%T", directory]);
  return [
    ["Processor", `${cpus()[0]?.model.trim() ?? "unknown"}, ${coreCount} cores`],
    ["Memory", `${gibibytes} GiB`],
    ["Kernel", `${type()} ${release()}`],
    ["Node.js", process.versions.node],
    ["PostgreSQL", `${postgresVersion}, fsync and synchronous_commit on`],
    ["Disk", `${fileSystem}, 8 kB written and synced in ${syncMs(directory).toFixed(2)} ms`],
    ...(nginx ? [["nginx", nginx]] : []),
  ];
}
