import "server-only";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { log } from "@/lib/log";

/** Longer than any lease: whoever hasn't taken notice by then admits nothing any more. */
const waitMsMax = 5_000;

const State = z.object({ version: z.string(), known: z.boolean() });

/**
 * Waits until every gateway has taken notice of what has been committed so far: no request that starts
 * afterwards is decided by what was true before. Milliseconds where all is well, the rest of a lease where
 * a gateway has died. Call it between a change to keys, limits, models or prices and the answer to it.
 */
export async function untilChangesAreKnown(db: Pick<Db, "execute">): Promise<void> {
  const endsAtMs = performance.now() + waitMsMax;
  let [row] = await db.execute(
    sql`select version::text, is_acknowledged(version) as known from fact_version`,
  );
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, 50)) {
    const { version, known } = State.parse(row);
    if (known) return;
    if (performance.now() > endsAtMs) {
      log.error({ version }, "a gateway keeps its lease and takes no notice of changes");
      return;
    }
    await delay(pauseMs);
    [row] = await db.execute(
      sql`select ${version} as version, is_acknowledged(${version}::bigint) as known`,
    );
  }
}
