import "server-only";
import { desc, lt, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { ledgerChecks } from "@/db/schema/billing";
import { type Breach, verifyWith } from "@/lib/billing/verification";
import { log } from "@/lib/log";

const keepDays = 90;

/**
 * Verifies the books as `npm run verify:ledger` does, keeps what it found, and raises the alarm in the log
 * where a claim is broken. Answers how many breaches there are, at most twenty of each claim.
 */
export async function checkLedger(db: Db): Promise<number> {
  const startedAt = performance.now();
  const { checks, entries, breaches } = await db.transaction(
    (tx) => verifyWith(async (query) => [...(await tx.execute(sql.raw(query)))]),
    { isolationLevel: "repeatable read", accessMode: "read only" },
  );
  const durationMs = Math.round(performance.now() - startedAt);
  await db.insert(ledgerChecks).values({ checks, entries, durationMs, breaches });
  await db
    .delete(ledgerChecks)
    .where(lt(ledgerChecks.at, sql`now() - make_interval(days => ${keepDays}::int)`));
  for (const claim of new Set(breaches.map((breach) => breach.claim))) {
    const found = breaches.filter((breach) => breach.claim === claim);
    log.error(
      { claim, breaches: found.length, subject: found[0]?.subject, found: found[0]?.found },
      "the books are NOT in order",
    );
  }
  return breaches.length;
}

export interface LedgerCheck {
  at: Date;
  checks: number;
  entries: number;
  durationMs: number;
  breaches: Breach[];
}

const Breaches = z.array(z.object({ claim: z.string(), subject: z.string(), found: z.string() }));

/** What the latest scheduled check found; null before the first. */
export async function findLatestLedgerCheck(db: Db): Promise<LedgerCheck | null> {
  const [row] = await db.select().from(ledgerChecks).orderBy(desc(ledgerChecks.at)).limit(1);
  return row ? { ...row, breaches: Breaches.parse(row.breaches) } : null;
}
