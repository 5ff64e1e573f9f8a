import "server-only";
import { and, eq, isNull, ne, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeySecrets, apiKeys } from "@/db/schema/keys";
import { workspaces } from "@/db/schema/workspaces";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { resolveExpiry } from "@/lib/keys/expiry";
import { canManageKeys, grantableScopes } from "@/lib/keys/permission";
import { type CreateKey, liveKeysMax, type RenameKey, type RevokeKey } from "@/lib/keys/schema";
import { mintSecret } from "@/lib/keys/secret";
import type { Scope } from "@/lib/scope";

export interface CreatedKey {
  id: string;
  name: string;
  /** In clear, for the one time it is shown. */
  secret: string;
}

function requireManager(scope: Scope): void {
  if (canManageKeys(scope.role)) return;
  throw new AppError("FORBIDDEN", "Your role can't change API keys. Ask an owner or an admin.");
}

/** Makes creation in one workspace take turns, so that the limit holds, and tells the database's time. */
async function lockWorkspace(tx: Db, workspaceId: string): Promise<Date> {
  const [row] = await tx
    .select({ now: sql`clock_timestamp()`.mapWith(apiKeys.createdAt) })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId))
    .for("no key update");
  if (!row) throw new AppError("NOT_FOUND");
  return row.now;
}

async function countLiveKeys(tx: Db, workspaceId: string): Promise<number> {
  const [row] = await tx
    .select({ count: sql`count(*)`.mapWith(Number) })
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.workspaceId, workspaceId),
        isNull(apiKeys.revokedAt),
        sql`coalesce(${apiKeys.expiresAt} > now(), true)`,
      ),
    );
  return row?.count ?? 0;
}

/**
 * Makes a key and answers its secret, which exists nowhere else from then on. Throws FORBIDDEN (role, or
 * a scope beyond it), VALIDATION_ERROR (expiry by the database's clock), CONFLICT (this form has made
 * its key already), LIMIT_REACHED.
 */
export async function createKey(
  db: Db,
  scope: Scope,
  input: CreateKey,
  origin: RequestOrigin,
): Promise<CreatedKey> {
  requireManager(scope);
  const beyondRole = input.scopes.find((name) => !grantableScopes(scope.role).includes(name));
  if (beyondRole) {
    throw new AppError("FORBIDDEN", `Your role can't give a key the scope ${beyondRole}.`);
  }
  const { workspaceId, userId } = scope;
  const { name, environment, scopes } = input;
  const id = newId("apiKey");
  const minted = mintSecret(environment);
  await db.transaction(async (tx) => {
    const now = await lockWorkspace(tx, workspaceId);
    const expiry = resolveExpiry(input.expiry, now);
    if (!expiry.ok) {
      throw new AppError("VALIDATION_ERROR", undefined, { fields: { expiry: expiry.message } });
    }
    const { expiresAt } = expiry;
    const made = await tx
      .insert(apiKeys)
      .values({
        ...{ id, workspaceId, name, environment, scopes, expiresAt },
        createdBy: userId,
        formNonce: input.nonce,
      })
      .onConflictDoNothing({ target: [apiKeys.workspaceId, apiKeys.formNonce] })
      .returning({ id: apiKeys.id });
    if (made.length === 0) {
      throw new AppError(
        "CONFLICT",
        "This form has already created its key. If you didn't get to see it, revoke it in the list and create another.",
      );
    }
    if ((await countLiveKeys(tx, workspaceId)) > liveKeysMax) {
      throw new AppError(
        "LIMIT_REACHED",
        `A workspace can have ${liveKeysMax} live keys. Revoke one that isn't used any more.`,
      );
    }
    const { prefix, last4, hash } = minted;
    await tx.insert(apiKeySecrets).values({
      ...{ id: newId("secret"), keyId: id, workspaceId, hash, prefix, last4, state: "active" },
    });
    await recordAudit(tx, {
      ...{ workspaceId, userId, action: "api_key.created", targetType: "api_key", targetId: id },
      details: { name, environment, scopes, last4, expiresAt: expiresAt?.toISOString() ?? null },
      origin,
    });
  });
  return { id, name, secret: minted.secret };
}

/** Gives a key another name; its present one changes nothing. Throws FORBIDDEN, NOT_FOUND. */
export async function renameKey(
  db: Db,
  scope: Scope,
  input: RenameKey,
  origin: RequestOrigin,
): Promise<{ name: string }> {
  requireManager(scope);
  const { id, name } = input;
  const { workspaceId, userId } = scope;
  const own = and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, id));
  await db.transaction(async (tx) => {
    const [before] = await tx
      .select({ name: apiKeys.name })
      .from(apiKeys)
      .where(own)
      .for("no key update");
    if (!before) throw new AppError("NOT_FOUND");
    const renamed = await tx
      .update(apiKeys)
      .set({ name })
      .where(and(own, ne(apiKeys.name, name)))
      .returning({ id: apiKeys.id });
    if (renamed.length === 0) return;
    await recordAudit(tx, {
      ...{ workspaceId, userId, action: "api_key.renamed", targetType: "api_key", targetId: id },
      details: { from: before.name, to: name },
      origin,
    });
  });
  return { name };
}

/**
 * Ends a key for good: once this has answered, no request that starts later is accepted, because the
 * gateway reads the committed row for each. Throws FORBIDDEN, NOT_FOUND, CONFLICT (already revoked).
 */
export async function revokeKey(
  db: Db,
  scope: Scope,
  input: RevokeKey,
  origin: RequestOrigin,
): Promise<{ revokedAt: Date }> {
  requireManager(scope);
  const { id } = input;
  const { workspaceId, userId } = scope;
  const own = and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, id));
  return await db.transaction(async (tx) => {
    const [revoked] = await tx
      .update(apiKeys)
      .set({ revokedAt: sql`clock_timestamp()`, revokedBy: userId })
      .where(and(own, isNull(apiKeys.revokedAt)))
      .returning({ name: apiKeys.name, revokedAt: apiKeys.revokedAt });
    if (!revoked?.revokedAt) {
      const [existing] = await tx.select({ id: apiKeys.id }).from(apiKeys).where(own);
      if (!existing) throw new AppError("NOT_FOUND");
      throw new AppError("CONFLICT", "This key is already revoked. Nothing more needs to be done.");
    }
    await recordAudit(tx, {
      ...{ workspaceId, userId, action: "api_key.revoked", targetType: "api_key", targetId: id },
      details: { name: revoked.name },
      origin,
    });
    return { revokedAt: revoked.revokedAt };
  });
}
