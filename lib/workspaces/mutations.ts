import { eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { budgets } from "@/db/schema/budgets";
import { members, workspaces } from "@/db/schema/workspaces";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { requirePermission } from "@/lib/permissions";
import type { Scope } from "@/lib/scope";
import type { RenameWorkspace } from "@/lib/workspaces/schema";

/**
 * Opens a workspace with `ownerId` as its owner, its balance at zero and its hourly rate uncounted.
 * Call it inside the transaction that makes the user. Answers the workspace's id.
 */
export async function createWorkspace(
  tx: Db,
  input: { name: string; ownerId: string },
): Promise<string> {
  const id = newId("workspace");
  await tx.insert(workspaces).values({ id, name: input.name });
  await tx.insert(members).values({
    ...{ workspaceId: id, userId: input.ownerId, role: "owner" },
    lastSeenAt: sql`now()`,
  });
  await tx.insert(budgets).values([
    {
      id: newId("budget"),
      workspaceId: id,
      kind: "balance",
      unit: "nanos",
      interval: "total",
      limit: 0n,
    },
    {
      id: newId("budget"),
      workspaceId: id,
      kind: "rate",
      unit: "requests",
      interval: "hour",
      limit: 0n,
    },
  ]);
  return id;
}

/** Renames the caller's workspace. Throws FORBIDDEN for roles that may not. */
export async function renameWorkspace(
  db: Db,
  scope: Scope,
  input: RenameWorkspace,
  origin: RequestOrigin,
): Promise<void> {
  requirePermission(scope, "workspace.rename");
  await db.transaction(async (tx) => {
    const [renamed] = await tx
      .update(workspaces)
      .set({ name: input.name })
      .where(eq(workspaces.id, scope.workspaceId))
      .returning({ id: workspaces.id });
    if (!renamed) throw new AppError("NOT_FOUND");
    await recordAudit(tx, {
      workspaceId: scope.workspaceId,
      userId: scope.userId,
      action: "workspace.renamed",
      targetType: "workspace",
      targetId: scope.workspaceId,
      details: { name: input.name },
      origin,
    });
  });
}
