import { createWriteStream, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** @typedef {import("node:stream").Readable} Readable */

const fileBytesMax = 10_000_000;
const warnLevel = 40;

/**
 * Keeps what a process says in DATA_DIR/logs, and shows on the console what a person should see:
 * warnings and worse of the structured log, and everything that went to stderr as plain text.
 * @param {string} dataDir
 * @param {string} name
 */
export function openLog(dataDir, name) {
  const directory = join(dataDir, "logs");
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${name}.log`);
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > fileBytesMax) {
    renameSync(file, `${file}.1`);
  }
  const stream = createWriteStream(file, { flags: "a", mode: 0o600 });
  // A full disk must not take the product down.
  stream.on("error", () => undefined);

  return {
    file,
    /**
     * @param {Readable} output
     * @param {boolean} isError
     */
    follow(output, isError) {
      createInterface({ input: output }).on("line", (line) => {
        stream.write(`${line}\n`);
        const text = textForConsole(line, isError);
        if (text !== "") console.error(`${name.padEnd(8)} ${text}`);
      });
    },
    close: () => stream.end(),
  };
}

/**
 * @param {string} line
 * @param {boolean} isError whether it came on stderr
 * @returns {string} "" when it isn't for the console
 */
export function textForConsole(line, isError) {
  const level = /^\{"level":(\d+)/.exec(line)?.[1];
  if (level === undefined) return isError ? line : "";
  if (Number(level) < warnLevel) return "";
  try {
    const { msg, err, requestId } = JSON.parse(line);
    const parts = [msg, err?.message, requestId && `(${requestId})`];
    return parts.filter((part) => part !== undefined && part !== "").join(" ");
  } catch {
    return line;
  }
}
