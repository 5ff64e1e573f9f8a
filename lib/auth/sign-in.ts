import "server-only";
import { eq } from "drizzle-orm";
import type { Db } from "@/db/client";
import { users } from "@/db/schema/workspaces";
import { recordAudit } from "@/lib/audit/record";
import type { ClientAddress } from "@/lib/auth/address";
import { closeChallenge, findChallenge, openChallenge } from "@/lib/auth/challenge";
import { startSession } from "@/lib/auth/mutations";
import { verifyPassword } from "@/lib/auth/password";
import { findAccount } from "@/lib/auth/queries";
import { hasSecondFactor, spendCode } from "@/lib/auth/second-factor";
import { clearAttempts, forgiveAttempt, takeSignInAttempt } from "@/lib/auth/throttle";
import { AppError } from "@/lib/errors";

/** Where a sign-in comes from. */
export interface Visitor extends ClientAddress {
  userAgent: string | null;
}

/** What the first factor leads to: a session, or, with a second factor, the question for its code. */
export type SignInOutcome =
  | { kind: "session"; userId: string; sessionId: string }
  | { kind: "challenge"; userId: string; token: string };

/**
 * Opens a session for somebody who has shown the first factor, whichever way, or asks for the second. `method` is
 * `password`, `link`, or a provider's id.
 */
export async function admitUser(
  db: Db,
  account: { userId: string; workspaceId: string | null },
  method: string,
  visitor: Visitor,
): Promise<SignInOutcome> {
  const { userId } = account;
  if (await hasSecondFactor(db, userId)) {
    return { kind: "challenge", userId, token: await openChallenge(db, userId, method) };
  }
  const sessionId = await startSession(db, { ...account, method }, visitor);
  return { kind: "session", userId, sessionId };
}

/**
 * Checks an e-mail address and a password and lets their owner in. Throws RATE_LIMITED with the wait, or
 * UNAUTHENTICATED in the same words and after the same work whether the address is known or not.
 */
export async function signInWithPassword(
  db: Db,
  input: { email: string; password: string },
  visitor: Visitor,
): Promise<SignInOutcome> {
  const attempt = await takeSignInAttempt(db, input.email, visitor);
  const account = await findAccount(db, input.email);
  const matches = await verifyPassword(input.password, account?.passwordHash ?? null);
  const outcome = account && matches ? await admitByPassword(db, account, visitor) : null;
  if (!outcome) {
    // An unknown address leaves a row as well: the time it takes must not tell the two apart.
    await recordAudit(db, {
      workspaceId: account?.workspaceId ?? null,
      userId: null,
      action: "session.sign_in_failed",
      targetType: "user",
      ...(account ? { targetId: account.userId } : {}),
      origin: visitor,
    });
    throw new AppError("UNAUTHENTICATED", "Email or password is wrong.");
  }
  await clearAttempts(db, attempt.account);
  await forgiveAttempt(db, attempt.address);
  return outcome;
}

/**
 * Lets in whoever has shown the password, unless it has changed since it was read: comparing takes a while, and
 * a session that starts just after a reset has ended them all would be left. The lock has the two take turns.
 */
async function admitByPassword(
  db: Db,
  account: NonNullable<Awaited<ReturnType<typeof findAccount>>>,
  visitor: Visitor,
): Promise<SignInOutcome | null> {
  return await db.transaction(async (tx) => {
    const [user] = await tx
      .select({ passwordHash: users.passwordHash })
      .from(users)
      .where(eq(users.id, account.userId))
      .for("share");
    if (!user || user.passwordHash !== account.passwordHash) return null;
    return await admitUser(tx, account, "password", visitor);
  });
}

/**
 * Answers the question for the second factor with a code and opens the session. Throws INVALID_TOKEN where nothing
 * was asked or too long ago, VALIDATION_ERROR for a wrong code, RATE_LIMITED after some. `kind` says which code it was.
 */
export async function signInWithCode(
  db: Db,
  input: { token: string; code: string; authSecret: string },
  visitor: Visitor,
): Promise<{
  userId: string;
  workspaceId: string | null;
  sessionId: string;
  email: string;
  kind: "app" | "recovery";
}> {
  const challenge = await findChallenge(db, input.token);
  if (!challenge) throw new AppError("INVALID_TOKEN", signInAgain);
  const { userId, workspaceId, method, email } = challenge;
  const kind = await spendCode(db, userId, input.code, input.authSecret).catch(async (error) => {
    // Only what was compared: whoever goes on after that has to wait, and mustn't fill the log meanwhile.
    if (error instanceof AppError && error.code === "VALIDATION_ERROR") {
      await recordAudit(db, {
        workspaceId,
        userId: null,
        action: "session.code_failed",
        targetType: "user",
        targetId: userId,
        origin: visitor,
      });
    }
    throw error;
  });
  // In one, so that a new password, which ends both, finds the question or the session.
  const sessionId = await db.transaction(async (tx) => {
    if (!(await closeChallenge(tx, input.token))) throw new AppError("INVALID_TOKEN", signInAgain);
    if (kind === "recovery") {
      await recordAudit(tx, {
        workspaceId,
        userId,
        action: "second_factor.recovery_code_used",
        targetType: "user",
        targetId: userId,
        origin: visitor,
      });
    }
    const how = { userId, workspaceId, method, secondFactor: kind };
    return await startSession(tx, how, visitor);
  });
  return { userId, workspaceId, sessionId, email, kind };
}

const signInAgain = "This took too long. Sign in again.";
