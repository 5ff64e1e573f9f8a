import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import type { TestProject } from "vitest/node";
import { migrateDatabase } from "@/db/migrations";
import { startPostgres } from "@/scripts/pg.mjs";
import { testDirectory } from "@/scripts/test-directory.mjs";

declare module "vitest" {
  export interface ProvidedContext {
    databaseServerUrl: string;
  }
}

/** The database every test database is copied from. */
export const templateName = "gatehouse_template";

function withDatabase(url: string, name: string): string {
  const target = new URL(url);
  target.pathname = `/${name}`;
  return target.toString();
}

async function openServer(): Promise<{ serverUrl: string; stop: () => Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) return { serverUrl: given, stop: async () => undefined };
  const dataDir = mkdtempSync(join(testDirectory(), "gatehouse-test-pg-"));
  const server = await startPostgres({ dataDir, fast: true });
  return { serverUrl: server.url, stop: () => server.remove() };
}

/** Starts a PostgreSQL of its own unless TEST_DATABASE_URL names one, and makes the template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { serverUrl, stop } = await openServer();
  const admin = postgres(withDatabase(serverUrl, "postgres"), {
    max: 1,
    onnotice: () => undefined,
  });
  await admin.unsafe(`drop database if exists ${templateName}`);
  await admin.unsafe(`create database ${templateName}`);
  const client = postgres(withDatabase(serverUrl, templateName), {
    max: 1,
    onnotice: () => undefined,
    connection: { TimeZone: "UTC" },
  });
  await migrateDatabase(client, process.cwd());
  await client.end();
  await admin.end();
  project.provide("databaseServerUrl", serverUrl);
  return stop;
}
