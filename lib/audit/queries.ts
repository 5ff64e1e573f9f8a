import "server-only";
import { and, desc, eq, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { auditLog } from "@/db/schema/audit";
import { apiKeys } from "@/db/schema/keys";
import { users } from "@/db/schema/workspaces";
import { isId } from "@/lib/id";
import type { Scope } from "@/lib/scope";

export interface AuditAct {
  id: string;
  at: Date;
  actor: { type: "user" | "api_key" | "system"; id: string | null; name: string | null };
  /** `noun.verb_in_past` */
  action: string;
  /** As the act wrote them: foreign to whoever reads, and never a secret. */
  details: unknown;
  address: string | null;
  userAgent: string | null;
}

export interface AuditPage {
  /** Newest first. */
  acts: AuditAct[];
  /** Pass it as `before` for the page after this one; null on the last. */
  olderThan: string | null;
}

const pageSize = 10;

/** Older than an act, by its place to the microsecond, which a JavaScript Date would cut off. */
function olderThan(workspaceId: string, id: string): SQL {
  return sql`(${auditLog.at}, ${auditLog.id}) < (
    select mark.at, mark.id from audit_log mark
    where mark.workspace_id = ${workspaceId} and mark.id = ${id})`;
}

/**
 * What was done to one thing of the workspace, newest first, ten acts a page. A mark that isn't one
 * of the workspace's acts is left out of account where it has no id's form, else leaves an empty page.
 */
export async function listActsOn(
  db: Db,
  scope: Scope,
  target: { type: string; id: string; before?: string | undefined },
): Promise<AuditPage> {
  const { workspaceId } = scope;
  const mark = target.before && isId("audit", target.before) ? target.before : undefined;
  const rows = await db
    .select({
      id: auditLog.id,
      at: auditLog.at,
      actorType: auditLog.actorType,
      actorId: auditLog.actorId,
      userName: users.name,
      keyName: apiKeys.name,
      action: auditLog.action,
      details: auditLog.details,
      address: auditLog.address,
      userAgent: auditLog.userAgent,
    })
    .from(auditLog)
    .leftJoin(users, and(eq(auditLog.actorType, "user"), eq(users.id, auditLog.actorId)))
    .leftJoin(
      apiKeys,
      and(
        eq(auditLog.actorType, "api_key"),
        eq(apiKeys.id, auditLog.actorId),
        eq(apiKeys.workspaceId, workspaceId),
      ),
    )
    .where(
      and(
        eq(auditLog.workspaceId, workspaceId),
        eq(auditLog.targetType, target.type),
        eq(auditLog.targetId, target.id),
        mark === undefined ? undefined : olderThan(workspaceId, mark),
      ),
    )
    .orderBy(desc(auditLog.at), desc(auditLog.id))
    .limit(pageSize + 1);
  const acts = rows.slice(0, pageSize).map(
    ({ actorType, actorId, userName, keyName, ...act }): AuditAct => ({
      ...act,
      actor: { type: actorType, id: actorId, name: userName ?? keyName },
    }),
  );
  const last = acts.at(-1);
  return { acts, olderThan: rows.length > pageSize && last ? last.id : null };
}
