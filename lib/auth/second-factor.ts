import "server-only";
import { and, eq, inArray, isNotNull, isNull, lt, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { recoveryCodes, secondFactors } from "@/db/schema/workspaces";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import {
  hashesOfRecoveryCode,
  hashRecoveryCode,
  makeRecoveryCodes,
  normalizeRecoveryCode,
} from "@/lib/auth/recovery-codes";
import { clearAttempts, takeProofAttempt } from "@/lib/auth/throttle";
import { findTotpStep, makeTotpSecret, totpAddress } from "@/lib/auth/totp";
import { brand } from "@/lib/brand";
import { AppError } from "@/lib/errors";
import type { Scope } from "@/lib/scope";
import { deriveKey, seal, unseal } from "@/lib/sealed";

/*
 * `authSecret` is the deployment's AUTH_SECRET: the shared secret of an app is encrypted, and recovery codes
 * are hashed, under keys made of it.
 */
const keyOf = (authSecret: string) => deriveKey(authSecret, "second factors");
const contextOf = (userId: string) => `second factor of ${userId}`;
/** For who encrypts them anew when the deployment's secret changes. */
export const secondFactorSeal = { keyOf, contextOf };

const wrongCode = () =>
  new AppError("VALIDATION_ERROR", undefined, {
    fields: { code: "This code isn’t right, or was used before. Enter the one shown now." },
  });

/** True where signing in asks for a code. */
export async function hasSecondFactor(db: Db, userId: string): Promise<boolean> {
  const [row] = await db
    .select({ userId: secondFactors.userId })
    .from(secondFactors)
    .where(and(eq(secondFactors.userId, userId), isNotNull(secondFactors.confirmedAt)));
  return row !== undefined;
}

/** The second factor as Settings shows it; null where there is none. */
export async function getSecondFactor(
  db: Db,
  scope: Scope,
): Promise<{ confirmedAt: Date; codesLeft: number } | null> {
  const [row] = await db
    .select({
      confirmedAt: secondFactors.confirmedAt,
      codesLeft: sql<number>`(
        select count(*)::int from ${recoveryCodes} r
        where r.user_id = second_factors.user_id and r.used_at is null)`,
    })
    .from(secondFactors)
    .where(eq(secondFactors.userId, scope.userId));
  return row?.confirmedAt ? { confirmedAt: row.confirmedAt, codesLeft: row.codesLeft } : null;
}

/** What an authenticator app needs. */
export interface Enrolment {
  /** Base32, to be typed where no camera is at hand. */
  secret: string;
  /** `otpauth://…`, for the QR code. */
  address: string;
}

/**
 * Makes a shared secret that waits for its first code; one that waited before is replaced. Throws CONFLICT
 * where a second factor is on already.
 */
export async function beginEnrolment(
  db: Db,
  scope: Scope,
  user: { email: string },
  authSecret: string,
): Promise<Enrolment> {
  const secret = makeTotpSecret();
  const sealed = seal(keyOf(authSecret), Buffer.from(secret), contextOf(scope.userId));
  const [row] = await db
    .insert(secondFactors)
    .values({ userId: scope.userId, secret: sealed })
    .onConflictDoUpdate({
      target: secondFactors.userId,
      set: { secret: sealed, lastStep: null, createdAt: sql`now()` },
      setWhere: isNull(secondFactors.confirmedAt),
    })
    .returning({ userId: secondFactors.userId });
  if (!row) throw new AppError("CONFLICT", "Two-factor authentication is on already.");
  return { secret, address: totpAddress(secret, brand.name, user.email) };
}

/** The step a code belongs to, by the database's clock; null for a wrong one and where nothing is set up. */
async function findStep(
  db: Db,
  userId: string,
  code: string,
  authSecret: string,
): Promise<number | null> {
  const [row] = await db
    .select({
      secret: secondFactors.secret,
      epoch: sql<string>`extract(epoch from clock_timestamp())`,
    })
    .from(secondFactors)
    .where(eq(secondFactors.userId, userId));
  const secret = row ? unseal(keyOf(authSecret), row.secret, contextOf(userId)) : null;
  if (!row || !secret) return null;
  return findTotpStep(secret.toString(), code, Number(row.epoch));
}

/** Marks a step, and with it all before, as spent. False where it is already: two at once can't both pass. */
async function spendStep(
  db: Db,
  userId: string,
  step: number,
  changes: { confirmedAt?: ReturnType<typeof sql> } = {},
): Promise<boolean> {
  const isNew = or(isNull(secondFactors.lastStep), lt(secondFactors.lastStep, step));
  const state = changes.confirmedAt
    ? isNull(secondFactors.confirmedAt)
    : isNotNull(secondFactors.confirmedAt);
  const spent = await db
    .update(secondFactors)
    .set({ lastStep: step, ...changes })
    .where(and(eq(secondFactors.userId, userId), isNew, state))
    .returning({ userId: secondFactors.userId });
  return spent.length > 0;
}

async function replaceRecoveryCodes(tx: Db, userId: string, authSecret: string): Promise<string[]> {
  const codes = makeRecoveryCodes();
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
  await tx.insert(recoveryCodes).values(
    codes.map((code) => ({
      userId,
      codeHash: hashRecoveryCode(authSecret, normalizeRecoveryCode(code) ?? ""),
    })),
  );
  return codes;
}

/**
 * Turns the second factor on with the first code of the app. Answers the recovery codes, which exist in clear
 * only in this answer. Throws VALIDATION_ERROR for a wrong code.
 */
export async function confirmEnrolment(
  tx: Db,
  scope: Scope,
  code: string,
  authSecret: string,
  origin: RequestOrigin,
): Promise<string[]> {
  const step = await findStep(tx, scope.userId, code, authSecret);
  const isOn =
    step !== null && (await spendStep(tx, scope.userId, step, { confirmedAt: sql`now()` }));
  if (!isOn) throw wrongCode();
  await recordAudit(tx, {
    workspaceId: scope.workspaceId,
    userId: scope.userId,
    action: "second_factor.enabled",
    targetType: "user",
    targetId: scope.userId,
    origin,
  });
  return await replaceRecoveryCodes(tx, scope.userId, authSecret);
}

/**
 * Checks and spends what was typed: a code of the app, or a recovery code. Answers which it was. Throws
 * VALIDATION_ERROR for a wrong or spent one, RATE_LIMITED with the wait after some.
 */
export async function spendCode(
  db: Db,
  userId: string,
  typed: string,
  authSecret: string,
): Promise<"app" | "recovery"> {
  const subject = await takeProofAttempt(db, "code", userId);
  const digits = typed.replaceAll(/\s/g, "");
  const kind = /^\d{6}$/.test(digits)
    ? (await spendAppCode(db, userId, digits, authSecret)) && "app"
    : (await spendRecoveryCode(db, userId, typed, authSecret)) && "recovery";
  if (!kind) throw wrongCode();
  await clearAttempts(db, subject);
  return kind;
}

async function spendAppCode(
  db: Db,
  userId: string,
  code: string,
  authSecret: string,
): Promise<boolean> {
  const step = await findStep(db, userId, code, authSecret);
  return step !== null && (await spendStep(db, userId, step));
}

async function spendRecoveryCode(
  db: Db,
  userId: string,
  typed: string,
  authSecret: string,
): Promise<boolean> {
  const code = normalizeRecoveryCode(typed);
  if (code === null || !(await hasSecondFactor(db, userId))) return false;
  const spent = await db
    .update(recoveryCodes)
    .set({ usedAt: sql`now()` })
    .where(
      and(
        eq(recoveryCodes.userId, userId),
        inArray(recoveryCodes.codeHash, hashesOfRecoveryCode(authSecret, code)),
        isNull(recoveryCodes.usedAt),
      ),
    )
    .returning({ userId: recoveryCodes.userId });
  return spent.length > 0;
}

/** Makes ten new recovery codes; the old ones stop working. Throws NOT_FOUND without a second factor. */
export async function renewRecoveryCodes(
  tx: Db,
  scope: Scope,
  authSecret: string,
  origin: RequestOrigin,
): Promise<string[]> {
  if (!(await hasSecondFactor(tx, scope.userId))) {
    throw new AppError("NOT_FOUND", "Two-factor authentication is off.");
  }
  await recordAudit(tx, {
    workspaceId: scope.workspaceId,
    userId: scope.userId,
    action: "second_factor.codes_renewed",
    targetType: "user",
    targetId: scope.userId,
    origin,
  });
  return await replaceRecoveryCodes(tx, scope.userId, authSecret);
}

/** Turns the second factor off, with its recovery codes. Throws NOT_FOUND where there is none. */
export async function removeSecondFactor(
  tx: Db,
  scope: Scope,
  origin: RequestOrigin,
): Promise<void> {
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, scope.userId));
  const removed = await tx
    .delete(secondFactors)
    .where(and(eq(secondFactors.userId, scope.userId), isNotNull(secondFactors.confirmedAt)))
    .returning({ userId: secondFactors.userId });
  if (removed.length === 0) throw new AppError("NOT_FOUND", "Two-factor authentication is off.");
  await recordAudit(tx, {
    workspaceId: scope.workspaceId,
    userId: scope.userId,
    action: "second_factor.disabled",
    targetType: "user",
    targetId: scope.userId,
    origin,
  });
}
