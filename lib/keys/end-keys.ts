import "server-only";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeySecrets, apiKeys } from "@/db/schema/keys";
import { type RequestOrigin, recordAudits } from "@/lib/audit/record";

/** Rows in one statement: PostgreSQL takes 65,535 parameters, and each entry has eleven. */
const auditsAtOnce = 1_000;

/**
 * Revokes every key of a workspace that is being deleted, for good, and forgets from where they were used.
 * Answers how many there were.
 */
export async function endAllKeys(
  tx: Db,
  workspaceId: string,
  userId: string,
  origin: RequestOrigin,
): Promise<number> {
  const ended = await tx
    .update(apiKeys)
    .set({
      revokedAt: sql`now()`,
      revokedBy: userId,
      revokedReason: "account_deleted",
      updatedAt: sql`now()`,
    })
    .where(and(eq(apiKeys.workspaceId, workspaceId), isNull(apiKeys.revokedAt)))
    .returning({ id: apiKeys.id, name: apiKeys.name });
  await tx
    .update(apiKeySecrets)
    .set({ lastUsedAddress: null, lastUsedAgent: null })
    .where(eq(apiKeySecrets.workspaceId, workspaceId));
  for (let start = 0; start < ended.length; start += auditsAtOnce) {
    await recordAudits(
      tx,
      ended.slice(start, start + auditsAtOnce).map(({ id, name }) => ({
        ...{ workspaceId, userId, targetType: "api_key", targetId: id, origin },
        action: "api_key.revoked" as const,
        details: { name, reason: "account_deleted" },
      })),
    );
  }
  return ended.length;
}
