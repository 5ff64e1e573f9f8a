import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * @typedef {object} ProcessInfo
 * @property {boolean} isZombie dead, but not yet collected by its parent
 * @property {string} startedAt opaque; with the pid it names one process for good
 * @property {string} command the command line, words separated by spaces
 */

/**
 * What the system knows of a process.
 * @param {number} pid
 * @returns {ProcessInfo | undefined} undefined when there is none
 */
function describeProcess(pid) {
  if (process.platform === "linux") {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The name in parentheses may itself hold spaces and parentheses.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trim();
      return {
        isZombie: fields[0] === "Z" || fields[0] === "X",
        startedAt: fields[19] ?? "",
        command,
      };
    } catch {
      return undefined;
    }
  }
  const ps = spawnSync("ps", ["-ww", "-o", "stat=,lstart=,command=", "-p", String(pid)], {
    encoding: "utf8",
  });
  // For example: "Ss   Fri Nov 21 04:01:00 2025 /usr/bin/node scripts/start.mjs"
  const match = /^(\S+)\s+((?:\S+\s+){4}\S+)\s+(.*)$/.exec((ps.stdout ?? "").trim());
  if (!match) return undefined;
  const [, state = "", startedAt = "", command = ""] = match;
  return { isZombie: state.startsWith("Z"), startedAt, command };
}

/**
 * Whether a process lives. `kill(pid, 0)` alone also says yes to zombies.
 * @param {number} pid
 */
export function isRunning(pid) {
  const info = describeProcess(pid);
  return info !== undefined && !info.isZombie;
}

/**
 * @param {number} pid
 * @returns {string} "" when the process is gone
 */
export function commandOf(pid) {
  const info = describeProcess(pid);
  return info && !info.isZombie ? info.command : "";
}

/**
 * What to write down about a process so that a later one with the same pid isn't taken for it.
 * @typedef {{ pid: number, startedAt: string }} ProcessMark
 * @param {number} pid
 * @returns {ProcessMark}
 */
export function markProcess(pid) {
  return { pid, startedAt: describeProcess(pid)?.startedAt ?? "" };
}

/**
 * Whether the very process that was marked still lives.
 * @param {ProcessMark} mark
 */
export function isSameProcess(mark) {
  const info = describeProcess(mark.pid);
  return info !== undefined && !info.isZombie && info.startedAt === mark.startedAt;
}

/**
 * Signals a process group, which every child of ours leads; one that is gone is no error.
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
export function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // It ended by itself.
  }
}

/**
 * Waits until a condition holds.
 * @param {() => boolean | Promise<boolean>} condition
 * @param {number} timeoutMs
 * @returns {Promise<boolean>} false when the time ran out
 */
export async function waitUntil(condition, timeoutMs, intervalMs = 50) {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() >= deadline) return false;
    await sleep(intervalMs);
  }
  return true;
}

/** @type {Set<number>} */
const interruptible = new Set();

/** Ends what `run` has under way: our children don't get the terminal's Ctrl-C themselves. */
export async function interruptRuns() {
  for (const pid of interruptible) signalGroup(pid, "SIGTERM");
  if (await waitUntil(() => interruptible.size === 0, 5000)) return;
  for (const pid of interruptible) signalGroup(pid, "SIGKILL");
}

/**
 * Runs a command to its end in a process group of its own.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, uid?: number, gid?: number,
 *   isProtected?: boolean, isShown?: boolean }} [options] `isShown` lets the output through
 *   instead of collecting it; `isProtected` keeps `interruptRuns` off
 * @returns {Promise<{ code: number, output: string }>} code 128 + n when signal n ended it
 */
export function run(command, args, { isProtected = false, isShown = false, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...options,
      detached: true,
      stdio: isShown ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
    });
    const { pid } = child;
    if (pid !== undefined && !isProtected) interruptible.add(pid);
    let output = "";
    const collect = (/** @type {Buffer} */ chunk) => {
      output += chunk;
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (pid !== undefined) interruptible.delete(pid);
      resolve({ code: code ?? (signal === "SIGINT" ? 130 : 143), output });
    });
  });
}
