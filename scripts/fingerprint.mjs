import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

/**
 * A short text that changes whenever one of the parts does.
 * @param {(string | Buffer)[]} parts
 */
export function fingerprint(parts) {
  const hash = createHash("sha256");
  for (const part of parts) {
    hash.update(`${part.length}:`);
    hash.update(part);
  }
  return hash.digest("hex");
}

/**
 * Every file below a directory, sorted.
 * @param {string} directory
 * @param {(path: string) => boolean} isIgnored gets the path relative to `directory`
 * @returns {string[]} relative paths
 */
export function listFiles(directory, isIgnored) {
  /** @type {string[]} */
  const files = [];
  const visit = (/** @type {string} */ folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (isIgnored(relative(directory, path))) continue;
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) files.push(relative(directory, path));
    }
  };
  visit(directory);
  return files.sort();
}

/**
 * A stamp lies inside what it describes, so that deleting the one deletes the other.
 * @param {string} file
 * @param {string} value
 */
export function hasStamp(file, value) {
  try {
    return readFileSync(file, "utf8") === value;
  } catch {
    return false;
  }
}

/**
 * @param {string} file
 * @param {string} value
 */
export function writeStamp(file, value) {
  writeFileSync(file, value);
}
