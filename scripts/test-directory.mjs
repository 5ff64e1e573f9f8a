import { accessSync, constants, readFileSync, statfsSync } from "node:fs";
import { freemem, tmpdir } from "node:os";

const memory = "/dev/shm";
const roomBytesMin = 3 * 1024 ** 3;
const freeBytesMin = 6 * 1024 ** 3;

/**
 * Where what a run of the tests writes belongs: in memory, where there is enough of it, else where temporary
 * files go. Each test file has a database of its own, which is a thousand files made and deleted; on a disk
 * that takes several times the work of the tests themselves.
 */
export function testDirectory() {
  try {
    accessSync(memory, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(memory);
    if (bavail * bsize < roomBytesMin || freemem() < freeBytesMin) return tmpdir();
    // PostgreSQL's account may need a copy of the programs beside the data; containers often forbid that here.
    return mayRunPrograms(readFileSync("/proc/mounts", "utf8")) ? memory : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** @param {string} mounts as in `/proc/mounts`; of several at one place the last one counts */
function mayRunPrograms(mounts) {
  const lines = mounts.split("\n").map((line) => line.split(" "));
  const [, , type, options = "noexec"] = lines.findLast(([, place]) => place === memory) ?? [];
  return type === "tmpfs" && !options.split(",").includes("noexec");
}
