import "server-only";
import { eq } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeys } from "@/db/schema/keys";
import type { RequestOrigin } from "@/lib/audit/record";
import { AppError } from "@/lib/errors";
import { lockWorkspace, requireRoomForKeys } from "@/lib/keys/create-key";
import { tellOfRevokes } from "@/lib/keys/key-events";
import { auditKey, lockKey, requireManager, requireReachOf } from "@/lib/keys/own-key";
import { type KeyReference, undoRevokeMs } from "@/lib/keys/schema";
import type { Scope } from "@/lib/scope";
import { addMs } from "@/lib/time";

export type RevokeReason = "request" | "exposed" | "account_deleted";

interface RevokeOptions {
  reason?: RevokeReason;
  /** Is told the key's version under its lock; what it throws is the answer. */
  check?: (updatedAt: Date) => void;
}

/**
 * Ends a key: once this has answered, no request that starts later is accepted, because the gateway
 * reads the committed row for each. It can be undone for an hour, unless the reason is `exposed`.
 * Throws FORBIDDEN, NOT_FOUND, CONFLICT (already revoked).
 */
export async function revokeKey(
  db: Db,
  scope: Scope,
  input: KeyReference,
  origin: RequestOrigin,
  { reason = "request", check }: RevokeOptions = {},
): Promise<{ revokedAt: Date }> {
  requireManager(scope);
  return await db.transaction(async (tx) => {
    const { key, now } = await lockKey(tx, scope, input.id);
    check?.(key.updatedAt);
    if (key.revokedAt) {
      throw new AppError("CONFLICT", "This key is already revoked. Nothing more needs to be done.");
    }
    await tx
      .update(apiKeys)
      .set({
        revokedAt: now,
        revokedBy: scope.userId,
        revokedReason: reason,
        updatedAt: now,
      })
      .where(eq(apiKeys.id, key.id));
    const details = { name: key.name, ...(reason === "request" ? {} : { reason }) };
    await auditKey(tx, scope, key.id, { action: "api_key.revoked", details }, origin);
    await tellOfRevokes(tx, [key.id], reason === "exposed" ? "exposed" : "request");
    return { revokedAt: now };
  });
}

/** Until when a revoke can be undone; null where it can't, or not any more. */
export function undoRevokeUntil(
  key: { revokedAt: Date | null; revokedReason: RevokeReason | null },
  now: Date,
): Date | null {
  if (!key.revokedAt || (key.revokedReason ?? "request") !== "request") return null;
  const until = addMs(key.revokedAt, undoRevokeMs);
  return until > now ? until : null;
}

/**
 * Brings a key back as it was, within an hour of its revoke. Throws FORBIDDEN, NOT_FOUND, CONFLICT (not
 * revoked, too late, or revoked because it was exposed), LIMIT_REACHED.
 */
export async function undoRevoke(
  db: Db,
  scope: Scope,
  input: KeyReference,
  origin: RequestOrigin,
): Promise<void> {
  requireManager(scope);
  await db.transaction(async (tx) => {
    await lockWorkspace(tx, scope.workspaceId);
    const { key, now } = await lockKey(tx, scope, input.id);
    if (!key.revokedAt) throw new AppError("CONFLICT", "This key isn't revoked.");
    if (key.revokedReason === "exposed") {
      const message = "This key was seen in public, so it stays revoked. Create another one.";
      throw new AppError("CONFLICT", message);
    }
    if (!undoRevokeUntil(key, now)) {
      const message = "A revoke can be undone for 60 minutes. Create another key.";
      throw new AppError("CONFLICT", message);
    }
    await requireReachOf(tx, scope, key);
    await tx
      .update(apiKeys)
      .set({ revokedAt: null, revokedBy: null, revokedReason: null, updatedAt: now })
      .where(eq(apiKeys.id, key.id));
    await requireRoomForKeys(tx, scope.workspaceId);
    const details = { name: key.name };
    await auditKey(tx, scope, key.id, { action: "api_key.revoke_undone", details }, origin);
  });
}
