import "server-only";
import { drizzle } from "drizzle-orm/postgres-js";
import { connect, type Db } from "@/db/client";
import { setBrandChoice } from "@/lib/brand";
import { setBrandPage } from "@/lib/brand-page";
import { brandChannel, readBrandChoice } from "@/lib/branding/store";
import { log } from "@/lib/log";

/** A notice that is lost costs this much. */
const rereadMs = 60_000;

/** Reads the brand and puts it in force in this process. */
export async function refreshBrand(db: Db): Promise<void> {
  setBrandChoice(await readBrandChoice(db));
  setBrandPage();
}

/**
 * Keeps this process's brand what the table says: now, whenever it is changed, after each lost connection, and
 * every minute. Without the database it goes on with what it knew, at first the deployment's own. Answers what
 * ends it.
 */
export async function followBrand(databaseUrl: string): Promise<() => Promise<void>> {
  setBrandPage();
  // One connection that is open for moments; the driver has another that listens.
  const client = connect(databaseUrl, 1, 10_000, 5);
  const db = drizzle(client);
  const reread = () =>
    refreshBrand(db).catch((error: unknown) => {
      log.warn({ err: error }, "the brand can't be read; it stays as it was");
    });
  await reread();
  // The driver listens anew after a lost connection, and says so by the last argument.
  client.listen(brandChannel, reread, reread).catch((error: unknown) => {
    log.warn({ err: error }, "changes of the brand are only seen each minute");
  });
  const timer = setInterval(reread, rereadMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await client.end({ timeout: 1 });
  };
}
