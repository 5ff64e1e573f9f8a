import "server-only";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeySecrets, apiKeys } from "@/db/schema/keys";
import { workspaces } from "@/db/schema/workspaces";
import type { RequestOrigin } from "@/lib/audit/record";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { resolveExpiry } from "@/lib/keys/expiry";
import { changeLimits, describeLimits, limitColumns, noLimits } from "@/lib/keys/limit-columns";
import {
  auditKey,
  type KeyRow,
  powerOf,
  readActingKey,
  readClock,
  requireManager,
  requireReach,
  requireStillMember,
} from "@/lib/keys/own-key";
import { type ExpiryChoice, liveKeysMax, type NewKey } from "@/lib/keys/schema";
import { mintSecret } from "@/lib/keys/secret";
import type { Scope } from "@/lib/scope";
import { addMs, dayMs } from "@/lib/time";
import { emitEvents } from "@/lib/webhooks/emit";

export interface CreatedKey {
  id: string;
  name: string;
  /** In clear, for the one time it is shown. */
  secret: string;
}

/** Makes what adds live keys to one workspace take turns, so that their limit holds. */
export async function lockWorkspace(tx: Db, workspaceId: string): Promise<void> {
  const [row] = await tx
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId))
    .for("no key update");
  if (!row) throw new AppError("NOT_FOUND");
}

/** Throws LIMIT_REACHED where the workspace has more live keys than it may. Call it after adding one. */
export async function requireRoomForKeys(tx: Db, workspaceId: string): Promise<void> {
  const [row] = await tx
    .select({ count: sql`count(*)`.mapWith(Number) })
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.workspaceId, workspaceId),
        isNull(apiKeys.revokedAt),
        sql`coalesce(least(${apiKeys.expiresAt}, ${apiKeys.rotationDeadlineAt}) > now(), true)`,
      ),
    );
  if ((row?.count ?? 0) <= liveKeysMax) return;
  throw new AppError(
    "LIMIT_REACHED",
    `A workspace can have ${liveKeysMax} live keys. Revoke one that isn't used any more.`,
  );
}

/** The instant a choice means. Throws VALIDATION_ERROR at the field `expiry`. */
export function requireExpiry(choice: ExpiryChoice, now: Date): Date | null {
  const expiry = resolveExpiry(choice, now);
  if (expiry.ok) return expiry.expiresAt;
  throw new AppError("VALIDATION_ERROR", undefined, { fields: { expiry: expiry.message } });
}

/** What the row will hold: where a key acts, what isn't asked for is bounded as that key is. */
function keyOf(input: NewKey, acting: KeyRow | null, now: Date) {
  const { name, environment, scopes } = input;
  const rotationDays = input.rotationDays ?? null;
  return {
    ...{ name, environment, scopes, rotationDays },
    expiresAt: input.expiry ? requireExpiry(input.expiry, now) : (acting?.expiresAt ?? null),
    rotationDueAt: rotationDays === null ? null : addMs(now, rotationDays * dayMs),
    limits: changeLimits(acting ? powerOf(acting) : noLimits, input),
  };
}

/**
 * Makes a key and answers its secret, which exists nowhere else from then on. Throws FORBIDDEN (role, or
 * more than the role or the acting key may give), VALIDATION_ERROR (expiry by the database's clock),
 * CONFLICT (this form has made its key already), LIMIT_REACHED.
 */
export async function createKey(
  db: Db,
  scope: Scope,
  input: NewKey,
  origin: RequestOrigin,
): Promise<CreatedKey> {
  requireManager(scope);
  const { workspaceId, userId } = scope;
  const id = newId("apiKey");
  const minted = mintSecret(input.environment);
  await db.transaction(async (tx) => {
    await lockWorkspace(tx, workspaceId);
    await requireStillMember(tx, scope);
    const acting = await readActingKey(tx, scope);
    const { limits, ...key } = keyOf(input, acting, await readClock(tx));
    requireReach(scope, { ...key, ...limits }, acting);
    const made = await tx
      .insert(apiKeys)
      .values({
        ...{ id, workspaceId, ...key, ...limitColumns(limits) },
        createdBy: userId,
        createdByKeyId: scope.keyId ?? null,
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
    await requireRoomForKeys(tx, workspaceId);
    const { prefix, last4, hash } = minted;
    await tx.insert(apiKeySecrets).values({
      ...{ id: newId("secret"), keyId: id, workspaceId, hash, prefix, last4, state: "active" },
    });
    const { name, environment, scopes, expiresAt, rotationDays } = key;
    const details = {
      ...{ name, environment, scopes, last4, expiresAt: expiresAt?.toISOString() ?? null },
      ...(rotationDays === null ? {} : { rotationDays }),
      ...describeLimits(limits),
    };
    await auditKey(tx, scope, id, { action: "api_key.created", details }, origin);
    const told = { id, name, environment, last4, scopes: [...scopes] };
    await emitEvents(tx, [
      {
        ...{ workspaceId, type: "api_key.created" },
        data: { api_key: { ...told, expires_at: expiresAt?.toISOString() ?? null } },
      },
    ]);
  });
  return { id, name: input.name, secret: minted.secret };
}
