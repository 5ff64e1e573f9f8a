import { spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { chooseAccount } from "./pg-account.mjs";
import { findFreePort } from "./ports.mjs";
import { lastLines, Problem } from "./problem.mjs";
import { run } from "./processes.mjs";

/** @typedef {import("./pg-account.mjs").Account} Account */

const needed = ["initdb", "pg_ctl", "pg_dump", "pg_restore"];
const majorMin = 15;
/** Where distributions put the programs of a version, and how they sort. */
const homes = ["/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt"];

/**
 * A directory with PostgreSQL's server and its dump programs, the newest there is: `npm` brings the server
 * alone. PG_BINDIR names one.
 * @returns {{ bin: string, major: number } | null}
 */
export function findPgTools(env = process.env) {
  const configured = spawnSync("pg_config", ["--bindir"], { encoding: "utf8" });
  const candidates = [
    env.PG_BINDIR ?? "",
    ...homes.flatMap((home) => listDirectory(home).map((name) => join(home, name, "bin"))),
    configured.status === 0 ? configured.stdout.trim() : "",
  ];
  const found = candidates
    .filter((bin) => bin !== "" && needed.every((name) => existsSync(join(bin, name))))
    .map((bin) => ({ bin, major: majorOf(bin) }))
    .filter(({ major }) => major >= majorMin);
  return (env.PG_BINDIR ? found[0] : found.sort((a, b) => b.major - a.major)[0]) ?? null;
}

/** @param {string} path */
function listDirectory(path) {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** @param {string} bin */
function majorOf(bin) {
  const { stdout } = spawnSync(join(bin, "pg_dump"), ["--version"], { encoding: "utf8" });
  return Number(/ (\d+)/.exec(stdout ?? "")?.[1] ?? 0);
}

/**
 * A server for a while, on loopback, whose data is thrown away. Anybody on this machine may connect.
 * @param {string} bin
 * @param {string} directory made for it; PostgreSQL's account must get there
 */
export async function startThrowaway(bin, directory) {
  const account = chooseAccount(directory);
  mkdirSync(directory, { mode: 0o700 });
  if (account) chownSync(directory, account.uid, account.gid);
  const data = join(directory, "data");
  /** @param {string} program @param {string[]} args */
  const call = async (program, args) => {
    const { code, output } = await run(join(bin, program), args, {
      cwd: "/",
      uid: account?.uid,
      gid: account?.gid,
    });
    if (code !== 0) throw new Problem(`${program} failed:\n${lastLines(output)}`);
  };
  await call("initdb", [
    ...["--pgdata", data, "--username", "postgres", "--auth", "trust", "--no-sync"],
    ...["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-instructions"],
  ]);
  const port = await findFreePort();
  const flags = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "jit=off", "fsync=off"];
  const log = join(directory, "log");
  const options = `-p ${port} ${flags.map((flag) => `-c ${flag}`).join(" ")}`;
  await call("pg_ctl", [
    "start",
    "--wait",
    "--silent",
    "--pgdata",
    data,
    "--log",
    log,
    "--options",
    options,
  ]);
  return {
    /** @param {string} name of a database */
    url: (name) => `postgres://postgres@127.0.0.1:${port}/${name}`,
    /** As a machine that loses its disks: nothing is left. */
    async destroy() {
      if (!existsSync(data)) return;
      await call("pg_ctl", ["stop", "--mode", "immediate", "--silent", "--pgdata", data]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
