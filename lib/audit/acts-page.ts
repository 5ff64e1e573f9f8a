import "server-only";
import { and, eq, like, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Db } from "@/db/client";
import { auditLog } from "@/db/schema/audit";
import { apiKeys } from "@/db/schema/keys";
import { users } from "@/db/schema/workspaces";

export interface AuditAct {
  id: string;
  at: Date;
  /** Of an operator nothing but that it was one. */
  actor: {
    type: "user" | "api_key" | "system" | "operator";
    id: string | null;
    name: string | null;
  };
  /** `noun.verb_in_past` */
  action: string;
  targetType: string | null;
  targetId: string | null;
  /**
   * As the act wrote them: foreign to whoever reads, and never a secret. An act on a member has the
   * name that the member goes by today as `member`.
   */
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

export interface ActsAsked {
  workspaceId: string;
  /** What else has to be true of the acts. */
  where: SQL | undefined;
  /** The mark of a page, empty for the newest. One that isn't the workspace's leaves an empty page. */
  before: string;
  limit: number;
}

/** Whom an act on a member was about. */
const concerned = alias(users, "concerned");

/** Older than an act, by its place to the microsecond, which a JavaScript Date would cut off. */
function olderThan(workspaceId: string, id: string): SQL {
  return sql`(${auditLog.at}, ${auditLog.id}) < (
    select mark.at, mark.id from audit_log mark
    where mark.workspace_id = ${workspaceId} and mark.id = ${id})`;
}

/** A page of acts of one workspace, newest first, with the names of who did them and of whom they concern. */
export async function readActs(
  db: Db,
  { workspaceId, where, before, limit }: ActsAsked,
): Promise<AuditPage> {
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
      memberName: concerned.name,
      address: auditLog.address,
      userAgent: auditLog.userAgent,
    })
    .from(auditLog)
    .leftJoin(
      concerned,
      and(like(auditLog.action, "member.%"), eq(concerned.id, auditLog.targetId)),
    )
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
        where,
        before === "" ? undefined : olderThan(workspaceId, before),
      ),
    )
    // As the indexes have it: with nulls first, PostgreSQL would sort all that there is.
    .orderBy(sql`${auditLog.at} desc nulls last`, sql`${auditLog.id} desc`)
    .limit(limit + 1);
  const acts = rows.slice(0, limit).map(
    ({ actorType, actorId, userName, keyName, memberName, details, ...act }): AuditAct => ({
      ...act,
      ...(actorType === "operator" ? { address: null, userAgent: null } : {}),
      // The name isn't written down, so that it goes when its owner does.
      details: memberName === null ? details : Object.assign({}, details, { member: memberName }),
      actor: {
        type: actorType,
        id: actorType === "operator" ? null : actorId,
        name: userName ?? keyName,
      },
    }),
  );
  const last = acts.at(-1);
  return { acts, olderThan: rows.length > limit && last ? last.id : null };
}
