import "server-only";
import { eq } from "drizzle-orm";
import type { Db } from "@/db/client";
import { plans, workspaces } from "@/db/schema/workspaces";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import { brand } from "@/lib/brand";
import { AppError } from "@/lib/errors";
import { requirePermission } from "@/lib/permissions";
import type { Scope } from "@/lib/scope";

/**
 * Puts the caller's workspace on another plan. Its limits hold from the next request on; what counts
 * against them already keeps counting, and limits that were agreed with the workspace itself stay.
 * The plan that it is on already changes nothing.
 *
 * Errors, in this order: FORBIDDEN for roles that may not; NOT_FOUND for a plan that isn't there;
 * CONFLICT where either plan is one that is agreed with the company.
 */
export async function changePlan(
  db: Db,
  scope: Scope,
  planId: string,
  origin: RequestOrigin,
): Promise<void> {
  requirePermission(scope, "plan.change");
  await db.transaction(async (tx) => {
    const [wanted] = await tx.select().from(plans).where(eq(plans.id, planId));
    if (!wanted) throw new AppError("NOT_FOUND", "There is no such plan. Reload the page.");
    // Changes of one workspace's plan queue here, so that the trail names what each replaced.
    const [current] = await tx
      .select({ id: workspaces.planId })
      .from(workspaces)
      .where(eq(workspaces.id, scope.workspaceId))
      .for("update");
    if (!current) throw new AppError("NOT_FOUND");
    if (current.id === wanted.id) return;
    if (!wanted.selfService) throw agreed(wanted.name, "to switch to it");
    const [left] = await tx.select().from(plans).where(eq(plans.id, current.id));
    if (left && !left.selfService) throw agreed(left.name, "to change it");

    await tx
      .update(workspaces)
      .set({ planId: wanted.id })
      .where(eq(workspaces.id, scope.workspaceId));
    await recordAudit(tx, {
      workspaceId: scope.workspaceId,
      userId: scope.userId,
      action: "workspace.plan_changed",
      targetType: "workspace",
      targetId: scope.workspaceId,
      details: { from: current.id, to: wanted.id },
      origin,
    });
  });
}

function agreed(planName: string, purpose: string): AppError {
  return new AppError(
    "CONFLICT",
    `${planName} is agreed with us. Write to ${brand.supportEmail} ${purpose}.`,
  );
}
