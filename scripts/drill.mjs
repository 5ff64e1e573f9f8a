import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import postgres from "postgres";
import { bundle } from "./bundle.mjs";
import { ensureInstalled } from "./ensure.mjs";
import { atEnd, makeDirectory, runErrand } from "./errand.mjs";
import { bundleDir, root } from "./paths.mjs";
import { findPgTools, startThrowaway } from "./pg-tools.mjs";
import { findFreePort } from "./ports.mjs";
import { lastLines, Problem } from "./problem.mjs";
import { run, waitUntil } from "./processes.mjs";
import { step } from "./step.mjs";

// `npm run drill`: makes data under load, dumps it, destroys the server, restores the dump elsewhere, and proves
// that the books, the keys and the open requests are as they were. `-- --dump FILE` restores a dump of yours
// instead, which must be of pg_dump's custom format. docs/operations.md tells when to run it.

const secret = "a secret for the drill that is long enough";
const readyMs = 30_000;
const loadMs = 4_000;
const clients = 6;
/** Between two requests of a client: the plan lets 1,000 a minute through, and one is asked at the end. */
const pauseMs = 50;

const { values } = parseArgs({ options: { dump: { type: "string" } } });

await runErrand(main);

async function main() {
  await ensureInstalled();
  const tools = findPgTools();
  if (!tools) {
    throw new Problem(
      "pg_dump, pg_restore and initdb of PostgreSQL 15 or later weren't found. Install PostgreSQL, or set PG_BINDIR.",
    );
  }
  await step("programs", "bundling", async () => {
    const programs = {
      migrate: "db/migrate.ts",
      seed: "db/seed.ts",
      gateway: "lib/gateway/main.ts",
      "verify-ledger": "lib/billing/verify-main.ts",
    };
    await bundle(programs, join(bundleDir, "drill"));
    return `with PostgreSQL ${tools.major}`;
  });
  const directory = makeDirectory("drill");
  const given = values.dump ? resolve(process.env.INIT_CWD ?? process.cwd(), values.dump) : null;
  if (given && !existsSync(given)) throw new Problem(`There is no ${given}.`);
  const made = given ? null : await makeDump(tools.bin, directory);
  await restore(tools.bin, directory, given ?? made?.file ?? "", made);
  return 0;
}

/**
 * @param {string} bin
 * @param {string} directory
 */
async function makeDump(bin, directory) {
  const server = await startThrowaway(bin, join(directory, "first"));
  atEnd(() => server.destroy());
  await createDatabase(server.url("postgres"));
  const url = server.url("gatehouse");
  await step("data", "migrating and seeding", async () => {
    await runProgram("migrate", url);
    await runProgram("seed", url, { DEMO_PASSWORD: "a password for the drill" });
  });
  const key = await makeKey(url);
  const gateway = await startGateway(url);
  const load = startLoad(gateway.origin, key);
  await sleep(loadMs);
  const file = join(directory, "dump");
  let mark = { fingerprint: "", holds: 0 };
  await step("dump", "while requests are answered", async () => {
    mark = await dumpWithMark(bin, url, file);
    return `${(statSync(file).size / 1e6).toFixed(1)} MB, ${mark.holds} requests open`;
  });
  await step("disaster", "ending the gateway and the server", async () => {
    const sent = await load.stop(() => gateway.kill());
    await server.destroy();
    return `after ${sent} requests; nothing is left of the server`;
  });
  return { file, key, ...mark };
}

/**
 * @param {string} bin
 * @param {string} directory
 * @param {string} file
 * @param {{ key: string, fingerprint: string, holds: number } | null} made null for a dump of others
 */
async function restore(bin, directory, file, made) {
  const server = await startThrowaway(bin, join(directory, "second"));
  atEnd(() => server.destroy());
  await createDatabase(server.url("postgres"));
  const url = server.url("gatehouse");
  await step("restore", "restoring the dump", async () => {
    const args = ["--dbname", url, "--no-owner", "--exit-on-error", "--jobs", "2", file];
    const { code, output } = await run(join(bin, "pg_restore"), args, { cwd: root });
    if (code !== 0) throw new Problem(`pg_restore failed:\n${lastLines(output)}`);
  });
  if (made) {
    await step("compare", "comparing every table", async () => {
      const restored = await withDatabase(url, (sql) => fingerprintOf(sql));
      if (restored !== made.fingerprint)
        throw new Problem("What was restored isn't what was dumped.");
      return "every table is as it was";
    });
  }
  await verify(url, "books");
  await step("migrate", "as at any start", () => runProgram("migrate", url));
  const gateway = await startGateway(url);
  await step("recovery", "settling what was open", async () => {
    const isSettled = await waitUntil(() => withDatabase(url, hasNoHolds), readyMs, 250);
    if (!isSettled) throw new Problem("Requests that were open are still held.");
    if (!made) return "nothing is held";
    const status = await askChat(gateway.origin, made.key);
    if (status !== 200) throw new Problem(`A key of before is answered ${status}.`);
    return `${made.holds} requests that were open are settled, and a key of before works`;
  });
  await gateway.stop();
  await verify(url, "books again");
  console.log("\nThe drill is passed.");
}

/** @param {string} adminUrl */
async function createDatabase(adminUrl) {
  await withDatabase(adminUrl, (sql) =>
    sql.unsafe("create database gatehouse encoding 'UTF8' template template0"),
  );
}

/**
 * @template T
 * @param {string} url
 * @param {(sql: postgres.Sql) => PromiseLike<T>} work
 * @returns {Promise<T>}
 */
async function withDatabase(url, work) {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 2 });
  }
}

/** @param {postgres.Sql} sql */
async function hasNoHolds(sql) {
  const [row] = await sql`select count(*)::int as holds from holds`;
  return row?.holds === 0;
}

/**
 * One text for the contents of every table of ours.
 * @param {postgres.Sql | postgres.TransactionSql} sql
 */
async function fingerprintOf(sql) {
  const tables = await sql`
    select quote_ident(relname) as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r' order by relname`;
  const hash = createHash("sha256");
  for (const { name } of tables) {
    const [row] = await sql.unsafe(
      `select count(*)::text as rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text as sum from ${name} t`,
    );
    hash.update(`${name} ${row?.rows} ${row?.sum}\n`);
  }
  return hash.digest("hex");
}

/**
 * Dumps one snapshot, and says what it holds, although requests go on.
 * @param {string} bin
 * @param {string} url
 * @param {string} file
 */
async function dumpWithMark(bin, url, file) {
  return await withDatabase(url, (sql) =>
    sql.begin("isolation level repeatable read read only", async (tx) => {
      // The connections that restore and dump write texts alike only with the same settings.
      await tx`set local timezone = 'UTC'`;
      const [row] = await tx`
        select pg_export_snapshot() as snapshot, (select count(*)::int from holds) as holds`;
      const args = ["--format", "custom", "--snapshot", row?.snapshot, "--file", file, url];
      const { code, output } = await run(join(bin, "pg_dump"), args, { cwd: root });
      if (code !== 0) throw new Problem(`pg_dump failed:\n${lastLines(output)}`);
      return { fingerprint: await fingerprintOf(tx), holds: Number(row?.holds) };
    }),
  );
}

/** @param {string} url */
function environmentOf(url) {
  return {
    PATH: process.env.PATH,
    NODE_ENV: /** @type {const} */ ("production"),
    DATABASE_URL: url,
    AUTH_SECRET: secret,
    LOG_LEVEL: "warn",
  };
}

/**
 * @param {string} name
 * @param {string} url
 * @param {Record<string, string>} [more]
 */
async function runProgram(name, url, more = {}) {
  const program = join(bundleDir, "drill", `${name}.mjs`);
  const env = { ...environmentOf(url), ...more };
  const { code, output } = await run(process.execPath, [program], { cwd: root, env });
  if (code !== 0) throw new Problem(`${name} failed:\n${lastLines(output)}`);
  return output.trim();
}

/**
 * @param {string} url
 * @param {string} name
 */
async function verify(url, name) {
  await step(name, "verifying", () => runProgram("verify-ledger", url));
}

/**
 * A live key of the demo workspace.
 * @param {string} url
 */
async function makeKey(url) {
  const { mintSecret } = await mintingModule();
  const minted = mintSecret("live");
  const id = randomBytes(8).toString("hex");
  await withDatabase(
    url,
    (sql) => sql`
      with made as (
        insert into api_keys (id, workspace_id, name, environment, scopes, created_by)
        select ${`key_drill_${id}`}, workspace_id, 'Drill', 'live', array['read'], user_id
        from members where role = 'owner' limit 1
        returning id, workspace_id
      )
      insert into api_key_secrets (id, key_id, workspace_id, hash, prefix, last4, state)
      select ${`sec_drill_${id}`}, id, workspace_id, ${minted.hash}, ${minted.prefix}, ${minted.last4},
        'active' from made`,
  );
  return minted.secret;
}

/** @returns {Promise<typeof import("../lib/keys/secret.ts")>} */
async function mintingModule() {
  await bundle({ secret: "lib/keys/secret.ts" }, join(bundleDir, "drill"));
  return await import(join(bundleDir, "drill", "secret.mjs"));
}

/** @param {string} url */
async function startGateway(url) {
  const port = await findFreePort();
  const env = { ...environmentOf(url), GATEWAY_PORT: String(port) };
  const program = join(bundleDir, "drill", "gateway.mjs");
  const child = spawn(process.execPath, [program], { cwd: root, env, stdio: "ignore" });
  const exited = new Promise((done) => child.once("exit", done));
  atEnd(() => child.kill("SIGKILL"));
  const origin = `http://127.0.0.1:${port}`;
  const isReady = async () => {
    try {
      return (await fetch(`${origin}/readyz`)).status === 200;
    } catch {
      return false;
    }
  };
  if (!(await waitUntil(isReady, readyMs, 100)))
    throw new Problem("The gateway doesn't get ready.");
  /** @param {NodeJS.Signals} signal */
  const end = async (signal) => {
    child.kill(signal);
    await exited;
  };
  return { origin, stop: () => end("SIGTERM"), kill: () => end("SIGKILL") };
}

/**
 * @param {string} origin
 * @param {string} key
 * @param {{ model?: string, stream?: boolean }} [options]
 * @returns {Promise<number>} the status, once the answer has ended
 */
async function askChat(origin, key, { model = "gpt-4", stream = false } = {}) {
  const answer = await fetch(`${origin}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({
      ...{ model, stream, max_tokens: 40 },
      messages: [{ role: "user", content: "Hello" }],
    }),
  });
  await answer.text();
  return answer.status;
}

/**
 * Requests one after the other, and streams that are open all the while.
 * @param {string} origin
 * @param {string} key
 */
function startLoad(origin, key) {
  let isOver = false;
  let sent = 0;
  const work = Array.from({ length: clients }, async (_, i) => {
    while (!isOver) {
      const kind = i % 3 === 0 ? { model: "mock-slow", stream: true } : {};
      const status = await askChat(origin, key, kind).catch(() => 0);
      if (status === 200) sent += 1;
      await sleep(pauseMs);
    }
  });
  return {
    /** @param {() => Promise<void>} kill ends the gateway while requests are open */
    async stop(kill) {
      isOver = true;
      await kill();
      await Promise.all(work);
      return sent;
    },
  };
}
