import "server-only";
import { and, eq, gt, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { connectedAccounts, sessions, users } from "@/db/schema/workspaces";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import { verifyPassword } from "@/lib/auth/password";
import { hasSecondFactor, spendCode } from "@/lib/auth/second-factor";
import { clearAttempts, takeProofAttempt } from "@/lib/auth/throttle";
import { AppError } from "@/lib/errors";
import type { Scope } from "@/lib/scope";

/** For how long after showing who they are somebody may do what can't be taken back, in minutes. */
export const recentMinutes = 10;

/** True when the session's user has shown who they are within the last ten minutes. */
export async function isRecentSignIn(
  db: Db,
  scope: Pick<Scope, "userId" | "sessionId">,
): Promise<boolean> {
  const [row] = await db
    .select({ id: sessions.id })
    .from(sessions)
    .where(
      and(
        eq(sessions.id, scope.sessionId),
        eq(sessions.userId, scope.userId),
        isNull(sessions.revokedAt),
        gt(sessions.provedAt, sql`now() - make_interval(mins => ${recentMinutes}::int)`),
      ),
    );
  return row !== undefined;
}

/**
 * Lets an act go on that a stolen or forgotten session must not do: throws RECENT_SIGN_IN_REQUIRED unless its
 * user has shown who they are within ten minutes. The dashboard then asks, and repeats the act
 * (`useRecentSignIn`).
 */
export async function requireRecentSignIn(
  db: Db,
  scope: Pick<Scope, "userId" | "sessionId">,
): Promise<void> {
  if (!(await isRecentSignIn(db, scope))) throw new AppError("RECENT_SIGN_IN_REQUIRED");
}

/** The ways in which somebody can show who they are. */
export interface ProofMethods {
  password: boolean;
  code: boolean;
  /** Ids of the providers whose accounts are connected. */
  providers: string[];
}

/** What the caller can be asked for. */
export async function findProofMethods(db: Db, scope: Scope): Promise<ProofMethods> {
  const [user] = await db
    .select({ hasPassword: sql<boolean>`${users.passwordHash} is not null` })
    .from(users)
    .where(eq(users.id, scope.userId));
  const accounts = await db
    .select({ provider: connectedAccounts.provider })
    .from(connectedAccounts)
    .where(eq(connectedAccounts.userId, scope.userId))
    .orderBy(connectedAccounts.provider);
  return {
    password: user?.hasPassword ?? false,
    code: await hasSecondFactor(db, scope.userId),
    providers: accounts.map(({ provider }) => provider),
  };
}

/** Notes that the session's user has just shown who they are. */
export async function noteProof(
  db: Db,
  scope: Scope,
  method: string,
  origin: RequestOrigin,
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx
      .update(sessions)
      .set({ provedAt: sql`now()` })
      .where(and(eq(sessions.id, scope.sessionId), eq(sessions.userId, scope.userId)));
    await recordAudit(tx, {
      workspaceId: scope.workspaceId,
      userId: scope.userId,
      action: "session.proved",
      targetType: "session",
      targetId: scope.sessionId,
      details: { method },
      origin,
    });
  });
}

/**
 * Compares a password with the caller's own. Throws VALIDATION_ERROR at `field` for a wrong one, and RATE_LIMITED
 * with the wait after five: whoever sits at somebody's open session must not guess on.
 */
export async function requireOwnPassword(
  db: Db,
  scope: Scope,
  password: string,
  field: string,
  origin: RequestOrigin,
): Promise<void> {
  const subject = await takeProofAttempt(db, "password", scope.userId);
  const [user] = await db
    .select({ passwordHash: users.passwordHash })
    .from(users)
    .where(eq(users.id, scope.userId));
  if (!(await verifyPassword(password, user?.passwordHash ?? null))) {
    await recordProofFailure(db, scope, origin);
    throw new AppError("VALIDATION_ERROR", undefined, {
      fields: { [field]: "This isn’t your password." },
    });
  }
  await clearAttempts(db, subject);
}

/** Shows who the caller is by password or by code; afterwards `requireRecentSignIn` passes for ten minutes. */
export async function proveIdentity(
  db: Db,
  scope: Scope,
  proof: { password: string } | { code: string },
  authSecret: string,
  origin: RequestOrigin,
): Promise<void> {
  if ("password" in proof) {
    await requireOwnPassword(db, scope, proof.password, "password", origin);
    await noteProof(db, scope, "password", origin);
    return;
  }
  const kind = await spendOwnCode(db, scope, proof.code, authSecret, origin);
  await noteProof(db, scope, kind === "app" ? "code" : "recovery_code", origin);
}

/** Spends a code of the caller's, as `spendCode` does; a wrong one leaves its row in the audit trail. */
export async function spendOwnCode(
  db: Db,
  scope: Scope,
  typed: string,
  authSecret: string,
  origin: RequestOrigin,
): Promise<"app" | "recovery"> {
  return await spendCode(db, scope.userId, typed, authSecret).catch(async (error: unknown) => {
    if (error instanceof AppError && error.code === "VALIDATION_ERROR") {
      await recordProofFailure(db, scope, origin);
    }
    throw error;
  });
}

async function recordProofFailure(db: Db, scope: Scope, origin: RequestOrigin): Promise<void> {
  await recordAudit(db, {
    workspaceId: scope.workspaceId,
    userId: scope.userId,
    action: "session.proof_failed",
    targetType: "session",
    targetId: scope.sessionId,
    origin,
  });
}
