import "server-only";
import { and, asc, eq, gte, inArray, lt, ne, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { auditLog } from "@/db/schema/audit";
import { apiKeys } from "@/db/schema/keys";
import { members, users } from "@/db/schema/workspaces";
import { actionsIn } from "@/lib/audit/acts";
import { type AuditPage, readActs } from "@/lib/audit/acts-page";
import type { AuditLogQuery, LogRange } from "@/lib/audit/log-terms";
import { isId } from "@/lib/id";
import { may } from "@/lib/permissions";
import type { Scope } from "@/lib/scope";

/** How many acts a page of the log shows. */
export const auditPageSize = 50;

const spans: Partial<Record<LogRange, string>> = {
  "24h": "24 hours",
  "7d": "7 days",
  "30d": "30 days",
  "90d": "90 days",
};

/** The acts of a range of time. */
export function inRange({
  range,
  from,
  to,
}: Pick<AuditLogQuery, "range" | "from" | "to">): SQL | undefined {
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
  if (actor === "support") return eq(auditLog.actorType, "operator");
  if (actor === "keys") return eq(auditLog.actorType, "api_key");
  // Who happens to be an operator as well isn't told by it.
  return and(eq(auditLog.actorId, actor), ne(auditLog.actorType, "operator"));
}

function visible(scope: Scope, query: AuditLogQuery): SQL | undefined {
  const { group, target, actor } = query;
  return and(
    may(scope.role, "audit.read_all")
      ? undefined
      : and(eq(auditLog.actorType, "user"), eq(auditLog.actorId, scope.userId)),
    byActor(actor),
    group === "" ? undefined : inArray(auditLog.action, actionsIn(group)),
    target === "" ? undefined : eq(auditLog.targetId, target),
    inRange(query),
  );
}

/**
 * A page of what happened in the workspace, as far as the caller may see it, newest first. A mark of
 * another workspace, or of none, leaves an empty page.
 */
export function listAuditLog(
  db: Db,
  scope: Scope,
  query: AuditLogQuery,
  limit: number = auditPageSize,
): Promise<AuditPage> {
  const { workspaceId } = scope;
  const where = visible(scope, query);
  return readActs(db, { workspaceId, where, before: query.before, limit });
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
  if (!may(scope.role, "audit.read_all")) return [];
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
