import { connect } from "@/db/client";
import { verifyLedger } from "@/lib/billing/verification";

// The one variable that it needs: the books can be verified from anywhere that reaches the database.
const databaseUrl = process.env.DATABASE_URL;
if (!databaseUrl) throw new Error("DATABASE_URL is missing");
const client = connect(databaseUrl, 1, 60_000);
try {
  const startedAtMs = performance.now();
  const { checks, entries, breaches } = await verifyLedger(client);
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  for (const { claim, subject, found } of breaches) {
    console.error(`BROKEN  ${claim}\n        ${subject}: ${found}`);
  }
  const outcome = breaches.length === 0 ? "the books are in order" : "the books are NOT in order";
  console.log(`${checks} checks over ${entries} ledger entries in ${seconds} s: ${outcome}`);
  process.exitCode = breaches.length === 0 ? 0 : 1;
} finally {
  await client.end({ timeout: 5 });
}
