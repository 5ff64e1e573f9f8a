import { drizzle } from "drizzle-orm/postgres-js";
import { connect, type Db } from "@/db/client";
import { AppError } from "@/lib/errors";
import { addOperator, listOperators, removeOperator } from "@/lib/operators/operators";

const usage = `npm run operator -- add EMAIL     lets somebody open /admin
npm run operator -- remove EMAIL  ends that
npm run operator -- list          everybody who may`;

async function run(db: Db, [verb, email, ...rest]: readonly string[]): Promise<number> {
  if (verb === "list" && email === undefined) {
    const all = await listOperators(db);
    for (const one of all) {
      console.log(`${one.email}  ${one.name}  since ${one.addedAt.toISOString().slice(0, 10)}`);
    }
    if (all.length === 0) console.log("There is no operator yet.");
    return 0;
  }
  if ((verb !== "add" && verb !== "remove") || !email || rest.length > 0) {
    console.error(usage);
    return 2;
  }
  if (verb === "add") {
    await addOperator(db, email);
    console.log(`${email} may open /admin.`);
  } else {
    await removeOperator(db, email);
    console.log(`${email} may not open /admin any more.`);
  }
  return 0;
}

// The one variable that it needs: it can be run from anywhere that reaches the database.
const databaseUrl = process.env.DATABASE_URL;
if (!databaseUrl) throw new Error("DATABASE_URL is missing");
const client = connect(databaseUrl, 1, 10_000);
try {
  process.exitCode = await run(drizzle(client), process.argv.slice(2));
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await client.end({ timeout: 5 });
}
