import "server-only";
import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { upstreams } from "@/db/schema/models";
import { AppError } from "@/lib/errors";
import { credentialContext, seal } from "@/lib/sealed";
import type { AddUpstream, UpdateUpstream } from "@/lib/upstreams/schema";

const refuse = (field: string, message: string) =>
  new AppError("VALIDATION_ERROR", undefined, { fields: { [field]: message } });

const sealFor = (key: Uint8Array, id: string, credential: string) =>
  credential === "" ? null : seal(key, Buffer.from(credential), credentialContext(id));

/**
 * Adds an upstream; its credential is encrypted under `credentialKey` (32 bytes). Call it inside a
 * transaction. VALIDATION_ERROR on `id` where it is taken.
 */
export async function addUpstream(
  tx: Db,
  credentialKey: Uint8Array,
  { id, kind, name, baseUrl, allowPrivate, credential }: AddUpstream,
): Promise<void> {
  const added = await tx
    .insert(upstreams)
    .values({
      ...{ id, kind, name, baseUrl, allowPrivate },
      credential: sealFor(credentialKey, id, credential),
    })
    .onConflictDoNothing()
    .returning({ id: upstreams.id });
  if (added.length === 0) throw refuse("id", "There is an upstream of this id already.");
}

async function lockOwnUpstream(tx: Db, id: string): Promise<typeof upstreams.$inferSelect> {
  const [upstream] = await tx.select().from(upstreams).where(eq(upstreams.id, id)).for("update");
  if (!upstream) throw new AppError("NOT_FOUND", "There is no such upstream. Reload the page.");
  if (upstream.kind === "simulated") {
    throw new AppError("CONFLICT", "The simulated upstream is built in and can’t be changed.");
  }
  if (upstream.isConfigured) {
    const message = "This upstream is named by the configuration file. Change it there.";
    throw new AppError("CONFLICT", message);
  }
  return upstream;
}

/** What of an upstream was changed, in words. */
export interface UpstreamChange {
  fields: string[];
  isCredentialChanged: boolean;
}

/**
 * Changes an upstream, from the next request on; an empty credential leaves the one that is there. Call it
 * inside a transaction.
 *
 * Errors: NOT_FOUND; CONFLICT for the built-in one and those of the configuration file; VALIDATION_ERROR on
 * `credential` where the address leads to another host and the credential of the old one would go along.
 */
export async function updateUpstream(
  tx: Db,
  credentialKey: Uint8Array,
  { id, name, baseUrl, allowPrivate, credential }: UpdateUpstream,
): Promise<UpstreamChange> {
  const before = await lockOwnUpstream(tx, id);
  const isElsewhere =
    before.baseUrl === null || new URL(before.baseUrl).origin !== new URL(baseUrl).origin;
  if (isElsewhere && before.credential !== null && credential === "") {
    const message = "The address leads to another host: enter the credential for it.";
    throw refuse("credential", message);
  }
  const fields = [
    ...(before.name === name ? [] : ["name"]),
    ...(before.baseUrl === baseUrl ? [] : ["address"]),
    ...(before.allowPrivate === allowPrivate ? [] : ["private addresses"]),
  ];
  const isCredentialChanged = credential !== "";
  if (fields.length > 0 || isCredentialChanged) {
    await tx
      .update(upstreams)
      .set({
        ...{ name, baseUrl, allowPrivate },
        ...(isCredentialChanged ? { credential: sealFor(credentialKey, id, credential) } : {}),
      })
      .where(eq(upstreams.id, id));
  }
  return { fields, isCredentialChanged };
}

const Users = z.object({ models: z.array(z.string()).nullable() });

/**
 * Removes an upstream that no model is answered by. Call it inside a transaction. NOT_FOUND; CONFLICT for the
 * built-in one, those of the configuration file, and those that models name.
 */
export async function removeUpstream(tx: Db, id: string): Promise<void> {
  await lockOwnUpstream(tx, id);
  const [row] = await tx.execute(sql`
    select jsonb_agg(model order by model) as models from (
      select id as model from models where upstream_id = ${id}
      union
      select model_id from model_fallbacks where upstream_id = ${id}
    ) named`);
  const { models } = Users.parse(row);
  if (models) {
    const some = models.slice(0, 3).join(", ");
    const more = models.length > 3 ? ` and ${models.length - 3} more` : "";
    throw new AppError("CONFLICT", `${some}${more} would lose who answers. Change them first.`);
  }
  await tx.delete(upstreams).where(eq(upstreams.id, id));
}
