import "server-only";
import { and, eq } from "drizzle-orm";
import type { Db } from "@/db/client";
import { auditLog } from "@/db/schema/audit";
import { type AuditPage, readActs } from "@/lib/audit/acts-page";
import { isId } from "@/lib/id";
import type { Scope } from "@/lib/scope";

const pageSize = 10;

/**
 * What was done to one thing of the workspace, newest first, ten acts a page. A mark that isn't one
 * of the workspace's acts is left out of account where it has no id's form, else leaves an empty page.
 */
export function listActsOn(
  db: Db,
  scope: Scope,
  target: { type: string; id: string; before?: string | undefined },
): Promise<AuditPage> {
  const { type, id, before = "" } = target;
  return readActs(db, {
    workspaceId: scope.workspaceId,
    where: and(eq(auditLog.targetType, type), eq(auditLog.targetId, id)),
    before: isId("audit", before) ? before : "",
    limit: pageSize,
  });
}
