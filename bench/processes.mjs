import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { lastLines, Problem } from "../scripts/problem.mjs";
import { isRunning, signalGroup, waitUntil } from "../scripts/processes.mjs";
import { spawnOn } from "./machine.mjs";

/** @typedef {{ pid: number, stop: () => Promise<void>, output: () => string }} Service */

const startMsMax = 30_000;
const stopMsMax = 15_000;

/**
 * Starts a server on some cores and waits until it answers on its port, with whatever status.
 * @param {string} name
 * @param {string} cores
 * @param {string[]} command
 * @param {{ port: number, env?: Record<string, string | undefined>, cwd?: string, probe?: string }} options
 * @returns {Promise<Service>}
 */
export async function startService(name, cores, command, { port, env = {}, cwd, probe = "/" }) {
  const child = spawnOn(cores, command, {
    cwd,
    env: { PATH: process.env.PATH, NODE_ENV: "production", PORT: String(port), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const collect = (/** @type {Buffer} */ data) => {
    output = `${output}${data}`.slice(-20_000);
  };
  child.stdout?.on("data", collect);
  child.stderr?.on("data", collect);
  const exited = once(child, "exit");
  const { pid } = child;
  if (pid === undefined) throw new Problem(`${name} did not start.`);

  const answers = async () => {
    if (!isRunning(pid)) throw new Problem(`${name} ended at once:\n${lastLines(output)}`);
    const signal = AbortSignal.timeout(2_000);
    const answer = await fetch(`http://127.0.0.1:${port}${probe}`, { signal }).catch(() => null);
    await answer?.arrayBuffer();
    return answer !== null;
  };
  if (!(await waitUntil(answers, startMsMax, 100))) {
    signalGroup(pid, "SIGKILL");
    throw new Problem(`${name} does not answer:\n${lastLines(output)}`);
  }
  return {
    pid,
    output: () => output,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      signalGroup(pid, "SIGTERM");
      await Promise.race([exited, sleep(stopMsMax, undefined, { ref: false })]);
      signalGroup(pid, "SIGKILL");
    },
  };
}
