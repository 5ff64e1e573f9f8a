import "server-only";
import type { Db } from "@/db/client";
import { recordAudit } from "@/lib/audit/record";
import type { ClientAddress } from "@/lib/auth/address";
import { startSession } from "@/lib/auth/mutations";
import { verifyPassword } from "@/lib/auth/password";
import { findAccount } from "@/lib/auth/queries";
import { clearAttempts, forgiveAttempt, takeSignInAttempt } from "@/lib/auth/throttle";
import { AppError } from "@/lib/errors";

/** Where a sign-in comes from. */
export interface Visitor extends ClientAddress {
  userAgent: string | null;
}

/**
 * Checks an e-mail address and a password and opens a session. Throws RATE_LIMITED with the wait, or
 * UNAUTHENTICATED in the same words and after the same work whether the address is known or not.
 */
export async function signInWithPassword(
  db: Db,
  input: { email: string; password: string },
  visitor: Visitor,
): Promise<{ userId: string; sessionId: string }> {
  const attempt = await takeSignInAttempt(db, input.email, visitor);
  const account = await findAccount(db, input.email);
  const matches = await verifyPassword(input.password, account?.passwordHash ?? null);
  if (!account || !matches) {
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
  const sessionId = await startSession(db, account, visitor);
  return { userId: account.userId, sessionId };
}
