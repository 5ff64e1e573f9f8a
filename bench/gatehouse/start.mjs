import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { bundle } from "../../scripts/bundle.mjs";
import { root } from "../../scripts/paths.mjs";
import { lastLines, Problem } from "../../scripts/problem.mjs";
import { run, waitUntil } from "../../scripts/processes.mjs";
import { model, usage } from "../answer.mjs";
import { bearer, customerCount } from "../customers.mjs";
import { contestantCore } from "../machine.mjs";
import { startService } from "../processes.mjs";

// Gatehouse as a deployment runs it: the bundle, its own database, a configured upstream. Nothing is
// switched off for the bench.

const builtDir = fileURLToPath(new URL("../dist", import.meta.url));

/** Dollars per million tokens, odd enough that a wrong rounding would show. */
const price = { input_usd_per_mtok: "2.500000003", output_usd_per_mtok: "10.000000007" };
const nanosPerMtok = { input: 2_500_000_003n, output: 10_000_000_007n };
const settleMsMax = 30_000;

/** What one answer costs, in nano-dollars, rounded up once as the price list says. */
const answerNanos =
  (BigInt(usage.prompt_tokens) * nanosPerMtok.input +
    BigInt(usage.completion_tokens) * nanosPerMtok.output +
    999_999n) /
  1_000_000n;

/** @param {string} upstreamOrigin */
function configurationOf(upstreamOrigin) {
  const upstream = {
    id: "bench",
    kind: "openai",
    base_url: `${upstreamOrigin}/v1`,
    api_key: "sk-upstream",
    allow_private: true,
  };
  const one = {
    id: model,
    upstreams: [upstream.id],
    context_tokens: 128_000,
    output_tokens_max: 16_384,
    price,
  };
  return JSON.stringify({ upstreams: [upstream], models: [one] });
}

/**
 * @param {string} name
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
async function runBuilt(name, args, env) {
  const command = [join(builtDir, `${name}.mjs`), ...args];
  const { code, output } = await run(process.execPath, command, { cwd: root, env });
  if (code !== 0) throw new Problem(`Gatehouse's ${name} failed:\n${lastLines(output)}`);
  return output;
}

/**
 * @param {import("../contestants.mjs").Surroundings} surroundings
 * @returns {Promise<import("../contestants.mjs").Contestant>}
 */
export async function startGatehouse({ directory, upstreamOrigin, createDatabase, findPort }) {
  const programs = {
    gateway: "lib/gateway/main.ts",
    migrate: "db/migrate.ts",
    "verify-ledger": "lib/billing/verify-main.ts",
    seed: "bench/gatehouse/seed.ts",
  };
  await bundle(programs, builtDir);
  const port = await findPort();
  const databaseUrl = await createDatabase("gatehouse");
  mkdirSync(directory, { recursive: true });
  const configuration = join(directory, "gatehouse.json");
  writeFileSync(configuration, configurationOf(upstreamOrigin));
  /** @type {NodeJS.ProcessEnv} */
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: "production",
    DATABASE_URL: databaseUrl,
    AUTH_SECRET: "a secret of the bench that is long enough",
    GATEHOUSE_CONFIG: configuration,
    GATEWAY_PORT: String(port),
  };
  await runBuilt("migrate", [], env);
  /** @type {{ workspaceId: string, secret: string }[]} */
  const customers = JSON.parse(await runBuilt("seed", [String(customerCount)], env));
  const flags = process.env.BENCH_NODE_FLAGS?.split(" ") ?? [];
  const command = [process.execPath, ...flags, join(builtDir, "gateway.mjs")];
  const probe = "/readyz";
  const service = await startService("Gatehouse", contestantCore, command, { port, env, probe });
  return {
    service,
    port,
    checksKeys: true,
    customers: customers.map(({ secret }) => bearer(secret)),
    verify: (served) => verifyBooks(databaseUrl, served, env),
  };
}

/**
 * Every request that was answered has a row, no row more; each costs what the price list says; balance,
 * roll-up and log agree; nothing is set aside any more; and `verify:ledger` finds the books whole.
 * @param {string} databaseUrl
 * @param {number} served
 * @param {NodeJS.ProcessEnv} env
 */
async function verifyBooks(databaseUrl, served, env) {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  try {
    const read = async () => {
      const [row] = await sql`
        select count(*)::int as rows, coalesce(sum(cost_nanos), 0)::text as logged,
          count(*) filter (where status <> 200 or outcome <> 'ok' or estimated)::int as odd,
          (select coalesce(sum(requests), 0)::int from usage_hourly) as rolled_up_rows,
          (select coalesce(sum(cost_nanos), 0)::text from usage_hourly) as rolled_up,
          (select coalesce(sum(used), 0)::text from budgets
            where kind = 'balance' and key_id is null) as used,
          (select coalesce(sum(used), 0)::text from budgets where kind = 'cap') as capped,
          (select coalesce(sum(held), 0)::text from budgets) as held,
          (select count(*)::int from holds) as holds
        from request_log`;
      return row ?? {};
    };
    const cost = String(BigInt(served) * answerNanos);
    const expected = {
      ...{ rows: served, logged: cost, odd: 0, rolled_up_rows: served, rolled_up: cost },
      ...{ used: cost, capped: cost, held: "0", holds: 0 },
    };
    const agrees = async () => JSON.stringify(await read()) === JSON.stringify(expected);
    if (!(await waitUntil(agrees, settleMsMax, 250))) {
      const found = JSON.stringify(await read());
      throw new Problem(`Gatehouse's books: ${JSON.stringify(expected)} expected, ${found} found.`);
    }
  } finally {
    await sql.end();
  }
  await runBuilt("verify-ledger", [], env);
  const dollars = `$0.${String(answerNanos).padStart(9, "0")}`;
  return `${served} answers, ${served} settled at ${dollars} each, nothing left set aside`;
}
