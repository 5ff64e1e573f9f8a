import "server-only";
import { and, eq, gt } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeySecrets, apiKeys } from "@/db/schema/keys";
import type { AuditEntry, RequestOrigin } from "@/lib/audit/record";
import { AppError } from "@/lib/errors";
import { seedCaps } from "@/lib/keys/cap-budgets";
import { requireExpiry } from "@/lib/keys/create-key";
import { changeLimits, describeLimits, limitColumns } from "@/lib/keys/limit-columns";
import {
  auditKey,
  type KeyRow,
  lockKey,
  powerOf,
  readActingKey,
  requireLive,
  requireManager,
  requireReach,
  requireReachOf,
} from "@/lib/keys/own-key";
import type { KeyPower } from "@/lib/keys/power";
import type { KeyChange, KeyReference, RenameKey } from "@/lib/keys/schema";
import type { Scope } from "@/lib/scope";
import { addMs, dayMs } from "@/lib/time";

/** Is told a key's version under its lock, and throws where the change was meant for another. */
export type CheckVersion = (updatedAt: Date) => void;

type Details = NonNullable<AuditEntry["details"]>;

/** All of a key that can be changed, as the audit trail tells it. */
function describe(power: KeyPower, rotationDays: number | null): Details {
  return {
    scopes: [...power.scopes],
    expiresAt: power.expiresAt?.toISOString() ?? null,
    ...(rotationDays === null ? {} : { rotationDays }),
    ...describeLimits(power),
  };
}

/** `FIELD.from` and `FIELD.to` for each field that differs; null where there was or is no limit. */
function differences(before: Details, after: Details): Details {
  const found: Details = {};
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [from, to] = [before[field] ?? null, after[field] ?? null];
    if (JSON.stringify(from) === JSON.stringify(to)) continue;
    found[`${field}.from`] = from;
    found[`${field}.to`] = to;
  }
  return found;
}

/** When the policy next asks for a rotation: counted from the active secret's first day. */
async function rotationOf(tx: Db, key: KeyRow, days: number | null, now: Date) {
  if (days === null) return { rotationDueAt: null, rotationDeadlineAt: null };
  if (days === key.rotationDays) return {};
  const [secret] = await tx
    .select({ createdAt: apiKeySecrets.createdAt, activatedAt: apiKeySecrets.activatedAt })
    .from(apiKeySecrets)
    .where(and(eq(apiKeySecrets.keyId, key.id), eq(apiKeySecrets.state, "active")));
  const since = secret?.activatedAt ?? secret?.createdAt ?? now;
  const due = addMs(since, days * dayMs);
  const isOpen = key.rotationDeadlineAt !== null && due <= now;
  return {
    rotationDueAt: due < now ? now : due,
    // A longer interval takes back a rotation that it no longer asks for.
    rotationDeadlineAt: isOpen ? key.rotationDeadlineAt : null,
  };
}

async function renameLocked(
  tx: Db,
  scope: Scope,
  key: KeyRow,
  name: string,
  origin: RequestOrigin,
): Promise<boolean> {
  if (name === key.name) return false;
  await tx.update(apiKeys).set({ name }).where(eq(apiKeys.id, key.id));
  const details = { from: key.name, to: name };
  await auditKey(tx, scope, key.id, { action: "api_key.renamed", details }, origin);
  return true;
}

/** Throws CONFLICT where the page that sends a change has read an older key. */
function requireUnchanged(key: KeyRow, expected: string | undefined): void {
  if (expected === undefined || new Date(expected).getTime() === key.updatedAt.getTime()) return;
  throw new AppError("CONFLICT");
}

/** An overlap never goes past the key's own end. */
async function endOverlapBy(tx: Db, keyId: string, expiresAt: Date | null): Promise<void> {
  if (!expiresAt) return;
  await tx
    .update(apiKeySecrets)
    .set({ retiresAt: expiresAt })
    .where(
      and(
        eq(apiKeySecrets.keyId, keyId),
        eq(apiKeySecrets.state, "retiring"),
        gt(apiKeySecrets.retiresAt, expiresAt),
      ),
    );
}

async function changePower(
  tx: Db,
  scope: Scope,
  { key, now }: { key: KeyRow; now: Date },
  input: KeyChange,
  origin: RequestOrigin,
): Promise<boolean> {
  const before = powerOf(key);
  const after: KeyPower = {
    ...before,
    ...changeLimits(before, input),
    scopes: input.scopes ?? before.scopes,
    expiresAt: input.expiry ? requireExpiry(input.expiry, now) : before.expiresAt,
  };
  const rotationDays = input.rotationDays === undefined ? key.rotationDays : input.rotationDays;
  const details = differences(describe(before, key.rotationDays), describe(after, rotationDays));
  if (Object.keys(details).length === 0) return false;
  requireLive(key, now);
  requireReach(scope, before, null);
  requireReach(scope, after, await readActingKey(tx, scope));
  const isExpiryMoved = "expiresAt.to" in details;
  await tx
    .update(apiKeys)
    .set({
      ...limitColumns(after),
      scopes: [...after.scopes],
      expiresAt: after.expiresAt,
      rotationDays,
      ...(await rotationOf(tx, key, rotationDays, now)),
      // Another end deserves reminders of its own.
      ...(isExpiryMoved ? { expiryRemindedDays: null } : {}),
    })
    .where(eq(apiKeys.id, key.id));
  if (isExpiryMoved) await endOverlapBy(tx, key.id, after.expiresAt);
  await seedCaps(tx, key, before.caps, after.caps, now);
  const told = { name: key.name, ...details };
  await auditKey(tx, scope, key.id, { action: "api_key.updated", details: told }, origin);
  return true;
}

/**
 * Changes what a key may do, and its name. A cap that is set anew counts what the key has spent already
 * since its period began; a changed one goes on counting. Throws FORBIDDEN (role, or beyond the role or
 * the acting key), NOT_FOUND, VALIDATION_ERROR (expiry), CONFLICT (revoked or expired: only the name can
 * change; or changed meanwhile), and what `check` throws, under the key's lock. Answers when the key was
 * changed last, for the next change.
 */
export async function updateKey(
  db: Db,
  scope: Scope,
  input: KeyChange,
  origin: RequestOrigin,
  check: CheckVersion = () => undefined,
): Promise<{ updatedAt: Date }> {
  requireManager(scope);
  return await db.transaction(async (tx) => {
    const locked = await lockKey(tx, scope, input.id);
    requireUnchanged(locked.key, input.expectedUpdatedAt);
    check(locked.key.updatedAt);
    const { key } = locked;
    const isChanged = await changePower(tx, scope, locked, input, origin);
    const isRenamed = await renameLocked(tx, scope, key, input.name ?? key.name, origin);
    if (!isChanged && !isRenamed) return { updatedAt: key.updatedAt };
    return { updatedAt: await touch(tx, locked) };
  });
}

/** Moves the key's version on, by at least a millisecond, the finest that clients can send back. */
async function touch(tx: Db, { key, now }: { key: KeyRow; now: Date }): Promise<Date> {
  const updatedAt = now > key.updatedAt ? now : addMs(key.updatedAt, 1);
  await tx.update(apiKeys).set({ updatedAt }).where(eq(apiKeys.id, key.id));
  return updatedAt;
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
  await db.transaction(async (tx) => {
    const locked = await lockKey(tx, scope, id);
    if (await renameLocked(tx, scope, locked.key, name, origin)) await touch(tx, locked);
  });
  return { name };
}

/**
 * Turns a key off until it is enabled again: requests that start after the answer are refused. Throws
 * FORBIDDEN, NOT_FOUND, CONFLICT (disabled already, revoked, expired).
 */
export async function disableKey(
  db: Db,
  scope: Scope,
  input: KeyReference,
  origin: RequestOrigin,
): Promise<{ disabledAt: Date }> {
  requireManager(scope);
  return await db.transaction(async (tx) => {
    const locked = await lockKey(tx, scope, input.id);
    const { key, now } = locked;
    requireLive(key, now);
    if (key.disabledAt) throw new AppError("CONFLICT", "This key is disabled already.");
    await tx
      .update(apiKeys)
      // A key that is off can't claim a rotation: it is opened again once the key is back.
      .set({ disabledAt: now, rotationDeadlineAt: null })
      .where(eq(apiKeys.id, key.id));
    await touch(tx, locked);
    const details = { name: key.name };
    await auditKey(tx, scope, key.id, { action: "api_key.disabled", details }, origin);
    return { disabledAt: now };
  });
}

/** Turns a disabled key on again. Throws FORBIDDEN, NOT_FOUND, CONFLICT (not disabled, revoked, expired). */
export async function enableKey(
  db: Db,
  scope: Scope,
  input: KeyReference,
  origin: RequestOrigin,
): Promise<void> {
  requireManager(scope);
  await db.transaction(async (tx) => {
    const locked = await lockKey(tx, scope, input.id);
    const { key, now } = locked;
    requireLive(key, now);
    if (!key.disabledAt) throw new AppError("CONFLICT", "This key isn't disabled.");
    await requireReachOf(tx, scope, key);
    await tx.update(apiKeys).set({ disabledAt: null }).where(eq(apiKeys.id, key.id));
    await touch(tx, locked);
    const details = { name: key.name };
    await auditKey(tx, scope, key.id, { action: "api_key.enabled", details }, origin);
  });
}
