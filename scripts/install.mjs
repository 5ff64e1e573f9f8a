import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fingerprint, hasStamp, writeStamp } from "./fingerprint.mjs";
import { root } from "./paths.mjs";
import { lastLines, Problem } from "./problem.mjs";
import { run } from "./processes.mjs";

/**
 * @typedef {{ version?: string, optional?: boolean, os?: string[], cpu?: string[],
 *   libc?: string[] }} LockedPackage
 * @typedef {{ packages: Record<string, LockedPackage> }} Lockfile
 */

const stampFile = join(root, "node_modules", ".gatehouse-install");

/** What installed packages depend on; native ones are built for a platform and Node's interface. */
function describeInstall() {
  const { platform, arch, versions } = process;
  const lockfile = readFileSync(join(root, "package-lock.json"));
  return fingerprint([lockfile, platform, arch, versions.modules]);
}

/** Whether `node_modules` is what the lockfile says. */
export function isInstalled() {
  const description = describeInstall();
  if (hasStamp(stampFile, description)) return true;
  if (!isInstalledByHand()) return false;
  writeStamp(stampFile, description);
  return true;
}

/**
 * Whether somebody has run `npm install` or `npm ci` before us: npm leaves a list of what it has
 * installed, written last. Only packages for other platforms may be missing from it.
 */
function isInstalledByHand() {
  const wanted = readLockfile(join(root, "package-lock.json"));
  const present = readLockfile(join(root, "node_modules", ".package-lock.json"));
  if (!wanted || !present) return false;
  return Object.entries(wanted.packages).every(([path, locked]) => {
    if (path === "") return true;
    const installed = present.packages[path];
    return installed ? installed.version === locked.version : isForElsewhere(locked);
  });
}

/** @param {LockedPackage} locked */
function isForElsewhere({ optional, os, cpu, libc }) {
  if (!optional) return false;
  // What names no platform is there for the sake of another package that does.
  if (!os && !cpu && !libc) return true;
  const excludes = (/** @type {string[] | undefined} */ list, /** @type {string} */ value) =>
    list !== undefined && !list.includes(value);
  return excludes(os, process.platform) || excludes(cpu, process.arch) || excludes(libc, "glibc");
}

/**
 * @param {string} file
 * @returns {Lockfile | undefined}
 */
function readLockfile(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** Installs exactly what the lockfile says, for running and for testing. */
export async function installPackages() {
  const { code, output } = await runNpm(["ci", "--include=dev", "--no-audit", "--no-fund"]);
  if (code !== 0) {
    console.error(`\n${lastLines(output)}`);
    throw new Problem("npm ci failed, see above. Check the network and run the command again.");
  }
  writeStamp(stampFile, describeInstall());
}

/**
 * Installs what a directory of ours needs by a lockfile of its own, unless it is there.
 * @param {string} name the directory, inside of the repository
 * @returns {Promise<string>} what was done, in a word or two
 */
export async function installPackagesOf(name) {
  const directory = join(root, name);
  const stamp = join(directory, "node_modules", ".gatehouse-install");
  const lockfile = readFileSync(join(directory, "package-lock.json"));
  const wanted = fingerprint([lockfile, process.versions.modules]);
  if (hasStamp(stamp, wanted)) return "up to date";
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund"];
  const { code, output } = await runNpm(["ci", "--prefix", directory, ...flags]);
  if (code !== 0) throw new Problem(`npm ci --prefix ${name} failed:\n${lastLines(output)}`);
  writeStamp(stamp, wanted);
  return "installed";
}

/** @param {string[]} args */
async function runNpm(args) {
  // Under `npm start` this is npm's own script, which works where no `npm` is on the PATH.
  const npmScript = process.env.npm_execpath ?? "";
  const isNpm = basename(npmScript).startsWith("npm-cli");
  const [command, first] = isNpm ? [process.execPath, [npmScript]] : ["npm", []];
  try {
    return await run(command, [...first, ...args], {
      cwd: root,
      env: { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1" },
    });
  } catch {
    throw new Problem("npm was not found. Install Node with npm, or run npm ci by hand first.");
  }
}
