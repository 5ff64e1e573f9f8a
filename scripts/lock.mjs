import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isSameProcess, markProcess } from "./processes.mjs";

/** @typedef {import("./processes.mjs").ProcessMark} ProcessMark */

/**
 * @param {string} file
 * @returns {ProcessMark | undefined}
 */
function readOwner(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Creates the lock with its content in one step, so that nobody ever reads half of it.
 * @param {string} file
 * @param {ProcessMark} owner
 * @returns {boolean} false when the file exists
 */
function createLock(file, owner) {
  const draft = `${file}.${owner.pid}`;
  writeFileSync(draft, JSON.stringify(owner));
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Takes away the lock of a dead process. Of several that try at once, the rename lets one succeed;
 * a live lock taken by mistake in that moment is put back.
 * @param {string} file
 */
function removeStaleLock(file) {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const owner = readOwner(aside);
  if (owner && isSameProcess(owner)) {
    try {
      linkSync(aside, file);
    } catch {
      // Somebody has taken it meanwhile.
    }
  }
  rmSync(aside, { force: true });
}

/**
 * Takes a lock file for this process unless another live process holds it. A lock whose owner was
 * killed is taken over.
 * @param {string} file
 * @returns {{ release: () => void, holder?: undefined } | { holder: ProcessMark }}
 */
export function tryLock(file) {
  const self = markProcess(process.pid);
  for (;;) {
    if (createLock(file, self)) return { release: () => rmSync(file, { force: true }) };
    const holder = readOwner(file);
    if (holder && isSameProcess(holder)) return { holder };
    removeStaleLock(file);
  }
}

/**
 * Takes a lock file, waiting for whoever holds it.
 * @param {string} file
 * @param {(holder: ProcessMark) => void} onWait called once when there is somebody to wait for
 * @returns {Promise<() => void>} releases the lock
 */
export async function waitForLock(file, onWait) {
  let hasTold = false;
  for (;;) {
    const lock = tryLock(file);
    if (!lock.holder) return lock.release;
    if (!hasTold) onWait(lock.holder);
    hasTold = true;
    await sleep(250);
  }
}
