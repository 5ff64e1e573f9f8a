import { execFile } from "node:child_process";
import type postgres from "postgres";
import { createTestDatabase } from "@/db/testing/database";
import { brandOf } from "@/lib/brand";
import { createTenant, createTestKey, type Tenant } from "@/lib/gateway/testing/gateway";
import { endProcess, spawnGateway } from "@/lib/gateway/testing/process";

/** A company's API as its own customers meet it: a gateway process under its brand. */
export interface Company {
  /** Without `/v1`. */
  origin: string;
  sql: postgres.Sql;
  tenant: Tenant;
  /** A live key with the company's prefix and the scopes read and write. */
  key: string;
  /** Another key of the same customer. */
  makeKey(options?: Parameters<typeof createTestKey>[2]): Promise<string>;
  close(): Promise<void>;
}

export async function openCompany(
  brandName: string,
  portFrom: number,
  env: Record<string, string> = {},
): Promise<Company> {
  const database = await createTestDatabase();
  const gateway = await spawnGateway(database.url, portFrom, { BRAND: brandName, ...env });
  const tenant = await createTenant(database.sql);
  const prefix = brandOf(brandName).keyPrefix;
  const makeKey: Company["makeKey"] = async (options) =>
    (await createTestKey(database.sql, tenant, { ...options, prefix })).secret;
  return {
    origin: gateway.origin,
    sql: database.sql,
    tenant,
    makeKey,
    key: await makeKey({ scopes: ["read", "write"] }),
    async close() {
      await endProcess(gateway.child, "SIGTERM");
      await database.drop();
    },
  };
}

export interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

function run(command: string, args: string[], env: Record<string, string>): Promise<Run> {
  return new Promise((resolve) => {
    const child = execFile(
      command,
      args,
      { env: { NODE_ENV: "test", PATH: process.env.PATH ?? "", ...env }, timeout: 20_000 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

/** Runs an ES module with the project's packages. */
export function runNode(code: string, env: Record<string, string> = {}): Promise<Run> {
  return run(process.execPath, ["--input-type=module", "--eval", code], env);
}

export function runBash(code: string, env: Record<string, string> = {}): Promise<Run> {
  return run("bash", ["-euc", code], env);
}

export function runPython(code: string, env: Record<string, string> = {}): Promise<Run> {
  return run("python3", ["-c", code], env);
}

/** Whether this machine's Python has these modules; they aren't the project's own. */
export async function hasPython(...modules: string[]): Promise<boolean> {
  return (await runPython(modules.map((name) => `import ${name}`).join("\n"))).code === 0;
}
