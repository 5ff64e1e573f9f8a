import "server-only";
import { and, eq, inArray } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeySecrets } from "@/db/schema/keys";

export type SecretRow = typeof apiKeySecrets.$inferSelect;

/** The secrets that a key can have at once, each at most once. */
export interface LiveSecrets {
  active: SecretRow;
  pending: SecretRow | null;
  retiring: SecretRow | null;
}

export async function retireSecret(tx: Db, id: string, at: Date): Promise<void> {
  await tx
    .update(apiKeySecrets)
    .set({ state: "retired", retiresAt: at })
    .where(eq(apiKeySecrets.id, id));
}

/**
 * The secrets of a key that the caller has locked. What has lapsed or reached the end of its overlap
 * is put down as retired on the way, because it holds the place of another.
 */
export async function settleSecrets(tx: Db, keyId: string, now: Date): Promise<LiveSecrets> {
  const rows = await tx
    .select()
    .from(apiKeySecrets)
    .where(
      and(
        eq(apiKeySecrets.keyId, keyId),
        inArray(apiKeySecrets.state, ["active", "pending", "retiring"]),
      ),
    )
    .for("no key update");
  const find = (state: SecretRow["state"]) => rows.find((row) => row.state === state) ?? null;
  const active = find("active");
  if (!active) throw new Error(`key ${keyId} has no active secret`);
  let [pending, retiring] = [find("pending"), find("retiring")];
  if (pending?.lapsesAt && pending.lapsesAt <= now) {
    await retireSecret(tx, pending.id, pending.lapsesAt);
    pending = null;
  }
  if (retiring?.retiresAt && retiring.retiresAt <= now) {
    await retireSecret(tx, retiring.id, retiring.retiresAt);
    retiring = null;
  }
  return { active, pending, retiring };
}
