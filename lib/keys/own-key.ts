import "server-only";
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeys } from "@/db/schema/keys";
import { members } from "@/db/schema/workspaces";
import { type AuditEntry, type RequestOrigin, recordAudit } from "@/lib/audit/record";
import { AppError } from "@/lib/errors";
import { grantableScopes } from "@/lib/keys/permission";
import { type Excess, findExcess, type KeyPower } from "@/lib/keys/power";
import { keyEndsAt } from "@/lib/keys/status";
import { requirePermission } from "@/lib/permissions";
import type { Scope } from "@/lib/scope";

export type KeyRow = typeof apiKeys.$inferSelect;

/** A key would be allowed more than the key that acts. `excess` says in which ways. */
export class BeyondKeyError extends AppError {
  readonly excess: Excess[];

  constructor(excess: Excess[]) {
    super("FORBIDDEN", excess.map(({ message }) => message).join(" "));
    this.name = "BeyondKeyError";
    this.excess = excess;
  }
}

/** Throws FORBIDDEN for roles that may only look. */
export function requireManager(scope: Scope): void {
  requirePermission(scope, "keys.manage");
}

/**
 * Throws FORBIDDEN for a person who was taken out of the locked workspace while they waited: they leave no key
 * behind that nobody knew of. A key that acts is asked for by `readActingKey`.
 */
export async function requireStillMember(tx: Db, scope: Scope): Promise<void> {
  if (scope.keyId !== undefined) return;
  const [own] = await tx
    .select({ userId: members.userId })
    .from(members)
    .where(and(eq(members.workspaceId, scope.workspaceId), eq(members.userId, scope.userId)));
  if (!own) throw new AppError("FORBIDDEN", "You aren’t in this workspace any more.");
}

/** The database's time at this moment, not at the start of the transaction. */
export async function readClock(tx: Db): Promise<Date> {
  const rows = await tx.execute(
    sql`select floor(extract(epoch from clock_timestamp()) * 1000)::text as ms`,
  );
  return new Date(Number(rows[0]?.ms));
}

/** A test key is a sandbox: to it there are no live keys. Everybody else sees all of the workspace's. */
function inSight(scope: Scope): SQL | undefined {
  if (scope.keyId === undefined) return undefined;
  return sql`(${apiKeys.environment} = 'test' or exists (
    select from api_keys acting where acting.id = ${scope.keyId} and acting.environment = 'live'))`;
}

/**
 * Locks one of the workspace's keys, so that verbs on it take turns, and tells the database's time
 * after the wait. Throws NOT_FOUND, for another's key as for none.
 */
export async function lockKey(
  tx: Db,
  scope: Scope,
  id: string,
): Promise<{ key: KeyRow; now: Date }> {
  const [key] = await tx
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.workspaceId, scope.workspaceId), eq(apiKeys.id, id), inSight(scope)))
    .for("no key update");
  if (!key) throw new AppError("NOT_FOUND");
  return { key, now: await readClock(tx) };
}

/** Throws CONFLICT where a key is revoked or has ended: such a key can't be changed or rotated. */
export function requireLive(key: KeyRow, now: Date): void {
  if (key.revokedAt) throw new AppError("CONFLICT", "This key is revoked. Create another one.");
  const endsAt = keyEndsAt(key);
  if (endsAt && endsAt <= now) {
    throw new AppError("CONFLICT", "This key has expired. Create another one.");
  }
}

export function powerOf(key: KeyRow): KeyPower {
  return {
    environment: key.environment,
    scopes: key.scopes,
    expiresAt: key.expiresAt,
    modelAllowlist: key.modelAllowlist,
    addressAllowlist: key.addressAllowlist,
    requestsPerHour: key.requestsPerHour,
    caps: {
      day: key.capDayNanos,
      week: key.capWeekNanos,
      month: key.capMonthNanos,
      total: key.capTotalNanos,
    },
  };
}

/** The key that acts, where one does. Throws FORBIDDEN where it has been turned off meanwhile. */
export async function readActingKey(tx: Db, scope: Scope): Promise<KeyRow | null> {
  if (scope.keyId === undefined) return null;
  const [acting] = await tx
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.workspaceId, scope.workspaceId), eq(apiKeys.id, scope.keyId)));
  if (!acting || acting.revokedAt || acting.disabledAt) throw new AppError("FORBIDDEN");
  return acting;
}

/**
 * Refuses to hand out a key of this power: to members whose role can't give its scopes, and to keys that
 * may do less themselves. Throws FORBIDDEN, from a key as a BeyondKeyError.
 */
export function requireReach(scope: Scope, power: KeyPower, acting: KeyRow | null): void {
  const grantable: readonly string[] = grantableScopes(scope.role);
  const beyondRole = power.scopes.find((name) => !grantable.includes(name));
  if (beyondRole) {
    throw new AppError("FORBIDDEN", `Your role can't give a key the scope ${beyondRole}.`);
  }
  if (!acting) return;
  const excess = findExcess(power, powerOf(acting));
  if (excess.length > 0) throw new BeyondKeyError(excess);
}

/** The same for a key as it stands: whoever turns it on or gets its secret could use it. */
export async function requireReachOf(tx: Db, scope: Scope, key: KeyRow): Promise<void> {
  // A key has its own power already.
  if (scope.keyId === key.id) return;
  requireReach(scope, powerOf(key), await readActingKey(tx, scope));
}

/** Writes the audit row of an act on a key, by the member or by the key that acts. */
export async function auditKey(
  tx: Db,
  scope: Scope,
  keyId: string,
  entry: Pick<AuditEntry, "action" | "details">,
  origin: RequestOrigin,
): Promise<void> {
  const { workspaceId, userId } = scope;
  await recordAudit(tx, {
    ...{ workspaceId, userId, actorKeyId: scope.keyId, targetType: "api_key", targetId: keyId },
    ...entry,
    origin,
  });
}
