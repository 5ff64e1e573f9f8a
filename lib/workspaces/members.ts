import "server-only";
import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { members, users, workspaces } from "@/db/schema/workspaces";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import { AppError } from "@/lib/errors";
import { requirePermission } from "@/lib/permissions";
import type { Role, Scope } from "@/lib/scope";
import { tellOfJoining, tellOfLeaving } from "@/lib/workspaces/member-events";
import type { ChangeRole, MemberReference } from "@/lib/workspaces/member-schema";

/** Whom an act on a member concerned, so that they can be told. */
export interface ConcernedMember {
  userId: string;
  name: string;
  email: string;
  /** What they were before the act. */
  role: Role;
}

/**
 * Locks who is in the workspace, so that acts on its members take turns, and answers the caller's scope with the
 * role that they have now: it may have been taken away while they waited. Throws FORBIDDEN for who isn't a
 * member any more.
 */
export async function lockMembers(tx: Db, scope: Scope): Promise<Scope> {
  const { workspaceId } = scope;
  await tx
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId))
    .for("no key update");
  const [own] = await tx
    .select({ role: members.role })
    .from(members)
    .where(and(eq(members.workspaceId, workspaceId), eq(members.userId, scope.userId)));
  if (!own) throw new AppError("FORBIDDEN", "You aren’t in this workspace any more.");
  return { ...scope, role: own.role };
}

/** A member of the locked workspace. Throws NOT_FOUND, for another workspace's as for nobody. */
async function findMember(tx: Db, { workspaceId }: Scope, userId: string) {
  const [member] = await tx
    .select({ userId: users.id, name: users.name, email: users.email, role: members.role })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.workspaceId, workspaceId), eq(members.userId, userId)));
  if (!member) throw new AppError("NOT_FOUND", "They aren’t in this workspace.");
  return member;
}

/** Throws CONFLICT where `userId` is the last who owns the locked workspace. */
async function requireOtherOwner(tx: Db, { workspaceId }: Scope, userId: string): Promise<void> {
  const [other] = await tx
    .select({ userId: members.userId })
    .from(members)
    .where(
      and(
        eq(members.workspaceId, workspaceId),
        eq(members.role, "owner"),
        sql`${members.userId} <> ${userId}`,
      ),
    )
    .limit(1);
  if (other) return;
  throw new AppError(
    "CONFLICT",
    "A workspace always has an owner, and this is its only one. Make somebody else an owner first.",
  );
}

async function setRole(tx: Db, { workspaceId }: Scope, userId: string, role: Role) {
  await tx
    .update(members)
    .set({ role })
    .where(and(eq(members.workspaceId, workspaceId), eq(members.userId, userId)));
}

/**
 * Gives a member another role. Answers whom it concerned, or null where they have the role already. Only owners
 * make owners, and take that away. Throws FORBIDDEN, NOT_FOUND, CONFLICT (the last owner).
 */
export async function changeRole(
  tx: Db,
  caller: Scope,
  { userId, role }: ChangeRole,
  origin: RequestOrigin,
): Promise<ConcernedMember | null> {
  requirePermission(caller, "members.manage");
  const scope = await lockMembers(tx, caller);
  requirePermission(scope, "members.manage");
  const member = await findMember(tx, scope, userId);
  if (member.role === role) return null;
  if (member.role === "owner" || role === "owner") requirePermission(scope, "owners.manage");
  if (member.role === "owner") await requireOtherOwner(tx, scope, userId);
  await setRole(tx, scope, userId, role);
  await recordAudit(tx, {
    ...{ workspaceId: scope.workspaceId, userId: scope.userId, origin },
    ...{ targetType: "user", targetId: userId },
    action: "member.role_changed",
    details: { from: member.role, to: role },
  });
  return member;
}

/**
 * Makes a member an owner and the caller, who was one, an admin. Answers the new owner as they were. Throws
 * FORBIDDEN, NOT_FOUND, CONFLICT (to oneself, or to who is an owner already).
 */
export async function transferOwnership(
  tx: Db,
  caller: Scope,
  { userId }: MemberReference,
  origin: RequestOrigin,
): Promise<ConcernedMember> {
  requirePermission(caller, "owners.manage");
  const scope = await lockMembers(tx, caller);
  requirePermission(scope, "owners.manage");
  const member = await findMember(tx, scope, userId);
  if (member.role === "owner") throw new AppError("CONFLICT", "They own the workspace already.");
  await setRole(tx, scope, userId, "owner");
  await setRole(tx, scope, scope.userId, "admin");
  await recordAudit(tx, {
    ...{ workspaceId: scope.workspaceId, userId: scope.userId, origin },
    ...{ targetType: "user", targetId: userId },
    action: "member.ownership_transferred",
  });
  return member;
}

/**
 * Takes a member out of the workspace, or the caller themselves: everybody may leave. Their sessions lose the
 * workspace at their next request. What becomes of keys that they made is for who calls to decide, in the same
 * transaction. Throws FORBIDDEN, NOT_FOUND, CONFLICT (the last owner).
 */
export async function removeMember(
  tx: Db,
  caller: Scope,
  { userId }: MemberReference,
  keys: "keep" | "revoke",
  origin: RequestOrigin,
): Promise<ConcernedMember> {
  const isOwn = userId === caller.userId;
  if (!isOwn) requirePermission(caller, "members.manage");
  const scope = await lockMembers(tx, caller);
  if (!isOwn) requirePermission(scope, "members.manage");
  const member = await findMember(tx, scope, userId);
  if (member.role === "owner") {
    if (!isOwn) requirePermission(scope, "owners.manage");
    await requireOtherOwner(tx, scope, userId);
  }
  await tx
    .delete(members)
    .where(and(eq(members.workspaceId, scope.workspaceId), eq(members.userId, userId)));
  await recordAudit(tx, {
    ...{ workspaceId: scope.workspaceId, userId: scope.userId, origin },
    ...{ targetType: "user", targetId: userId },
    action: isOwn ? "member.left" : "member.removed",
    details: { role: member.role, keys },
  });
  await tellOfLeaving(tx, scope.workspaceId, member);
  return member;
}

/**
 * Makes a user a member, in the transaction of what entitles them to it. Answers false, and changes nothing, for
 * who is one already.
 */
export async function addMember(
  tx: Db,
  input: { workspaceId: string; userId: string; role: Role },
  origin: RequestOrigin,
): Promise<boolean> {
  const { workspaceId, userId, role } = input;
  const added = await tx
    .insert(members)
    .values({ ...input, lastSeenAt: sql`now()` })
    .onConflictDoNothing()
    .returning({ userId: members.userId });
  if (added.length === 0) return false;
  await recordAudit(tx, {
    ...{ workspaceId, userId, targetType: "user", targetId: userId, origin },
    action: "member.joined",
    details: { role },
  });
  await tellOfJoining(tx, input);
  return true;
}
