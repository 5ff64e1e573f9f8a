import "server-only";
import { and, eq, isNull, ne, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { members, sessions, users } from "@/db/schema/workspaces";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import type { Scope, SignedIn } from "@/lib/scope";

/** Said for every reason that an account can't be opened, so that it doesn't tell who has one. */
const cannotOpenAccount =
  "An account can't be opened with these details. If you already have one, sign in instead.";

/**
 * Inserts a user and answers its id. `email` is as the Email schema leaves it. Throws CONFLICT when the address is
 * taken, also when another sign-up takes it at the same moment; the transaction around it may go on.
 */
export async function createUser(
  tx: Db,
  input: { name: string; email: string; passwordHash: string | null; isVerified?: boolean },
): Promise<string> {
  const { isVerified, ...row } = input;
  const [user] = await tx
    .insert(users)
    .values({ id: newId("user"), ...row, ...(isVerified ? { emailVerifiedAt: sql`now()` } : {}) })
    .onConflictDoNothing({ target: users.email })
    .returning({ id: users.id });
  if (!user) throw new AppError("CONFLICT", cannotOpenAccount);
  return user.id;
}

/** Starts a session of 30 days and records the sign-in with how it was shown. Answers the session's id. */
export async function startSession(
  db: Db,
  input: { userId: string; workspaceId: string | null; method?: string; secondFactor?: string },
  origin: RequestOrigin,
): Promise<string> {
  const id = newId("session");
  await db.transaction(async (tx) => {
    await tx.insert(sessions).values({
      id,
      userId: input.userId,
      expiresAt: sql`now() + interval '30 days'`,
      address: origin.address,
      userAgent: origin.userAgent?.slice(0, 400) ?? null,
    });
    await recordAudit(tx, {
      workspaceId: input.workspaceId,
      userId: input.userId,
      action: "session.signed_in",
      targetType: "session",
      targetId: id,
      details: {
        ...(input.method ? { method: input.method } : {}),
        ...(input.secondFactor ? { secondFactor: input.secondFactor } : {}),
      },
      origin,
    });
  });
  return id;
}

/**
 * Notes that a session is in use, and its user in the workspace they act in; at most once a minute, whatever the
 * traffic.
 */
export async function touchSession(db: Db, signedIn: SignedIn): Promise<void> {
  const { sessionId, userId, workspaceId } = signedIn;
  const touched = await db
    .update(sessions)
    .set({ lastSeenAt: sql`now()` })
    .where(
      and(
        eq(sessions.id, sessionId),
        isNull(sessions.revokedAt),
        sql`${sessions.lastSeenAt} < now() - interval '1 minute'`,
      ),
    )
    .returning({ id: sessions.id });
  if (touched.length === 0 || workspaceId === null) return;
  await db
    .update(members)
    .set({ lastSeenAt: sql`now()` })
    .where(and(eq(members.workspaceId, workspaceId), eq(members.userId, userId)));
}

/** Whose sessions they are. */
type SessionOwner = Pick<SignedIn, "userId" | "workspaceId">;

/** Ends those of a user's live sessions that `which` picks, with an audit row each. Answers how many. */
async function endOwnSessions(
  db: Db,
  scope: SessionOwner,
  which: SQL,
  action: "session.signed_out" | "session.ended",
  origin: RequestOrigin,
): Promise<number> {
  return await db.transaction(async (tx) => {
    const ended = await tx
      .update(sessions)
      .set({ revokedAt: sql`now()` })
      .where(and(which, eq(sessions.userId, scope.userId), isNull(sessions.revokedAt)))
      .returning({ id: sessions.id });
    for (const { id } of ended) {
      await recordAudit(tx, {
        workspaceId: scope.workspaceId,
        userId: scope.userId,
        action,
        targetType: "session",
        targetId: id,
        origin,
      });
    }
    return ended.length;
  });
}

/** Signs out: ends the caller's own session. Once ended it stays so; a second time does nothing. */
export async function signOutSession(
  db: Db,
  signedIn: SignedIn,
  origin: RequestOrigin,
): Promise<void> {
  const own = eq(sessions.id, signedIn.sessionId);
  await endOwnSessions(db, signedIn, own, "session.signed_out", origin);
}

/** Ends one of the caller's other sessions. Throws NOT_FOUND for anybody else's and for ended ones. */
export async function endSession(
  db: Db,
  scope: Scope,
  input: { sessionId: string },
  origin: RequestOrigin,
): Promise<void> {
  const which = eq(sessions.id, input.sessionId);
  const ended = await endOwnSessions(db, scope, which, "session.ended", origin);
  if (ended === 0) throw new AppError("NOT_FOUND", "This session has already ended.");
}

/** Ends every session of the caller but the one that asks. Answers how many there were. */
export async function endOtherSessions(
  db: Db,
  scope: Scope,
  origin: RequestOrigin,
): Promise<number> {
  return await endOwnSessions(db, scope, ne(sessions.id, scope.sessionId), "session.ended", origin);
}

/** Ends every session of a user: whoever has them may no longer be who they were given to. */
export async function endAllSessions(
  tx: Db,
  owner: SessionOwner,
  origin: RequestOrigin,
): Promise<number> {
  return await endOwnSessions(tx, owner, sql`true`, "session.ended", origin);
}

/** Changes the caller's own display name. */
export async function renameUser(
  db: Db,
  scope: Scope,
  input: { name: string },
  origin: RequestOrigin,
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx
      .update(users)
      .set({ name: input.name, updatedAt: sql`now()` })
      .where(eq(users.id, scope.userId));
    await recordAudit(tx, {
      workspaceId: scope.workspaceId,
      userId: scope.userId,
      action: "user.renamed",
      targetType: "user",
      targetId: scope.userId,
      details: { name: input.name },
      origin,
    });
  });
}
