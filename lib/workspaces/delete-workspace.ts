import "server-only";
import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { members, users, workspaces } from "@/db/schema/workspaces";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import { AppError } from "@/lib/errors";
import { requirePermission } from "@/lib/permissions";
import type { Scope } from "@/lib/scope";
import { tellOfLeaving } from "@/lib/workspaces/member-events";
import { lockMembers } from "@/lib/workspaces/members";

/** A workspace that ends when its owner leaves. */
export interface EndingWorkspace {
  id: string;
  name: string;
}

const leaver = { userId: users.id, name: users.name, email: users.email };

/**
 * Takes somebody out of their workspaces. One that nobody else is in is deleted: from the end of the transaction
 * on its keys don't exist for the API, and streams end. Its ledger, log and audit trail stay. The others
 * keep the keys that were made in them, and their webhooks are told. Answers what was deleted.
 *
 * Throws CONFLICT where others are in a workspace that has no other owner: somebody has to take it over first.
 */
export async function leaveWorkspaces(
  tx: Db,
  userId: string,
  origin: RequestOrigin,
): Promise<EndingWorkspace[]> {
  const own = await tx
    .select({ id: workspaces.id, name: workspaces.name, role: members.role, user: leaver })
    .from(members)
    .innerJoin(workspaces, eq(workspaces.id, members.workspaceId))
    .innerJoin(users, eq(users.id, members.userId))
    .where(eq(members.userId, userId))
    .orderBy(workspaces.id)
    .for("no key update", { of: workspaces });
  const ending: EndingWorkspace[] = [];
  const staying: typeof own = [];
  for (const workspace of own) {
    const { id, name } = workspace;
    const others = await tx
      .select({ userId: members.userId, role: members.role })
      .from(members)
      .where(and(eq(members.workspaceId, id), sql`${members.userId} <> ${userId}`));
    if (others.length === 0) ending.push({ id, name });
    else if (others.some(({ role }) => role === "owner")) staying.push(workspace);
    else throw ownerless(name);
  }
  await tx.delete(members).where(eq(members.userId, userId));
  for (const { id } of ending) await deleteWorkspace(tx, id, userId, origin);
  for (const { id, role, user } of staying) {
    await recordAudit(tx, {
      ...{ workspaceId: id, userId, targetType: "user", targetId: userId, origin },
      action: "member.left",
      details: { role, keys: "keep" },
    });
    await tellOfLeaving(tx, id, user);
  }
  return ending;
}

/**
 * Deletes the caller's workspace with everybody's membership: from the end of the transaction on its keys don't
 * exist for the API. Its ledger, log and audit trail stay. Answers what it was called and who was in it.
 *
 * Throws FORBIDDEN, and VALIDATION_ERROR unless `confirmation` is the workspace's name.
 */
export async function endWorkspace(
  tx: Db,
  caller: Scope,
  confirmation: string,
  origin: RequestOrigin,
): Promise<{ name: string; readers: { userId: string; email: string }[] }> {
  requirePermission(caller, "workspace.delete");
  const scope = await lockMembers(tx, caller);
  requirePermission(scope, "workspace.delete");
  const { workspaceId, userId } = scope;
  const [workspace] = await tx
    .select({ name: workspaces.name })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId));
  if (confirmation.trim().normalize("NFC") !== workspace?.name) {
    const message = "Type the workspace’s name.";
    throw new AppError("VALIDATION_ERROR", message, { fields: { confirmation: message } });
  }
  const readers = await tx
    .select({ userId: users.id, email: users.email })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(eq(members.workspaceId, workspaceId));
  await tx.delete(members).where(eq(members.workspaceId, workspaceId));
  await deleteWorkspace(tx, workspaceId, userId, origin);
  return { name: workspace.name, readers };
}

function ownerless(name: string): AppError {
  return new AppError(
    "CONFLICT",
    `Others work in “${name}”, and you are its only owner. Make one of them an owner first.`,
  );
}

async function deleteWorkspace(
  tx: Db,
  id: string,
  userId: string,
  origin: RequestOrigin,
): Promise<void> {
  await tx
    .update(workspaces)
    .set({ deletedAt: sql`now()`, name: "Deleted workspace" })
    .where(eq(workspaces.id, id));
  await recordAudit(tx, {
    ...{ workspaceId: id, userId, targetType: "workspace", targetId: id, origin },
    action: "workspace.deleted",
  });
}
