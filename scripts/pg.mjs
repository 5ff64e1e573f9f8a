import { randomBytes } from "node:crypto";
import {
  chownSync,
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { findBinaries } from "./pg-binaries.mjs";
import { giveTo, removeHome, settleHome, writePointer } from "./pg-home.mjs";
import { clearRemains, findPostmaster, readPostmasterFile } from "./pg-postmaster.mjs";
import { findFreePort, isPortFree } from "./ports.mjs";
import { lastLines, Problem } from "./problem.mjs";
import { isRunning, run, waitUntil } from "./processes.mjs";

/** @typedef {import("./pg-home.mjs").Home} Home */
/** @typedef {Home & { binaries: string, password: string, logFile: string }} Server */
/** @typedef {{ pid: number, port: number }} Postmaster */

const databaseName = "gatehouse";
const serverMajor = "18";
const logBytesMax = 10_000_000;

const settings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  // Two tests at once, each with two gateways, are more than a hundred.
  max_connections: "200",
  timezone: "UTC",
  log_timezone: "UTC",
  log_checkpoints: "off",
  // Compiling a plan costs more than our queries do.
  jit: "off",
};

/** What may be lost in a crash is no loss in a test. */
const fastSettings = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_wal_size: "256MB",
};

/**
 * Starts the PostgreSQL that came with npm, or finds the one that runs for this directory already:
 * it survives a killed owner and is taken over by the next. Everything lives in `dataDir`, which
 * belongs to this function alone; when we are root and PostgreSQL's account can't get there, the
 * data is kept elsewhere and `dataDir` says where.
 *
 * It listens on 127.0.0.1 only and asks for a random password. `port` is a wish for a fixed port;
 * without it the port of the last time is kept while it is free. `fast` trades durability for
 * speed. Throws a Problem that says what to do.
 * @param {{ dataDir: string, port?: number, fast?: boolean }} options
 * @returns {Promise<{ url: string, port: number, dataDir: string, logFile: string,
 *   isReused: boolean, isRunning: () => boolean, stop: () => Promise<void>, remove: () => Promise<void> }>} `url` is the
 *   superuser's, for the database "gatehouse"; `dataDir` is where the data really is; `remove`
 *   stops the server and deletes all that was made
 */
export async function startPostgres({ dataDir, port: wishedPort, fast = false }) {
  const home = settleHome(resolve(dataDir), { isTemporary: fast });
  if (home.isLeftover) await clearLeftover(home);
  writePointer(home);
  /** @type {Server} */
  const server = {
    ...home,
    binaries: findBinaries(home.account, home.directory),
    password: readPassword(home),
    logFile: join(home.directory, "postgres.log"),
  };
  await createCluster(server, fast);

  let postmaster = await findRunning(server);
  if (postmaster && wishedPort !== undefined && postmaster.port !== wishedPort) {
    await stopServer(server);
    postmaster = undefined;
  }
  const isReused = postmaster !== undefined;
  const { port } = postmaster ?? (await launch(server, wishedPort, fast));
  await createDatabase(server, port);

  const stop = () => stopServer(server);
  return {
    url: addressOf(server, port, databaseName),
    port,
    dataDir: server.directory,
    logFile: server.logFile,
    isReused,
    isRunning: () => findPostmaster(server.cluster) !== undefined,
    stop,
    async remove() {
      await stop();
      removeHome(server.asked);
    },
  };
}

/**
 * The address of the server that was started for a directory, for another process of the same user.
 * @param {string} dataDir
 */
export function databaseUrlOf(dataDir) {
  const [password = "", port = ""] = ["password", "port"].map((name) =>
    readFileSync(join(dataDir, name), "utf8").trim(),
  );
  return addressOf({ password }, Number(port), databaseName);
}

/**
 * @param {{ password: string }} server
 * @param {number} port
 * @param {string} database
 */
function addressOf({ password }, port, database) {
  return `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
}

/**
 * The superuser's password, made at the first start. Only whoever starts the server can read it.
 * @param {Home} home
 */
function readPassword(home) {
  const file = join(home.asked, "password");
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  if (existsSync(join(home.cluster, "PG_VERSION"))) {
    throw new Problem(
      `${file} is missing, so nobody can sign in to that database. ` +
        `Put it back, or delete ${home.asked} to begin with an empty one.`,
    );
  }
  const password = randomBytes(24).toString("hex");
  rememberIn(home, "password", password);
  return password;
}

/**
 * Writes a file that only the owner of the data (and root) can read.
 * @param {Home} home
 * @param {string} name
 * @param {string} text
 */
function rememberIn(home, name, text) {
  const file = join(home.asked, name);
  writeFileSync(file, `${text}\n`, { mode: 0o600 });
  if (home.account) chownSync(file, home.account.uid, home.account.gid);
}

/**
 * Runs one of PostgreSQL's own programs as the account that owns the data. It gets a process group
 * of its own, and is protected from interruption: half a stop would leave a server behind.
 * @param {Server} server
 * @param {string} program
 * @param {string[]} args
 */
function runProgram(server, program, args) {
  return run(join(server.binaries, "bin", program), args, {
    uid: server.account?.uid,
    gid: server.account?.gid,
    // The account may not be allowed into the directory that we were started in.
    cwd: "/",
    env: { ...process.env, HOME: server.directory, LC_ALL: "C", TZ: "UTC", PGDATA: undefined },
    isProtected: true,
  });
}

/**
 * Makes the data directory if there is none. It is made under another name and renamed, so that an
 * interrupted attempt is never taken for a database.
 * @param {Server} server
 * @param {boolean} fast
 */
async function createCluster(server, fast) {
  const versionFile = join(server.cluster, "PG_VERSION");
  if (existsSync(versionFile)) {
    const version = readFileSync(versionFile, "utf8").trim();
    if (version === serverMajor) return;
    throw new Problem(
      `The data in ${server.cluster} is from PostgreSQL ${version}, this release runs ` +
        `${serverMajor}. Move it with pg_dump, or set DATA_DIR to another directory.`,
    );
  }
  const draft = `${server.cluster}.new`;
  const passwordFile = join(server.directory, "password.new");
  rmSync(draft, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  writeFileSync(passwordFile, server.password, { mode: 0o600 });
  if (server.account) chownSync(passwordFile, server.account.uid, server.account.gid);
  const { code, output } = await runProgram(server, "initdb", [
    ...["--pgdata", draft, "--username", "postgres", "--pwfile", passwordFile],
    ...["--auth", "scram-sha-256", "--encoding", "UTF8", "--no-instructions"],
    ...(fast ? ["--no-sync"] : []),
    // The same order of texts everywhere, whatever the operating system has installed.
    ...["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"],
  ]);
  rmSync(passwordFile, { force: true });
  if (code !== 0) {
    throw new Problem(`PostgreSQL could not create its data directory:\n${lastLines(output)}`);
  }
  renameSync(draft, server.cluster);
}

/**
 * A server of ours that runs already and answers, once it has finished starting (or stopping).
 * @param {Server} server
 * @returns {Promise<Postmaster | undefined>}
 */
async function findRunning(server) {
  const isSettled = await waitUntil(() => {
    const postmaster = findPostmaster(server.cluster);
    return postmaster === undefined || postmaster.state === "ready";
  }, 60_000);
  const postmaster = findPostmaster(server.cluster);
  if (!postmaster) return undefined;
  if (!isSettled) {
    throw new Problem(
      `PostgreSQL (pid ${postmaster.pid}) neither gets ready nor stops. See ${server.logFile}.`,
    );
  }
  // Ask before trusting it: a wrong database must never be migrated.
  const directory = await query(server, postmaster.port, async (sql) => {
    const [row] = await sql`select current_setting('data_directory') as directory`;
    return String(row?.directory);
  });
  if (realpathSync(directory) !== realpathSync(server.cluster)) {
    throw new Problem(`Port ${postmaster.port} belongs to another PostgreSQL (${directory}).`);
  }
  return postmaster;
}

/**
 * @param {Server} server
 * @param {number | undefined} wishedPort
 * @param {boolean} fast
 * @returns {Promise<Postmaster>}
 */
async function launch(server, wishedPort, fast) {
  await clearRemains(server.cluster);
  if ((statSync(server.logFile, { throwIfNoEntry: false })?.size ?? 0) > logBytesMax) {
    truncateSync(server.logFile);
  }
  const flags = Object.entries({ ...settings, ...(fast ? fastSettings : {}) })
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(" ");
  for (let attempt = 1; ; attempt += 1) {
    const port = wishedPort ?? (await choosePort(server));
    const logStart = statSync(server.logFile, { throwIfNoEntry: false })?.size ?? 0;
    const { code, output } = await runProgram(server, "pg_ctl", [
      ...["start", "--wait", "--timeout", "120", "--silent"],
      ...["--pgdata", server.cluster, "--log", server.logFile, "--options", `-p ${port} ${flags}`],
    ]);
    if (code === 0) {
      rememberIn(server, "port", String(port));
      return { pid: readPostmasterFile(server.cluster)?.pid ?? 0, port };
    }
    const log = existsSync(server.logFile)
      ? readFileSync(server.logFile).subarray(logStart).toString()
      : "";
    // Somebody took the port after we had looked.
    const wasPortTaken = /Address already in use/i.test(log);
    if (wasPortTaken && wishedPort === undefined && attempt < 5) continue;
    throw new Problem(`PostgreSQL did not start:\n${lastLines(log || output, 8)}`);
  }
}

/**
 * The port of the last time while it is free, so that a saved connection keeps working.
 * @param {Server} server
 */
async function choosePort(server) {
  const file = join(server.asked, "port");
  const remembered = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  if (remembered > 0 && (await isPortFree(remembered))) return remembered;
  return findFreePort();
}

/** @param {Server} server */
async function stopServer(server) {
  const postmaster = findPostmaster(server.cluster);
  if (!postmaster) return;
  for (const mode of ["fast", "immediate"]) {
    await runProgram(server, "pg_ctl", [
      ...["stop", "--pgdata", server.cluster, "--mode", mode, "--timeout", "30", "--silent"],
    ]);
    if (!isRunning(postmaster.pid)) return;
  }
  process.kill(postmaster.pid, "SIGKILL");
}

/**
 * Removes the data of an asked directory that was deleted: whoever does that wants a new beginning.
 * @param {Home} home
 */
async function clearLeftover(home) {
  const postmaster = findPostmaster(home.cluster);
  if (postmaster) {
    process.kill(postmaster.pid, "SIGQUIT");
    await waitUntil(() => !isRunning(postmaster.pid), 10_000);
  }
  rmSync(home.directory, { recursive: true, force: true });
  if (home.account) giveTo(home.account, home.directory);
}

/**
 * @template T
 * @param {Server} server
 * @param {number} port
 * @param {(sql: import("postgres").Sql) => Promise<T>} ask
 * @returns {Promise<T>}
 */
async function query(server, port, ask) {
  // Loaded here because this file is also read before the packages are installed.
  const { default: postgres } = await import("postgres");
  const sql = postgres(addressOf(server, port, "postgres"), { max: 1, onnotice: () => undefined });
  try {
    return await ask(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/**
 * @param {Server} server
 * @param {number} port
 */
async function createDatabase(server, port) {
  await query(server, port, async (sql) => {
    const found = await sql`select 1 from pg_database where datname = ${databaseName}`;
    if (found.length === 0) await sql.unsafe(`create database ${databaseName}`);
  });
}
