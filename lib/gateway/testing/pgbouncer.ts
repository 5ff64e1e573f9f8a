import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findPort } from "@/lib/gateway/testing/process";

export const hasPgBouncer = spawnSync("pgbouncer", ["--version"]).status === 0;

export interface PgBouncer {
  /** The database's address through it. */
  url: string;
  stop(): Promise<void>;
}

/** PgBouncer in front of a database, which it pools by the transaction over so many connections. */
export async function startPgBouncer(databaseUrl: string, poolSize: number): Promise<PgBouncer> {
  const target = new URL(databaseUrl);
  const name = target.pathname.slice(1);
  const port = await findPort(27_300);
  const directory = mkdtempSync(join(tmpdir(), "gatehouse-bouncer-"));
  chmodSync(directory, 0o755);
  const ini = join(directory, "pgbouncer.ini");
  const users = join(directory, "users.txt");
  const [user, password] = [target.username, target.password].map(decodeURIComponent);
  writeFileSync(users, `"${user}" "${password}"\n`, { mode: 0o644 });
  const place = `host=${target.hostname} port=${target.port} dbname=${name}`;
  const settings = "set statement_timeout = '10s'; set idle_in_transaction_session_timeout = '15s'";
  writeFileSync(
    ini,
    `[databases]
${name} = ${place} connect_query='${settings.replaceAll("'", "''")}'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 500
`,
    { mode: 0o644 },
  );
  // It doesn't run as root.
  const asUser = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
  const child = spawn("pgbouncer", [...asUser, ini], { stdio: "ignore" });
  await untilListening(port, child);
  target.port = String(port);
  return {
    url: target.href,
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (child.exitCode !== null) throw new Error(`pgbouncer ended with ${child.exitCode}`);
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: "127.0.0.1" });
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (isThere) return;
    await delay(50);
  }
  throw new Error("pgbouncer doesn't listen");
}
