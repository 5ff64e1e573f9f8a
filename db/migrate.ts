import { connect } from "@/db/client";
import { migrateDatabase } from "@/db/migrations";
import { readEnv } from "@/lib/env";

// One connection: the advisory lock belongs to it.
const client = connect(readEnv().DATABASE_URL, 1, 120_000);
try {
  await migrateDatabase(client, process.cwd());
} finally {
  await client.end({ timeout: 5 });
}
