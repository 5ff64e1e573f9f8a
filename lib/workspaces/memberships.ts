import "server-only";
import { and, asc, count, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { members, users, workspaces } from "@/db/schema/workspaces";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import { AppError } from "@/lib/errors";
import type { Role, SignedIn } from "@/lib/scope";
import { createWorkspace } from "@/lib/workspaces/mutations";

/** A workspace that somebody is in, for choosing. */
export interface Membership {
  id: string;
  name: string;
  role: Role;
  isSuspended: boolean;
}

/** How many workspaces of their own somebody may open. */
export const ownedMax = 10;

const listedMax = 200;

/** The workspaces that a user is in, the one they were in first on top. */
export async function listMemberships(db: Db, userId: string): Promise<Membership[]> {
  return await db
    .select({
      id: workspaces.id,
      name: workspaces.name,
      role: members.role,
      isSuspended: sql<boolean>`${workspaces.suspendedAt} is not null`,
    })
    .from(members)
    .innerJoin(workspaces, eq(workspaces.id, members.workspaceId))
    .where(eq(members.userId, userId))
    .orderBy(asc(members.createdAt), asc(members.workspaceId))
    .limit(listedMax);
}

/** Notes that a user comes to a workspace of theirs. Throws NOT_FOUND for another's, as for none. */
export async function enterWorkspace(db: Db, userId: string, workspaceId: string): Promise<void> {
  const entered = await db
    .update(members)
    .set({ lastSeenAt: sql`now()` })
    .where(and(eq(members.workspaceId, workspaceId), eq(members.userId, userId)))
    .returning({ workspaceId: members.workspaceId });
  if (entered.length === 0) throw new AppError("NOT_FOUND", "You aren’t in this workspace.");
}

/**
 * Opens one more workspace with the caller as its owner: its own balance, at zero, its own plan and keys. Answers
 * its id. Throws LIMIT_REACHED for who owns ten.
 */
export async function openOwnWorkspace(
  db: Db,
  { userId }: SignedIn,
  { name }: { name: string },
  origin: RequestOrigin,
): Promise<string> {
  return await db.transaction(async (tx) => {
    // Of one user's at once each sees what the one before has made.
    await tx.select({ id: users.id }).from(users).where(eq(users.id, userId)).for("update");
    const [owned] = await tx
      .select({ count: count() })
      .from(members)
      .where(and(eq(members.userId, userId), eq(members.role, "owner")));
    if ((owned?.count ?? 0) >= ownedMax) {
      throw new AppError("LIMIT_REACHED", `You own ${ownedMax} workspaces, and that is the most.`);
    }
    const workspaceId = await createWorkspace(tx, { name, ownerId: userId });
    await recordAudit(tx, {
      ...{ workspaceId, userId, targetType: "workspace", targetId: workspaceId, origin },
      action: "workspace.created",
      details: { name },
    });
    return workspaceId;
  });
}
