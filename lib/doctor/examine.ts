import { connect, connectPooled } from "@/db/client";
import { checkMigrations, checkServer, checkWork } from "@/lib/doctor/database";
import {
  checkConfigurationFile,
  checkNames,
  checkSecrets,
  checkTogether,
  checkVariables,
} from "@/lib/doctor/environment";
import { codeOf, type Finding, findingsOf } from "@/lib/doctor/finding";
import { checkDisk, checkNode, checkPorts } from "@/lib/doctor/machine";
import { checkMail, checkStripe, checkUpstreams } from "@/lib/doctor/outside";
import { type Environment, variableNames } from "@/lib/env";

export interface Patient {
  /** The variables as the processes get them. */
  source: Record<string, string | undefined>;
  /** What the file `.env` says by itself. */
  dotenv: Record<string, string | undefined>;
  /** The folder that holds `drizzle/`. */
  root: string;
  dataDir: string;
}

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const connectionsMax = 1;
const statementMsMax = 15_000;

/** Looks at everything that a deployment needs, and changes nothing. Doesn't throw. */
export async function examine({ source, dotenv, root, dataDir }: Patient): Promise<Finding[]> {
  const { findings, env } = checkVariables(source);
  const first = [
    checkNode(process.versions.node),
    await checkDisk(dataDir),
    ...findings,
    ...checkNames(dotenv),
    ...checkSecrets(source),
  ];
  const database = await checkDatabase(source.DATABASE_URL, root, env);
  if (!env) return [...first, ...database];
  const outside = await Promise.all([checkPorts(env), checkMail(env), checkStripe(env)]);
  return [
    ...first,
    ...checkTogether(env),
    ...checkConfigurationFile(env.GATEHOUSE_CONFIG, source),
    ...database,
    ...outside.flat(),
  ];
}

async function checkDatabase(
  url: string | undefined,
  root: string,
  env: Environment | null,
): Promise<Finding[]> {
  const { ok, fail, skip } = findingsOf("database");
  if (!url || !URL.canParse(url)) return [skip("server", "DATABASE_URL doesn't say where it is")];
  const { hostname, port } = new URL(url);
  const place = `${hostname}:${port || 5432}`;
  const sql = connect(url, connectionsMax, statementMsMax);
  try {
    const server = await checkServer(sql, !loopback.test(hostname));
    const migrations = await checkMigrations(sql, root);
    const isMigrated = migrations.every(({ state }) => state !== "fail");
    const work = isMigrated ? await checkWork(sql) : [];
    const upstreams = isMigrated && env ? await checkUpstreams(sql, env) : [];
    const pooler = await checkPooler(env?.DATABASE_POOL_URL);
    const here = ok("server", `${place} answers`);
    return [here, ...server, ...pooler, ...migrations, ...work, ...upstreams];
  } catch (error) {
    const mend =
      "Check that PostgreSQL runs there, and the user, password and name in DATABASE_URL.";
    return [fail("server", `${place} can't be used (${codeOf(error)})`, mend)];
  } finally {
    await sql.end({ timeout: 2 });
  }
}

/** The pooler, asked as the processes ask it. */
async function checkPooler(url: string | undefined): Promise<Finding[]> {
  if (url === undefined) return [];
  const { ok, fail } = findingsOf("database");
  const sql = connectPooled(url, connectionsMax);
  try {
    await sql.begin((tx) => tx`select 1`);
    return [ok("pooler", `${new URL(url).host} answers`)];
  } catch (error) {
    const mend = "Check DATABASE_POOL_URL, and the pooler's own log.";
    return [fail("pooler", `can't be used (${codeOf(error)})`, mend)];
  } finally {
    await sql.end({ timeout: 2 });
  }
}

/** Everything that the examination must not repeat to anybody. */
export function secretsOf(source: Record<string, string | undefined>): string[] {
  const secretive = /SECRET|PASSWORD|KEY|TOKEN|_ID$|_URL$/;
  const open = new Set(["OTEL_EXPORTER_OTLP_ENDPOINT", "APP_ORIGIN", "API_ORIGIN", "TEST_KEYS"]);
  return variableNames
    .filter((name) => secretive.test(name) && !open.has(name))
    .flatMap((name) => source[name] ?? [])
    .filter((value) => value.length >= 6);
}
