import "server-only";
import { asc, eq } from "drizzle-orm";
import type { Db } from "@/db/client";
import { models } from "@/db/schema/models";

/** The names of the models in the catalogue, in the order of the alphabet. They belong to no workspace. */
export async function listModelIds(db: Db): Promise<string[]> {
  const rows = await db
    .select({ id: models.id })
    .from(models)
    .where(eq(models.listed, true))
    .orderBy(asc(models.id));
  return rows.map(({ id }) => id);
}
