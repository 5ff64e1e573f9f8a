import { randomBytes } from "node:crypto";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { inject } from "vitest";
import { connect } from "@/db/client";
import { templateName } from "@/db/testing/global-setup";

export interface TestDatabase {
  url: string;
  db: PostgresJsDatabase;
  /** A raw client of its own, because drizzle rewires the parsers of the one it is given. */
  sql: postgres.Sql;
  drop(): Promise<void>;
}

/** A migrated database of the test file's own, copied from the template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject("databaseServerUrl");
  const name = `t_${randomBytes(6).toString("hex")}`;
  const adminUrl = new URL(serverUrl);
  adminUrl.pathname = "/postgres";
  const admin = postgres(adminUrl.toString(), { max: 1, onnotice: () => undefined });
  // Copies of one template can't be made at the same time by two test files.
  await admin`select pg_advisory_lock(hashtext('gatehouse_template'))`;
  await admin.unsafe(`create database ${name} template ${templateName}`);
  await admin`select pg_advisory_unlock(hashtext('gatehouse_template'))`;

  const target = new URL(serverUrl);
  target.pathname = `/${name}`;
  const url = target.toString();
  const pool = connect(url, 5, 10_000);
  const raw = connect(url, 10, 10_000);
  return {
    url,
    db: drizzle(pool),
    sql: raw,
    async drop() {
      await Promise.all([pool.end({ timeout: 2 }), raw.end({ timeout: 2 })]);
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      await admin.end();
    },
  };
}
