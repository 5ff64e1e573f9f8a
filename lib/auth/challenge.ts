import "server-only";
import { and, asc, eq, gt, isNull, lt, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { members, signInChallenges, users } from "@/db/schema/workspaces";
import { hashSecret, makeSecret } from "@/lib/auth/mail-token";

/** How long somebody may take to enter the code, in minutes. */
export const challengeMinutes = 10;

/** Notes that a user has shown the first factor. Answers what their browser keeps until the code comes. */
export async function openChallenge(db: Db, userId: string, method: string): Promise<string> {
  const token = makeSecret();
  await db.delete(signInChallenges).where(lt(signInChallenges.expiresAt, sql`now()`));
  await db.insert(signInChallenges).values({
    tokenHash: hashSecret(token),
    userId,
    method,
    expiresAt: sql`now() + make_interval(mins => ${challengeMinutes}::int)`,
  });
  return token;
}

/** A sign-in that waits for its code. */
export interface OpenChallenge {
  userId: string;
  workspaceId: string | null;
  name: string;
  email: string;
  method: string;
}

/** Who it is that the code is asked of; null when the challenge is unknown, too old or answered. */
export async function findChallenge(db: Db, token: string): Promise<OpenChallenge | null> {
  const [row] = await db
    .select({
      userId: users.id,
      workspaceId: members.workspaceId,
      name: users.name,
      email: users.email,
      method: signInChallenges.method,
    })
    .from(signInChallenges)
    .innerJoin(users, eq(users.id, signInChallenges.userId))
    .leftJoin(members, eq(members.userId, users.id))
    .where(
      and(
        eq(signInChallenges.tokenHash, hashSecret(token)),
        isNull(signInChallenges.usedAt),
        gt(signInChallenges.expiresAt, sql`now()`),
      ),
    )
    .orderBy(asc(members.createdAt), asc(members.workspaceId))
    .limit(1);
  return row ?? null;
}

/** Ends a challenge whose code was right. False where that has happened already. */
export async function closeChallenge(db: Db, token: string): Promise<boolean> {
  const closed = await db
    .update(signInChallenges)
    .set({ usedAt: sql`now()` })
    .where(and(eq(signInChallenges.tokenHash, hashSecret(token)), isNull(signInChallenges.usedAt)))
    .returning({ userId: signInChallenges.userId });
  return closed.length > 0;
}

/** Ends every sign-in of a user that waits for its code: the first factor has changed meanwhile. */
export async function voidChallenges(tx: Db, userId: string): Promise<void> {
  await tx.delete(signInChallenges).where(eq(signInChallenges.userId, userId));
}
