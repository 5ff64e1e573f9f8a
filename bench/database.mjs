import postgres from "postgres";
import { startPostgres } from "../scripts/pg.mjs";
import { moveTo, otherCores, parentOf } from "./machine.mjs";

/**
 * One PostgreSQL for all that need one, each with a database of its own, as durable as in production. It
 * runs beside the load generator, away from the contestants' core.
 * @param {string} dataDir
 */
export async function startDatabase(dataDir) {
  const server = await startPostgres({ dataDir });
  const admin = postgres(server.url, { max: 1, onnotice: () => undefined });
  const [row] = await admin`
    select pg_backend_pid() as pid, current_setting('server_version') as version,
      current_setting('fsync') || current_setting('synchronous_commit') as durability`;
  if (row?.durability !== "onon") throw new Error("the database would lose commits in a crash");
  const pid = parentOf(Number(row.pid));
  moveTo(otherCores, pid);
  return {
    pid,
    version: String(row.version),
    dataDir: server.dataDir,
    /** @param {string} name */
    async create(name) {
      await admin.unsafe(`create database bench_${name}`);
      return server.url.replace(/\/[^/]*$/, `/bench_${name}`);
    },
    /** What autovacuum would have done within its first minute: plans know how large the tables are. */
    async tidy() {
      const rows = await admin`select datname from pg_database where datname like 'bench_%'`;
      for (const { datname } of rows) {
        const sql = postgres(server.url.replace(/\/[^/]*$/, `/${datname}`), { max: 1 });
        await sql`vacuum analyze`;
        await sql.end();
      }
      await admin`checkpoint`;
    },
    async remove() {
      await admin.end({ timeout: 2 });
      await server.remove();
    },
  };
}
