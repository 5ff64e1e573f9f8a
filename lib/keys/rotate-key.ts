import "server-only";
import { eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeySecrets, apiKeys } from "@/db/schema/keys";
import type { RequestOrigin } from "@/lib/audit/record";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { auditKey, lockKey, requireLive, requireManager, requireReachOf } from "@/lib/keys/own-key";
import {
  type ExtendGrace,
  type KeyReference,
  pendingSecretMs,
  type RetireOldSecret,
  type RotateKey,
} from "@/lib/keys/schema";
import { mintSecret } from "@/lib/keys/secret";
import { retireSecret, settleSecrets } from "@/lib/keys/secrets-of-key";
import { graceSecondsMax } from "@/lib/keys/terms";
import type { Scope } from "@/lib/scope";
import { addMs, secondMs } from "@/lib/time";
import { emitEvents } from "@/lib/webhooks/emit";

export interface RotatedKey {
  id: string;
  name: string;
  /** In clear, for the one time it is shown. */
  secret: string;
  last4: string;
  /** How long the old secret works on after the new one's first use. */
  graceSeconds: number;
  /** Unused by then, the new secret is void and nothing has changed. */
  lapsesAt: Date;
}

/**
 * Makes a new secret for a key and answers it. Both work; the new one's first use starts the overlap,
 * at whose end the old one stops. It also claims a rotation that the policy has opened. Throws
 * FORBIDDEN, NOT_FOUND, CONFLICT (revoked, expired, disabled, or a rotation is under way).
 */
export async function rotateKey(
  db: Db,
  scope: Scope,
  input: RotateKey,
  origin: RequestOrigin,
): Promise<RotatedKey> {
  requireManager(scope);
  const { id, graceSeconds } = input;
  return await db.transaction(async (tx) => {
    const { key, now } = await lockKey(tx, scope, id);
    requireLive(key, now);
    if (key.disabledAt) {
      throw new AppError("CONFLICT", "This key is disabled. Enable it before rotating it.");
    }
    await requireReachOf(tx, scope, key);
    const { active, pending, retiring } = await settleSecrets(tx, id, now);
    if (pending) {
      throw new AppError(
        "CONFLICT",
        `A new secret (…${pending.last4}) is waiting for its first use. Use it, or cancel the rotation.`,
      );
    }
    if (retiring) {
      throw new AppError(
        "CONFLICT",
        `The old secret (…${retiring.last4}) still works. Retire it before rotating again.`,
      );
    }
    const { secret, prefix, last4, hash } = mintSecret(key.environment);
    const lapsesAt = addMs(now, pendingSecretMs);
    await tx.insert(apiKeySecrets).values({
      ...{ id: newId("secret"), keyId: id, workspaceId: key.workspaceId, hash, prefix, last4 },
      ...{ state: "pending", graceSeconds, lapsesAt, createdAt: now },
    });
    await tx
      .update(apiKeys)
      .set({ rotationDeadlineAt: null, updatedAt: now })
      .where(eq(apiKeys.id, id));
    const details = { name: key.name, last4, oldLast4: active.last4, graceSeconds };
    await auditKey(tx, scope, id, { action: "api_key.rotated", details }, origin);
    await emitEvents(tx, [
      {
        ...{ workspaceId: key.workspaceId, type: "api_key.rotated" },
        data: {
          api_key: { id, name: key.name, environment: key.environment, last4 },
          old_last4: active.last4,
          overlap_seconds: graceSeconds,
          lapses_at: lapsesAt.toISOString(),
        },
      },
    ]);
    return { id, name: key.name, secret, last4, graceSeconds, lapsesAt };
  });
}

/**
 * Takes back a rotation whose new secret was never used: that secret is void at once. Throws FORBIDDEN,
 * NOT_FOUND, CONFLICT (none is under way, or the new secret is in use already).
 */
export async function cancelRotation(
  db: Db,
  scope: Scope,
  input: KeyReference,
  origin: RequestOrigin,
): Promise<void> {
  requireManager(scope);
  const { id } = input;
  await db.transaction(async (tx) => {
    const { key, now } = await lockKey(tx, scope, id);
    requireLive(key, now);
    const { pending, retiring } = await settleSecrets(tx, id, now);
    if (!pending && retiring) {
      throw new AppError(
        "CONFLICT",
        "The new secret is in use already, so this rotation can't be cancelled.",
      );
    }
    if (!pending) throw new AppError("CONFLICT", "No rotation is under way.");
    await retireSecret(tx, pending.id, now);
    await tx.update(apiKeys).set({ updatedAt: now }).where(eq(apiKeys.id, id));
    const details = { name: key.name, last4: pending.last4 };
    await auditKey(tx, scope, id, { action: "api_key.rotation_cancelled", details }, origin);
  });
}

/**
 * Ends the old secret of a rotation now: requests with it that start after the answer are refused. While
 * the new one was never used that is refused, because nothing shows that anybody has it; with
 * `evenIfUnused` the new one takes over at once. Throws FORBIDDEN, NOT_FOUND, CONFLICT.
 */
export async function retireOldSecret(
  db: Db,
  scope: Scope,
  input: RetireOldSecret,
  origin: RequestOrigin,
): Promise<void> {
  requireManager(scope);
  const { id } = input;
  await db.transaction(async (tx) => {
    const { key, now } = await lockKey(tx, scope, id);
    requireLive(key, now);
    const { active, pending, retiring } = await settleSecrets(tx, id, now);
    if (pending && input.evenIfUnused !== true) {
      throw new AppError(
        "CONFLICT",
        `The new secret (…${pending.last4}) hasn't been used yet. Retiring the old one now would stop everything that still uses it.`,
      );
    }
    if (pending) {
      if (key.disabledAt) {
        throw new AppError("CONFLICT", "This key is disabled. Enable it first.");
      }
      await tx
        .update(apiKeySecrets)
        .set({ graceSeconds: 0 })
        .where(eq(apiKeySecrets.id, pending.id));
      await tx.execute(sql`select activate_secret(${pending.id})`);
    } else if (retiring) {
      await retireSecret(tx, retiring.id, now);
    } else {
      throw new AppError("CONFLICT", "This key has no old secret.");
    }
    await tx.update(apiKeys).set({ updatedAt: now }).where(eq(apiKeys.id, id));
    const details = { name: key.name, last4: pending ? active.last4 : (retiring?.last4 ?? "") };
    await auditKey(tx, scope, id, { action: "api_key.old_secret_retired", details }, origin);
  });
}

/**
 * Lets the old secret of a rotation work longer: `seconds` more, at most seven days from now and never
 * past the key's own end. Answers when it ends. Throws FORBIDDEN, NOT_FOUND, CONFLICT.
 */
export async function extendGrace(
  db: Db,
  scope: Scope,
  input: ExtendGrace,
  origin: RequestOrigin,
): Promise<{ retiresAt: Date }> {
  requireManager(scope);
  const { id, seconds } = input;
  return await db.transaction(async (tx) => {
    const { key, now } = await lockKey(tx, scope, id);
    requireLive(key, now);
    const { retiring } = await settleSecrets(tx, id, now);
    if (!retiring?.retiresAt) {
      throw new AppError("CONFLICT", "There is no overlap that could be extended.");
    }
    const ends = [
      addMs(retiring.retiresAt, seconds * secondMs),
      addMs(now, graceSecondsMax * secondMs),
      ...(key.expiresAt ? [key.expiresAt] : []),
    ];
    const retiresAt = new Date(Math.min(...ends.map((end) => end.getTime())));
    if (retiresAt <= retiring.retiresAt) {
      throw new AppError(
        "CONFLICT",
        "The old secret works as long as it may: seven days from now, and never past the key's own end.",
      );
    }
    await tx.update(apiKeySecrets).set({ retiresAt }).where(eq(apiKeySecrets.id, retiring.id));
    await tx.update(apiKeys).set({ updatedAt: now }).where(eq(apiKeys.id, id));
    const details = {
      name: key.name,
      last4: retiring.last4,
      from: retiring.retiresAt.toISOString(),
      to: retiresAt.toISOString(),
    };
    await auditKey(tx, scope, id, { action: "api_key.overlap_extended", details }, origin);
    return { retiresAt };
  });
}
