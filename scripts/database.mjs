import { join } from "node:path";
import { startPostgres } from "./pg.mjs";
import { report } from "./problem.mjs";
import { step } from "./step.mjs";

const watchMs = 1000;
const failedStartsMax = 5;

/**
 * Starts the embedded PostgreSQL of a data directory and starts it again, at the same address, if
 * it is killed. The services find it by themselves when it is back.
 * @param {string} directory the data directory
 * @param {{ onStop: (stop: () => Promise<void>) => void, onGiveUp: () => void }} hooks `onStop` gets
 *   the way to stop it as soon as there is something to stop
 * @returns {Promise<string>} its URL
 */
export async function keepDatabase(directory, { onStop, onGiveUp }) {
  const dataDir = join(directory, "postgres");
  /** The start that was made last, whether it has finished or not. */
  let starting = startPostgres({ dataDir });
  /** @type {NodeJS.Timeout | undefined} */
  let watch;
  onStop(async () => {
    clearInterval(watch);
    const server = await starting.catch(() => undefined);
    await server?.stop();
  });

  await step("database", "starting PostgreSQL", async () => {
    const { port, isReused } = await starting;
    return `PostgreSQL on port ${port}${isReused ? ", was running" : ""}`;
  });
  let server = await starting;
  if (server.dataDir !== dataDir) {
    const reason = `its user may not enter ${directory}`;
    console.log(`            kept in ${server.dataDir}, because ${reason}`);
  }

  let isBusy = false;
  let failedStarts = 0;
  const check = async () => {
    if (isBusy || server.isRunning()) return;
    isBusy = true;
    console.error(`PostgreSQL ended, starting it again. See ${server.logFile}.`);
    starting = startPostgres({ dataDir, port: server.port });
    try {
      server = await starting;
      // However often it is killed: one that starts is one that can go on.
      failedStarts = 0;
    } catch (error) {
      report(error);
      if (++failedStarts >= failedStartsMax) {
        clearInterval(watch);
        console.error(`PostgreSQL could not be started ${failedStartsMax} times in a row.`);
        onGiveUp();
        return;
      }
    }
    isBusy = false;
  };
  watch = setInterval(() => void check(), watchMs);
  return server.url;
}
