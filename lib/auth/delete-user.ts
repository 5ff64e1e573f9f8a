import "server-only";
import { eq, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { notificationChoices } from "@/db/schema/notifications";
import { operators } from "@/db/schema/operators";
import {
  connectedAccounts,
  invitations,
  mailTokens,
  recoveryCodes,
  secondFactors,
  sessions,
  signInChallenges,
  users,
} from "@/db/schema/workspaces";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import { endAllSessions } from "@/lib/auth/mutations";
import { accountSubject, clearAttempts } from "@/lib/auth/throttle";
import { AppError } from "@/lib/errors";
import type { Scope } from "@/lib/scope";

export interface FormerUser {
  name: string;
  email: string;
}

/** Locks the caller's own account, so that deleting it twice at once is once. Throws NOT_FOUND when it is gone. */
export async function lockOwnUser(tx: Db, scope: Scope): Promise<FormerUser> {
  const [user] = await tx
    .select({ name: users.name, email: users.email })
    .from(users)
    .where(eq(users.id, scope.userId))
    .for("update");
  if (!user || user.email === formerEmail(scope.userId)) throw new AppError("NOT_FOUND");
  return user;
}

/** Stands for the address of a deleted account: unique, in normal form, and no mail can reach it. */
const formerEmail = (userId: string) => `${userId}@deleted.invalid`;

/**
 * Ends every session of the caller and takes away all that tells who they were and all that could sign them
 * in. The row stays, because the ledger and the audit trail point at it; the address is free again.
 */
export async function forgetUser(
  tx: Db,
  scope: Scope,
  email: string,
  origin: RequestOrigin,
): Promise<void> {
  const { userId, workspaceId } = scope;
  await endAllSessions(tx, scope, origin);
  await recordAudit(tx, {
    ...{ workspaceId, userId, targetType: "user", targetId: userId, origin },
    action: "user.deleted",
  });
  await tx
    .update(sessions)
    .set({ address: null, userAgent: null })
    .where(eq(sessions.userId, userId));
  await tx.delete(operators).where(eq(operators.userId, userId));
  await tx.delete(connectedAccounts).where(eq(connectedAccounts.userId, userId));
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
  await tx.delete(secondFactors).where(eq(secondFactors.userId, userId));
  await tx.delete(signInChallenges).where(eq(signInChallenges.userId, userId));
  await tx.delete(mailTokens).where(or(eq(mailTokens.userId, userId), eq(mailTokens.email, email)));
  await tx
    .delete(invitations)
    .where(or(eq(invitations.email, email), eq(invitations.acceptedBy, userId)));
  await tx.delete(notificationChoices).where(eq(notificationChoices.userId, userId));
  await clearAttempts(tx, accountSubject(email));
  await tx
    .update(users)
    .set({
      name: "Deleted user",
      email: formerEmail(userId),
      emailVerifiedAt: null,
      passwordHash: null,
      updatedAt: sql`now()`,
    })
    .where(eq(users.id, userId));
}
