import { chmodSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Problem, report } from "./problem.mjs";
import { interruptRuns } from "./processes.mjs";

/** @type {Record<string, number>} */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** What runs now and has to be gone at the end, the last first. @type {(() => unknown)[]} */
const undo = [];
let isEnding = false;

/** @param {() => unknown} one what has to be done at the end, before what was said earlier */
export function atEnd(one) {
  undo.push(one);
}

/**
 * Runs a command that leaves nothing behind, however it ends, and ends the process.
 * @param {() => Promise<number>} work answers the exit code
 */
export async function runErrand(work) {
  for (const signal of Object.keys(exitCodes)) {
    process.on(signal, () => void end(exitCodes[signal] ?? 1));
  }
  try {
    await end(await work());
  } catch (error) {
    if (!isEnding) await end(report(error));
  }
}

/**
 * A directory until the end, in which PostgreSQL's account gets to its own.
 * @param {string} name
 */
export function makeDirectory(name) {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), `gatehouse-${name}-`)));
  chmodSync(directory, 0o711);
  atEnd(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Stops and removes everything, then ends. @param {number} code */
async function end(code) {
  if (isEnding) return;
  isEnding = true;
  await interruptRuns();
  for (const one of undo.reverse()) {
    try {
      await one();
    } catch (error) {
      // What never came up has told why already.
      if (!(error instanceof Problem)) console.error(error);
    }
  }
  process.exit(code);
}
