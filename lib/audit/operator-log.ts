import "server-only";
import {
  and,
  asc,
  desc,
  eq,
  inArray,
  isNotNull,
  isNull,
  like,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Db } from "@/db/client";
import { auditLog } from "@/db/schema/audit";
import { apiKeys } from "@/db/schema/keys";
import { users, workspaces } from "@/db/schema/workspaces";
import { actionsIn } from "@/lib/audit/acts";
import { inRange } from "@/lib/audit/log";
import type { OperatorLogQuery } from "@/lib/audit/operator-log-terms";

/* For operators alone: they see who of them did what, in whatever workspace. */

export interface OperatorLogAct {
  id: string;
  at: Date;
  actor: { type: string; id: string | null; name: string | null };
  action: string;
  targetType: string | null;
  targetId: string | null;
  /** The account that it concerns, if any. */
  account: { id: string; name: string } | null;
  /** As the act wrote them. */
  details: unknown;
  address: string | null;
  userAgent: string | null;
}

export interface OperatorLogPage {
  /** Newest first. */
  acts: OperatorLogAct[];
  /** Pass it as `before` for the page after this one; null on the last. */
  olderThan: string | null;
}

export const operatorLogPageSize = 50;

/** Acts of operators, and who was made one or isn't any more, which the command line does. */
const ofOperators = or(
  eq(auditLog.actorType, "operator"),
  and(isNull(auditLog.workspaceId), like(auditLog.action, "operator.%")),
);

async function readActs(db: Db, where: SQL | undefined, limit: number): Promise<OperatorLogAct[]> {
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
      accountId: workspaces.id,
      accountName: workspaces.name,
      details: auditLog.details,
      address: auditLog.address,
      userAgent: auditLog.userAgent,
    })
    .from(auditLog)
    .leftJoin(users, eq(users.id, auditLog.actorId))
    .leftJoin(apiKeys, and(eq(auditLog.actorType, "api_key"), eq(apiKeys.id, auditLog.actorId)))
    .leftJoin(workspaces, eq(workspaces.id, auditLog.workspaceId))
    .where(where)
    .orderBy(sql`${auditLog.at} desc nulls last`, sql`${auditLog.id} desc`)
    .limit(limit);
  return rows.map((row): OperatorLogAct => {
    const { actorType, actorId, userName, keyName, accountId, accountName, ...act } = row;
    return {
      ...act,
      actor: { type: actorType, id: actorId, name: userName ?? keyName },
      account:
        accountId !== null && accountName !== null ? { id: accountId, name: accountName } : null,
    };
  });
}

/** A page of what operators did, newest first. A mark that is no act's leaves an empty page. */
export async function listOperatorLog(
  db: Db,
  query: OperatorLogQuery,
  limit: number = operatorLogPageSize,
): Promise<OperatorLogPage> {
  const { operator, account, group, before } = query;
  const rows = await readActs(
    db,
    and(
      ofOperators,
      operator === "" ? undefined : eq(auditLog.actorId, operator),
      account === "" ? undefined : eq(auditLog.workspaceId, account),
      group === "" ? undefined : inArray(auditLog.action, actionsIn(group)),
      inRange(query),
      before === ""
        ? undefined
        : sql`(${auditLog.at}, ${auditLog.id}) < (
            select mark.at, mark.id from audit_log mark where mark.id = ${before})`,
    ),
    limit + 1,
  );
  const acts = rows.slice(0, limit);
  return { acts, olderThan: rows.length > limit ? (acts.at(-1)?.id ?? null) : null };
}

const accountActs = 20;

/** The latest acts of one account, its members' and operators'. */
export async function listActsOfAccount(db: Db, workspaceId: string): Promise<OperatorLogAct[]> {
  return await readActs(db, eq(auditLog.workspaceId, workspaceId), accountActs);
}

/** Everybody who has done something as an operator, for the filter. */
export async function listActingOperators(db: Db): Promise<{ id: string; name: string }[]> {
  const acting = alias(users, "acting");
  const ids = db
    .selectDistinct({ id: auditLog.actorId })
    .from(auditLog)
    .where(and(eq(auditLog.actorType, "operator"), isNotNull(auditLog.actorId)));
  return await db
    .select({ id: acting.id, name: acting.name })
    .from(acting)
    .where(inArray(acting.id, ids))
    .orderBy(asc(acting.name), desc(acting.id))
    .limit(200);
}
