import "server-only";
import { and, asc, eq, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { auditLog } from "@/db/schema/audit";
import { apiKeys } from "@/db/schema/keys";
import { members, users } from "@/db/schema/workspaces";
import { actionsIn } from "@/lib/audit/acts";
import type { AuditLogQuery, LogRange } from "@/lib/audit/log-terms";
import type { AuditAct } from "@/lib/audit/queries";
import { isId } from "@/lib/id";
import type { Role, Scope } from "@/lib/scope";

export interface AuditLogAct extends AuditAct {
  targetType: string | null;
  targetId: string | null;
}

export interface AuditLogPage {
  /** Newest first. */
  acts: AuditLogAct[];
  /** Pass it as `before` for the page after this one; null on the last. */
  olderThan: string | null;
}

/** How many acts a page of the log shows. */
export const auditPageSize = 50;

/** Owners and admins see all that happened in the workspace; everybody else what they did themselves. */
export function canSeeWholeLog(role: Role): boolean {
  return role === "owner" || role === "admin";
}

const spans: Partial<Record<LogRange, string>> = {
  "24h": "24 hours",
  "7d": "7 days",
  "30d": "30 days",
  "90d": "90 days",
};

function inRange({ range, from, to }: AuditLogQuery): SQL | undefined {
  const span = spans[range];
  if (span !== undefined) return gte(auditLog.at, sql`now() - ${span}::interval`);
  if (range !== "custom") return undefined;
  return and(
    from === "" ? undefined : gte(auditLog.at, sql`${from}::date::timestamp at time zone 'UTC'`),
    to === "" ? undefined : lt(auditLog.at, sql`(${to}::date + 1)::timestamp at time zone 'UTC'`),
  );
}

function byActor(actor: string): SQL | undefined {
  if (actor === "") return undefined;
  if (actor === "system") return eq(auditLog.actorType, "system");
  if (actor === "keys") return eq(auditLog.actorType, "api_key");
  return eq(auditLog.actorId, actor);
}

/** Older than an act, by its place to the microsecond, which a JavaScript Date would cut off. */
function olderThan(workspaceId: string, id: string): SQL {
  return sql`(${auditLog.at}, ${auditLog.id}) < (
    select mark.at, mark.id from audit_log mark
    where mark.workspace_id = ${workspaceId} and mark.id = ${id})`;
}

function visible(scope: Scope, query: AuditLogQuery): SQL | undefined {
  const { group, target, before, actor } = query;
  return and(
    eq(auditLog.workspaceId, scope.workspaceId),
    canSeeWholeLog(scope.role)
      ? undefined
      : and(eq(auditLog.actorType, "user"), eq(auditLog.actorId, scope.userId)),
    byActor(actor),
    group === "" ? undefined : inArray(auditLog.action, actionsIn(group)),
    target === "" ? undefined : eq(auditLog.targetId, target),
    inRange(query),
    before === "" ? undefined : olderThan(scope.workspaceId, before),
  );
}

/**
 * A page of what happened in the workspace, as far as the caller may see it, newest first. A mark of
 * another workspace, or of none, leaves an empty page.
 */
export async function listAuditLog(
  db: Db,
  scope: Scope,
  query: AuditLogQuery,
  limit: number = auditPageSize,
): Promise<AuditLogPage> {
  const rows = await db
    .select({
      id: auditLog.id,
      at: auditLog.at,
      actorType: auditLog.actorType,
      actorId: auditLog.actorId,
      userName: users.name,
      keyName: apiKeys.name,
      action: auditLog.action,
      targetType: auditLog.targetType,
      targetId: auditLog.targetId,
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
        eq(apiKeys.workspaceId, scope.workspaceId),
      ),
    )
    .where(visible(scope, query))
    // As the index has it: with nulls first, PostgreSQL would sort the whole log.
    .orderBy(sql`${auditLog.at} desc nulls last`, sql`${auditLog.id} desc`)
    .limit(limit + 1);
  const acts = rows.slice(0, limit).map(
    ({ actorType, actorId, userName, keyName, ...act }): AuditLogAct => ({
      ...act,
      actor: { type: actorType, id: actorId, name: userName ?? keyName },
    }),
  );
  const last = acts.at(-1);
  return { acts, olderThan: rows.length > limit && last ? last.id : null };
}

export interface NamedActor {
  id: string;
  name: string;
}

/**
 * Who can be chosen in the filter: the members that the caller may see acts of, and whoever the filter
 * names already, where the workspace has them.
 */
export async function listActors(db: Db, scope: Scope, chosen: string): Promise<NamedActor[]> {
  if (!canSeeWholeLog(scope.role)) return [];
  const found = await db
    .select({ id: users.id, name: users.name })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(eq(members.workspaceId, scope.workspaceId))
    .orderBy(asc(users.name), asc(users.id))
    .limit(500);
  if (!isId("apiKey", chosen)) return found;
  const [key] = await db
    .select({ id: apiKeys.id, name: apiKeys.name })
    .from(apiKeys)
    .where(and(eq(apiKeys.workspaceId, scope.workspaceId), eq(apiKeys.id, chosen)));
  return key ? [...found, key] : found;
}
