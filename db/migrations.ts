import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import { runMigrations } from "graphile-worker";
import type postgres from "postgres";
import { ensureCatalogue } from "@/db/catalogue";

/**
 * Brings a database to the present: drizzle's migrations, then the functions and triggers of
 * `db/functions` (each file may be run again), the catalogue, and the next days' log partitions.
 * `root` is the folder that holds `drizzle/` and `db/`. Several processes may call it at once.
 */
export async function migrateDatabase(client: postgres.Sql, root: string): Promise<void> {
  await alone(client, async (db) => {
    await migrate(db, { migrationsFolder: join(root, "drizzle") });
    const folder = join(root, "db", "functions");
    const files = (await readdir(folder)).filter((file) => file.endsWith(".sql")).sort();
    for (const file of files) {
      await db.execute(sql.raw(await readFile(join(folder, file), "utf8")));
    }
    await ensureCatalogue(db);
    await db.execute(
      sql`select ensure_request_log_partitions(current_date - 32, current_date + 14)`,
    );
  });
}

/**
 * Makes the tables of the worker's jobs. Each runner of a worker would do so when it starts; but runners that do it
 * at once fail, and begin again.
 */
export async function migrateJobs(client: postgres.Sql, databaseUrl: string): Promise<void> {
  await alone(client, () => runMigrations({ connectionString: databaseUrl }));
}

/** Does what no two processes may do at once. The lock belongs to the connection: `client` has one. */
async function alone(
  client: postgres.Sql,
  work: (db: PostgresJsDatabase) => Promise<void>,
): Promise<void> {
  const db = drizzle(client);
  await db.execute(sql`select pg_advisory_lock(hashtext('gatehouse_migrate'))`);
  try {
    await work(db);
  } finally {
    await db.execute(sql`select pg_advisory_unlock(hashtext('gatehouse_migrate'))`);
  }
}
