import "server-only";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeySecrets, apiKeys } from "@/db/schema/keys";
import { type RequestOrigin, recordAudits } from "@/lib/audit/record";
import { tellOfRevokes } from "@/lib/keys/key-events";
import type { Scope } from "@/lib/scope";

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
  await recordRevokes(tx, ended, { workspaceId, userId, reason: "account_deleted", origin });
  return ended.length;
}

/**
 * Revokes what a member who leaves had made in the workspace, by whoever takes them out. As any other revoke it
 * can be undone for an hour, and webhooks are told. Answers how many keys there were.
 */
export async function endKeysOf(
  tx: Db,
  scope: Scope,
  memberId: string,
  origin: RequestOrigin,
): Promise<number> {
  const { workspaceId, userId } = scope;
  const ended = await tx
    .update(apiKeys)
    .set({
      revokedAt: sql`now()`,
      revokedBy: userId,
      revokedReason: "request",
      updatedAt: sql`now()`,
    })
    .where(
      and(
        eq(apiKeys.workspaceId, workspaceId),
        eq(apiKeys.createdBy, memberId),
        isNull(apiKeys.revokedAt),
      ),
    )
    .returning({ id: apiKeys.id, name: apiKeys.name });
  await recordRevokes(tx, ended, { workspaceId, userId, reason: "member_removed", origin });
  await tellOfRevokes(
    tx,
    ended.map(({ id }) => id),
    "request",
  );
  return ended.length;
}

async function recordRevokes(
  tx: Db,
  keys: readonly { id: string; name: string }[],
  act: { workspaceId: string; userId: string; reason: string; origin: RequestOrigin },
): Promise<void> {
  const { reason, ...rest } = act;
  for (let start = 0; start < keys.length; start += auditsAtOnce) {
    await recordAudits(
      tx,
      keys.slice(start, start + auditsAtOnce).map(({ id, name }) => ({
        ...{ ...rest, targetType: "api_key", targetId: id },
        action: "api_key.revoked" as const,
        details: { name, reason },
      })),
    );
  }
}
