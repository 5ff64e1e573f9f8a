import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import postgres from "postgres";
import { Pool } from "undici";
import { bundle } from "./bundle.mjs";
import { ensureInstalled } from "./ensure.mjs";
import { atEnd, makeDirectory, runErrand } from "./errand.mjs";
import { bundleDir, root } from "./paths.mjs";
import { startPostgres } from "./pg.mjs";
import { findFreePort } from "./ports.mjs";
import { lastLines, Problem } from "./problem.mjs";
import { run, waitUntil } from "./processes.mjs";
import { step } from "./step.mjs";

// `npm run simulate`: ten thousand workspaces with a million keys, and requests as customers send them: a few
// customers send most (Zipf). Prints what was measured as a table; docs/scaling.md tells how to read it.
//   -- --workspaces 10000 --keys 100 --gateways 1,2 --clients 4,16,64 --seconds 10 --zipf 1.1
// With --pgbouncer the gateways go through one that is started for it, with so many connections to the database.

const { values } = parseArgs({
  options: {
    workspaces: { type: "string", default: "10000" },
    keys: { type: "string", default: "100" },
    gateways: { type: "string", default: "1,2" },
    clients: { type: "string", default: "4,16,64" },
    seconds: { type: "string", default: "10" },
    zipf: { type: "string", default: "1.1" },
    database: { type: "string" },
    pool: { type: "string" },
    pgbouncer: { type: "string" },
  },
});
const workspaces = Number(values.workspaces);
const keysEach = Number(values.keys);
const secret = "a secret for the simulation, long enough";
const readyMs = 60_000;
const prefix = "sim-";
/** Linux counts in these, whatever its kernel does. */
const ticksASecond = 100;

await runErrand(main);

async function main() {
  await ensureInstalled();
  const directory = makeDirectory("simulate");
  await bundle(
    {
      migrate: "db/migrate.ts",
      gateway: "lib/gateway/main.ts",
      "verify-ledger": "lib/billing/verify-main.ts",
      pgbouncer: "lib/gateway/testing/pgbouncer.ts",
    },
    join(bundleDir, "simulate"),
  );
  const url = values.database ?? (await openServer(directory));
  await runProgram("migrate", url);
  await step("tenants", `${workspaces} workspaces of ${keysEach} keys`, () => fill(url));
  describeMachine();
  console.log(await withDatabase(url, sizesOf));
  console.log(await withDatabase(url, lookUpTimes));
  console.log(
    "\n| gateways | clients | requests/s | p50 ms | p95 ms | p99 ms | not 200 | PostgreSQL CPU % |",
  );
  console.log("|---|---|---|---|---|---|---|---|");
  const pool = values.pgbouncer ? await startPooler(url, Number(values.pgbouncer)) : values.pool;
  for (const count of values.gateways.split(",").map(Number)) await measure(url, count, pool);
  console.log("");
  console.log(await withDatabase(url, sizesOf));
  await step("books", "verifying", () => runProgram("verify-ledger", url));
  await step("posting", "posting an hour's usage", () => withDatabase(url, backgroundTimes));
  return 0;
}

/** @param {string} directory */
async function openServer(directory) {
  const server = await startPostgres({ dataDir: join(directory, "postgres") });
  atEnd(() => server.remove());
  return server.url;
}

/**
 * @param {string} url
 * @param {number} connections
 */
async function startPooler(url, connections) {
  const { hasPgBouncer, startPgBouncer } = await import(
    join(bundleDir, "simulate", "pgbouncer.mjs")
  );
  if (!hasPgBouncer) throw new Problem("There is no pgbouncer here: apt-get install pgbouncer");
  const pooler = await startPgBouncer(url, connections);
  atEnd(() => pooler.stop());
  return pooler.url;
}

function describeMachine() {
  const { model } = cpus()[0] ?? { model: "unknown" };
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  console.log(
    `${availableParallelism()} cores (${model}), ${memory} GiB, Node ${process.versions.node}`,
  );
}

/**
 * The key with this number; the database makes the same text. Other systems' keys have any form, so that a
 * million of them can be made where they are kept.
 * @param {number} number
 */
function keyOf(number) {
  return `${prefix}${createHash("md5").update(`simulated ${number}`).digest("hex")}`;
}

/** @param {string} url */
async function fill(url) {
  await withDatabase(url, async (sql) => {
    await sql`
      insert into users (id, name, email)
      select 'usr_sim_' || n, 'Simulated', 'sim' || n || '@sim.example'
      from generate_series(1, ${workspaces}::int) n`;
    await sql`
      insert into workspaces (id, name, plan_id, requests_per_hour)
      select 'ws_sim_' || n, 'Simulated ' || n, 'enterprise', 100000000
      from generate_series(1, ${workspaces}::int) n`;
    await sql`
      insert into members (workspace_id, user_id, role)
      select 'ws_sim_' || n, 'usr_sim_' || n, 'owner' from generate_series(1, ${workspaces}::int) n`;
    await sql`
      insert into budgets (id, workspace_id, kind, unit, interval, "limit")
      select 'bud_sim_b' || n, 'ws_sim_' || n, 'balance', 'nanos', 'total', 0
      from generate_series(1, ${workspaces}::int) n
      union all
      select 'bud_sim_r' || n, 'ws_sim_' || n, 'rate', 'requests', 'hour', 0
      from generate_series(1, ${workspaces}::int) n`;
    await credit(sql);
    const batch = 500;
    for (let from = 1; from <= workspaces; from += batch) {
      const until = Math.min(from + batch - 1, workspaces);
      await sql`
        with numbered as (
          select w, (w - 1) * ${keysEach}::int + k as n
          from generate_series(${from}::int, ${until}::int) w, generate_series(1, ${keysEach}::int) k
        ), keys as (
          insert into api_keys (id, workspace_id, name, environment, scopes, created_by)
          select 'key_sim_' || n, 'ws_sim_' || w, 'Key ' || n, 'live', array['read'], 'usr_sim_' || w
          from numbered returning id
        )
        insert into api_key_secrets (id, key_id, workspace_id, hash, prefix, last4, state, imported_at)
        select 'sec_sim_' || n, keys.id, 'ws_sim_' || w,
          sha256(convert_to(${prefix} || md5('simulated ' || n), 'UTF8')), 'sim',
          right(md5('simulated ' || n), 4), 'active', now()
        from numbered join keys on keys.id = 'key_sim_' || n`;
    }
    await sql`vacuum analyze`;
  });
}

/** A balance for each, through the journal, so that the books can be verified. @param {postgres.Sql} sql */
async function credit(sql) {
  const nanos = "1000000000000";
  await sql.begin(async (tx) => {
    await tx`
      insert into ledger_transactions (id, workspace_id, kind, reference, description)
      select 'ltx_sim_' || n, 'ws_sim_' || n, 'grant', 'simulated:' || n, 'Simulated credit'
      from generate_series(1, ${workspaces}::int) n`;
    await tx`
      insert into ledger_entries (transaction_id, workspace_id, account, amount_nanos)
      select 'ltx_sim_' || n, 'ws_sim_' || n, a.account, a.amount
      from generate_series(1, ${workspaces}::int) n,
        (values ('wallet', ${nanos}::bigint), ('promotions', -${nanos}::bigint)) a(account, amount)`;
    await tx`update budgets set "limit" = ${nanos}::bigint where kind = 'balance' and id like 'bud_sim_b%'`;
  });
}

/**
 * Gateways in front of the database, and more and more clients.
 * @param {string} url
 * @param {number} count
 * @param {string} [pool]
 */
async function measure(url, count, pool) {
  const starts = Array.from({ length: count }, () => startGateway(url, pool));
  const gateways = await Promise.all(starts);
  for (const clients of values.clients.split(",").map(Number)) {
    // Caches and pools fill first.
    await load(gateways, clients, 2_000);
    const before = await cpuOfPostgres(url);
    const startedAtMs = performance.now();
    const { latencies, failed } = await load(gateways, clients, Number(values.seconds) * 1_000);
    const seconds = (performance.now() - startedAtMs) / 1_000;
    const after = await cpuOfPostgres(url);
    const cpu = before === null || after === null ? null : ((after - before) / seconds) * 100;
    latencies.sort((a, b) => a - b);
    const at = (/** @type {number} */ share) =>
      (latencies[Math.floor(latencies.length * share)] ?? Number.NaN).toFixed(1);
    const cells = [
      count,
      clients,
      (latencies.length / seconds).toFixed(0),
      at(0.5),
      at(0.95),
      at(0.99),
    ];
    const usage = cpu === null ? "–" : cpu.toFixed(0);
    console.log(`| ${[...cells, failed, usage].join(" | ")} |`);
  }
  await Promise.all(gateways.map(({ stop }) => stop()));
}

/**
 * Each client sends one request after the other, each with the key of a customer who is drawn by Zipf's law.
 * @param {{ origin: string }[]} gateways
 * @param {number} clients
 * @param {number} ms
 */
async function load(gateways, clients, ms) {
  const draw = zipf(workspaces, Number(values.zipf));
  const pools = gateways.map(({ origin }) => new Pool(origin, { connections: clients }));
  const endsAtMs = performance.now() + ms;
  /** @type {number[]} */
  const latencies = [];
  let failed = 0;
  const body = JSON.stringify({
    ...{ model: "gpt-4", max_tokens: 16 },
    messages: [{ role: "user", content: "Hello" }],
  });
  const client = async (/** @type {number} */ i) => {
    while (performance.now() < endsAtMs) {
      const number = draw() * keysEach + Math.floor(Math.random() * keysEach) + 1;
      const sentAtMs = performance.now();
      const answer = await pools[i % pools.length]?.request({
        path: "/v1/chat/completions",
        method: "POST",
        headers: { authorization: `Bearer ${keyOf(number)}`, "content-type": "application/json" },
        body,
      });
      await answer?.body.dump();
      if (answer?.statusCode !== 200) failed += 1;
      latencies.push(performance.now() - sentAtMs);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, i) => client(i)));
  await Promise.all(pools.map((pool) => pool.close()));
  return { latencies, failed };
}

/**
 * Draws 0 to n - 1; the first is drawn most, the k-th as often as 1 / k^s.
 * @param {number} n
 * @param {number} s
 */
function zipf(n, s) {
  const sums = new Float64Array(n);
  let sum = 0;
  for (let k = 0; k < n; k += 1) {
    sum += 1 / (k + 1) ** s;
    sums[k] = sum;
  }
  return () => {
    const at = Math.random() * sum;
    let [low, high] = [0, n - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/**
 * Seconds of processor that this database's backends have used so far; null where nobody tells, as on another
 * machine.
 * @param {string} url
 */
async function cpuOfPostgres(url) {
  const rows = await withDatabase(
    url,
    (sql) => sql`select pid from pg_stat_activity where pid <> pg_backend_pid()`,
  );
  try {
    const ticks = rows.map(({ pid }) => {
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /, "")
        .split(" ");
      return Number(fields[11]) + Number(fields[12]);
    });
    return ticks.reduce((a, b) => a + b, 0) / ticksASecond;
  } catch {
    return null;
  }
}

/** @param {postgres.Sql} sql */
async function sizesOf(sql) {
  const rows = await sql`
    select relname as name, pg_size_pretty(pg_table_size(oid)) as data, pg_size_pretty(pg_indexes_size(oid)) as indexes
    from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
      and relname in ('api_keys', 'api_key_secrets', 'budgets', 'usage_hourly')
    order by relname`;
  const [all] = await sql`select pg_size_pretty(pg_database_size(current_database())) as size`;
  const parts = rows.map(({ name, data, indexes }) => `${name} ${data} + ${indexes}`);
  return `database ${all?.size}: ${parts.join(", ")} (data + indexes)`;
}

/** How long it takes to find a key, and a page of keys. @param {postgres.Sql} sql */
async function lookUpTimes(sql) {
  const total = workspaces * keysEach;
  const time = async (/** @type {(n: number) => PromiseLike<unknown>} */ query) => {
    /** @type {number[]} */
    const took = [];
    for (let i = 0; i < 300; i += 1) {
      const startedAtMs = performance.now();
      await query(1 + Math.floor(Math.random() * total));
      took.push(performance.now() - startedAtMs);
    }
    took.sort((a, b) => a - b);
    return (took[150] ?? 0).toFixed(2);
  };
  const known = await time((n) => {
    const hash = createHash("sha256").update(keyOf(n)).digest();
    return sql`select key_id from api_key_secrets where hash = ${hash}`;
  });
  const unknown = await time((n) => {
    const hash = createHash("sha256").update(`${n} is nobody's`).digest();
    return sql`select key_id from api_key_secrets where hash = ${hash}`;
  });
  return `look-up of a key by its hash: ${known} ms known, ${unknown} ms unknown (medians, one connection)`;
}

/** @param {postgres.Sql} sql */
async function backgroundTimes(sql) {
  const time = async (/** @type {() => PromiseLike<unknown>} */ query) => {
    const startedAtMs = performance.now();
    await query();
    return `${(performance.now() - startedAtMs).toFixed(0)} ms`;
  };
  const recover = await time(() => sql`select recover_holds()`);
  const partitions = await time(
    () => sql`select ensure_request_log_partitions(current_date, current_date + 14)`,
  );
  return `recover_holds ${recover}, partitions ${partitions}`;
}

/**
 * @template T
 * @param {string} url
 * @param {(sql: postgres.Sql) => Promise<T>} work
 */
async function withDatabase(url, work) {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 2 });
  }
}

/**
 * @param {string} url
 * @param {string} [pool]
 */
function environmentOf(url, pool = "") {
  return {
    PATH: process.env.PATH,
    NODE_ENV: /** @type {const} */ ("production"),
    DATABASE_URL: url,
    DATABASE_POOL_URL: pool,
    AUTH_SECRET: secret,
    IMPORTED_KEY_PREFIXES: prefix,
    LOG_LEVEL: "warn",
  };
}

/**
 * @param {string} name
 * @param {string} url
 */
async function runProgram(name, url) {
  const program = join(bundleDir, "simulate", `${name}.mjs`);
  const { code, output } = await run(process.execPath, [program], {
    cwd: root,
    env: environmentOf(url),
  });
  if (code !== 0) throw new Problem(`${name} failed:\n${lastLines(output)}`);
  return output.trim();
}

/**
 * @param {string} url
 * @param {string} [pool]
 */
async function startGateway(url, pool) {
  const port = await findFreePort();
  const env = { ...environmentOf(url, pool), GATEWAY_PORT: String(port) };
  const program = join(bundleDir, "simulate", "gateway.mjs");
  const child = spawn(process.execPath, [program], {
    cwd: root,
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
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
  if (!(await waitUntil(isReady, readyMs, 100))) throw new Problem("A gateway doesn't get ready.");
  return {
    origin,
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}
