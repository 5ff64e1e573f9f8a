import "server-only";
import { sql } from "drizzle-orm";
import type { Db } from "@/db/client";

/** The database's time: a host whose clock is wrong must not decide otherwise than the rest. */
export async function readClock(db: Db): Promise<Date> {
  const rows = await db.execute<{ ms: string }>(
    sql`select floor(extract(epoch from clock_timestamp()) * 1000)::text as ms`,
  );
  return new Date(Number(rows[0]?.ms));
}
