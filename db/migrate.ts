import { drizzle } from "drizzle-orm/postgres-js";
import { connect } from "@/db/client";
import { applyConfiguration } from "@/db/configuration";
import { migrateDatabase, migrateJobs } from "@/db/migrations";
import { readConfiguration } from "@/lib/configuration";
import { readEnv } from "@/lib/env";
import { credentialKeyOf } from "@/lib/sealed";

const env = readEnv();
// Read first: a file with mistakes in it changes nothing.
const configuration = env.GATEHOUSE_CONFIG ? readConfiguration(env.GATEHOUSE_CONFIG) : null;

// One connection: the advisory lock belongs to it.
const client = connect(env.DATABASE_URL, 1, 120_000);
try {
  await migrateDatabase(client, process.cwd());
  await migrateJobs(client, env.DATABASE_URL);
  const named = configuration ?? { upstreams: [], models: [] };
  await applyConfiguration(drizzle(client), named, credentialKeyOf(env.AUTH_SECRET));
} finally {
  await client.end({ timeout: 5 });
}
