import "server-only";
import { eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { connectedAccounts, mailTokens, users } from "@/db/schema/workspaces";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import { voidChallenges } from "@/lib/auth/challenge";
import { type LiveMailToken, spendMailToken, voidSignInTokens } from "@/lib/auth/mail-token";
import { endAllSessions, endOtherSessions } from "@/lib/auth/mutations";
import { findPasswordProblem, type PasswordOwner } from "@/lib/auth/password";
import { admitUser, type SignInOutcome, type Visitor } from "@/lib/auth/sign-in";
import { accountSubject, clearAttempts } from "@/lib/auth/throttle";
import { AppError } from "@/lib/errors";
import type { Scope } from "@/lib/scope";

/** Throws VALIDATION_ERROR at `password` unless it is one that may be chosen. */
export function requireGoodPassword(
  password: string,
  owner: PasswordOwner,
  field = "password",
): void {
  const problem = findPasswordProblem(password, owner);
  if (problem) throw new AppError("VALIDATION_ERROR", undefined, { fields: { [field]: problem } });
}

async function setPassword(tx: Db, userId: string, passwordHash: string): Promise<void> {
  await tx.update(users).set({ passwordHash, updatedAt: sql`now()` }).where(eq(users.id, userId));
  await voidSignInTokens(tx, userId);
  await voidChallenges(tx, userId);
}

/** Changes the caller's password and ends their other sessions. The hash is made by the caller, outside of `tx`. */
export async function changePassword(
  tx: Db,
  scope: Scope,
  passwordHash: string,
  origin: RequestOrigin,
): Promise<void> {
  await setPassword(tx, scope.userId, passwordHash);
  await endOtherSessions(tx, scope, origin);
  await recordAudit(tx, {
    workspaceId: scope.workspaceId,
    userId: scope.userId,
    action: "user.password_changed",
    targetType: "user",
    targetId: scope.userId,
    origin,
  });
}

/** Whose account a token is for, as far as choosing a password needs it. */
export interface TokenOwner {
  userId: string;
  workspaceId: string | null;
  name: string;
  email: string;
}

/**
 * Sets the password of a reset token's owner: spends the token, ends every session, and counts the address as
 * confirmed, since its mail was read. Accounts that were connected before anybody had confirmed the address are
 * disconnected: who connected them may have been somebody else. Throws INVALID_TOKEN where the token was spent meanwhile.
 */
export async function resetPassword(
  tx: Db,
  token: LiveMailToken,
  owner: TokenOwner,
  passwordHash: string,
  origin: RequestOrigin,
): Promise<void> {
  await spendMailToken(tx, "reset", token);
  const [user] = await tx
    .select({ verifiedAt: users.emailVerifiedAt })
    .from(users)
    .where(eq(users.id, owner.userId))
    .for("update");
  if (!user?.verifiedAt) {
    await tx.delete(connectedAccounts).where(eq(connectedAccounts.userId, owner.userId));
  }
  await setPassword(tx, owner.userId, passwordHash);
  await tx
    .update(users)
    .set({ emailVerifiedAt: sql`coalesce(${users.emailVerifiedAt}, now())` })
    .where(eq(users.id, owner.userId));
  await endAllSessions(tx, owner, origin);
  await clearAttempts(tx, accountSubject(owner.email));
  await recordAudit(tx, {
    workspaceId: owner.workspaceId,
    userId: owner.userId,
    action: "user.password_reset",
    targetType: "user",
    targetId: owner.userId,
    origin,
  });
}

/**
 * Lets the owner of a sign-in token in, or asks for their second factor. Their address counts as confirmed, since its mail
 * was read. Throws INVALID_TOKEN where the token was spent meanwhile.
 */
export async function signInWithLink(
  tx: Db,
  token: LiveMailToken,
  owner: TokenOwner,
  visitor: Visitor,
): Promise<SignInOutcome> {
  await spendMailToken(tx, "sign_in", token);
  await tx
    .update(users)
    .set({ emailVerifiedAt: sql`coalesce(${users.emailVerifiedAt}, now())` })
    .where(eq(users.id, owner.userId));
  return await admitUser(tx, owner, "link", visitor);
}

/** Counts an address as confirmed, by a link that was sent there. */
export async function verifyEmail(
  tx: Db,
  token: LiveMailToken,
  owner: TokenOwner,
  origin: RequestOrigin,
): Promise<void> {
  await spendMailToken(tx, "verify", token);
  await tx.update(users).set({ emailVerifiedAt: sql`now()` }).where(eq(users.id, owner.userId));
  await recordAudit(tx, {
    workspaceId: owner.workspaceId,
    userId: owner.userId,
    action: "user.email_verified",
    targetType: "user",
    targetId: owner.userId,
    origin,
  });
}

/**
 * Gives the caller the address that the token was sent to. Answers the old one. Throws INVALID_TOKEN where the
 * token is somebody else's, was spent, or the address has been taken meanwhile.
 */
export async function changeEmail(
  tx: Db,
  scope: Scope,
  token: LiveMailToken,
  origin: RequestOrigin,
): Promise<{ from: string; to: string }> {
  if (token.userId !== scope.userId) throw new AppError("INVALID_TOKEN");
  await spendMailToken(tx, "change_email", token);
  const [before] = await tx
    .select({ email: users.email })
    .from(users)
    .where(eq(users.id, scope.userId))
    .for("update");
  const [taken] = await tx.select({ id: users.id }).from(users).where(eq(users.email, token.email));
  if (!before || taken) throw new AppError("INVALID_TOKEN");
  await tx
    .update(users)
    .set({ email: token.email, emailVerifiedAt: sql`now()`, updatedAt: sql`now()` })
    .where(eq(users.id, scope.userId));
  // What was sent to the old address opens nothing any more.
  await tx
    .update(mailTokens)
    .set({ usedAt: sql`coalesce(${mailTokens.usedAt}, now())` })
    .where(eq(mailTokens.userId, scope.userId));
  await recordAudit(tx, {
    workspaceId: scope.workspaceId,
    userId: scope.userId,
    action: "user.email_changed",
    targetType: "user",
    targetId: scope.userId,
    origin,
  });
  return { from: before.email, to: token.email };
}
