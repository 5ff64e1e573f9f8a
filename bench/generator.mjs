import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { otherCores, spawnOn } from "./machine.mjs";

const program = fileURLToPath(new URL("./load.mjs", import.meta.url));

/**
 * @typedef {object} LoadResult
 * @property {number} served every answer, those before and after the measured time included
 * @property {number} measured
 * @property {number} elapsedMs
 * @property {{ p50: number, p99: number }} latency milliseconds
 * @property {{ p50: number, p99: number }} firstByte milliseconds to the first byte of the body
 */

/**
 * The load generator's process. It is kept over all runs, so that none of them pays for its start.
 */
export class Generator {
  constructor() {
    this.child = spawnOn(otherCores, [process.execPath, program], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
  }

  /**
   * Runs a load. `onMeasuring` and `onMeasured` are called at the two ends of the measured time. Throws
   * for an answer that isn't the one expected.
   * @param {import("./load.mjs").Job} job
   * @param {{ onMeasuring: () => void, onMeasured: () => void }} hooks
   * @returns {Promise<LoadResult>}
   */
  async run(job, { onMeasuring, onMeasured }) {
    this.child.send(job);
    for (;;) {
      const [message] = await once(this.child, "message");
      if (message.type === "measuring") onMeasuring();
      else if (message.type === "measured") onMeasured();
      else if (message.type === "result") return message.result;
      else throw new Error(message.message);
    }
  }

  stop() {
    this.child.disconnect();
  }
}
