import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Reads the lines `NAME=value` of a file; quotes around a value and comments are left out.
 * @param {string} text
 * @returns {Record<string, string>}
 */
export function parseDotenv(text) {
  /** @type {Record<string, string>} */
  const values = {};
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line);
    if (!match) continue;
    const [, name = "", given = ""] = match;
    const quoted = /^(["'])(.*?)\1/.exec(given);
    values[name] = quoted ? (quoted[2] ?? "") : given.replace(/(^|\s+)#.*$/, "");
  }
  return values;
}

/**
 * What `.env.local` and `.env` say, the first being stronger. Next reads them by itself; the other
 * processes get the same.
 * @param {string} directory
 */
export function readDotenv(directory) {
  /** @type {Record<string, string>} */
  const values = {};
  for (const name of [".env", ".env.local"]) {
    try {
      Object.assign(values, parseDotenv(readFileSync(join(directory, name), "utf8")));
    } catch {
      // Both are optional.
    }
  }
  return values;
}
