import "server-only";
import { and, asc, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { members, plans, workspaces } from "@/db/schema/workspaces";
import { AppError } from "@/lib/errors";
import type { Scope } from "@/lib/scope";

export interface WorkspaceSummary {
  id: string;
  name: string;
  planName: string;
  /** The hourly rate in force: the workspace's own, else the plan's; null is no limit. */
  requestsPerHour: number | null;
  createdAt: Date;
}

/** The caller's workspace and its plan. Throws NOT_FOUND when it is gone. */
export async function getWorkspace(db: Db, scope: Scope): Promise<WorkspaceSummary> {
  const [row] = await db
    .select({
      id: workspaces.id,
      name: workspaces.name,
      planName: plans.name,
      ownRequestsPerHour: workspaces.requestsPerHour,
      planRequestsPerHour: plans.requestsPerHour,
      createdAt: workspaces.createdAt,
    })
    .from(workspaces)
    .innerJoin(plans, eq(plans.id, workspaces.planId))
    .where(eq(workspaces.id, scope.workspaceId));
  if (!row) throw new AppError("NOT_FOUND");
  const { ownRequestsPerHour, planRequestsPerHour, ...workspace } = row;
  return { ...workspace, requestsPerHour: ownRequestsPerHour ?? planRequestsPerHour };
}

/** The workspaces that nobody but the user is in: they end with the account. */
export async function listOwnAlone(
  db: Db,
  userId: string,
): Promise<{ id: string; name: string }[]> {
  return await db
    .select({ id: workspaces.id, name: workspaces.name })
    .from(members)
    .innerJoin(workspaces, eq(workspaces.id, members.workspaceId))
    .where(
      and(
        eq(members.userId, userId),
        sql`not exists (
          select from members other
          where other.workspace_id = ${workspaces.id} and other.user_id <> ${userId})`,
      ),
    )
    .orderBy(asc(members.createdAt), asc(workspaces.id));
}
