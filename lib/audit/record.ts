import type { Db } from "@/db/client";
import { auditLog } from "@/db/schema/audit";
import type { AuditAction } from "@/lib/audit/acts";
import { newId } from "@/lib/id";

/** Where an act came from, for the audit trail. */
export interface RequestOrigin {
  address: string | null;
  userAgent: string | null;
}

export interface AuditEntry {
  workspaceId: string | null;
  /** Null where the system itself acts. */
  userId: string | null;
  /** The operator who acted, in the place of `userId`: the customer reads that support did it, not who. */
  operatorId?: string | undefined;
  /** The key that acted, over the API, for its user. */
  actorKeyId?: string | undefined;
  /** `noun.verb_in_past`: `api_key.created`, `session.ended`. Each has its sentence in `acts.ts`. */
  action: AuditAction;
  targetType?: string;
  targetId?: string;
  /** What a reader needs to understand the act; never a secret. */
  details?: Record<string, string | number | boolean | null | string[]>;
  origin?: RequestOrigin;
}

function actorTypeOf({ operatorId, actorKeyId, userId }: AuditEntry) {
  if (operatorId !== undefined) return "operator";
  if (actorKeyId !== undefined) return "api_key";
  return userId === null ? "system" : "user";
}

function rowOf(entry: AuditEntry): typeof auditLog.$inferInsert {
  return {
    id: newId("audit"),
    workspaceId: entry.workspaceId,
    actorType: actorTypeOf(entry),
    actorId: entry.operatorId ?? entry.actorKeyId ?? entry.userId,
    action: entry.action,
    targetType: entry.targetType,
    targetId: entry.targetId,
    details: entry.details ?? {},
    address: entry.origin?.address ?? null,
    userAgent: entry.origin?.userAgent?.slice(0, 400) ?? null,
  };
}

/** Writes one audit row. Call it inside the transaction of the act itself, so that both happen. */
export async function recordAudit(db: Db, entry: AuditEntry): Promise<void> {
  await db.insert(auditLog).values(rowOf(entry));
}

/** The same for many acts at once, in one statement. */
export async function recordAudits(db: Db, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length > 0) await db.insert(auditLog).values(entries.map(rowOf));
}
