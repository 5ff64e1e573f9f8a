import { chmodSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout: everything else is resolved against it, wherever the command was typed. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Where esbuild puts the processes that aren't Next. */
export const bundleDir = join(root, "dist");

/** Where Next puts its build; `next.config.ts` reads the same variable. */
export function nextDir(env = process.env) {
  return resolve(root, env.NEXT_DIST_DIR || ".next");
}

/** Where the running product keeps everything it writes. */
export function dataDir(env = process.env) {
  return resolve(root, env.DATA_DIR || ".data");
}

/**
 * Makes the data directory. It may be entered by everyone and read only by its owner: the account
 * that PostgreSQL runs as has to pass through it, and secrets have modes of their own.
 * @param {string} directory
 */
export function makeDataDir(directory) {
  if (mkdirSync(directory, { recursive: true, mode: 0o755 }) === undefined) return;
  chmodSync(directory, 0o711);
}
