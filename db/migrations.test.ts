import { afterEach, beforeEach, expect, test } from "vitest";
import { connect } from "@/db/client";
import { migrateDatabase, migrateJobs } from "@/db/migrations";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";

let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

test("several processes that bring one database to the present at once all succeed", async () => {
  const clients = Array.from({ length: 8 }, () => connect(database.url, 1, 60_000));
  try {
    await Promise.all(clients.map((client) => migrateDatabase(client, process.cwd())));
    await Promise.all(clients.map((client) => migrateJobs(client, database.url)));
  } finally {
    await Promise.all(clients.map((client) => client.end({ timeout: 5 })));
  }
  const [found] = await database.sql`select to_regclass('graphile_worker.jobs') as jobs`;
  expect(found?.jobs).toBe("graphile_worker.jobs");
});
