import "server-only";
import { and, desc, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeys, keyExposures } from "@/db/schema/keys";
import type { Scope } from "@/lib/scope";

export interface KeyExposureNotice {
  keyId: string;
  keyName: string;
  source: "github" | "form";
  /** Where it was found first; null where the finder didn't say. */
  url: string | null;
  revokedAt: Date;
}

const noticesMax = 20;

/** The keys that were revoked within the last seven days because they were found, newest first. */
export async function listExposureNotices(db: Db, scope: Scope): Promise<KeyExposureNotice[]> {
  const rows = await db
    .selectDistinctOn([apiKeys.revokedAt, apiKeys.id], {
      keyId: apiKeys.id,
      keyName: apiKeys.name,
      source: keyExposures.source,
      url: keyExposures.url,
      revokedAt: apiKeys.revokedAt,
    })
    .from(apiKeys)
    .innerJoin(
      keyExposures,
      and(eq(keyExposures.keyId, apiKeys.id), eq(keyExposures.workspaceId, apiKeys.workspaceId)),
    )
    .where(
      and(
        eq(apiKeys.workspaceId, scope.workspaceId),
        eq(apiKeys.revokedReason, "exposed"),
        sql`${apiKeys.revokedAt} > now() - interval '7 days'`,
      ),
    )
    .orderBy(desc(apiKeys.revokedAt), apiKeys.id, keyExposures.reportedAt, keyExposures.url)
    .limit(noticesMax);
  return rows.flatMap(({ revokedAt, ...row }) => (revokedAt ? [{ ...row, revokedAt }] : []));
}

export interface KeyExposure {
  id: string;
  source: "github" | "form";
  url: string | null;
  reportedAt: Date;
}

const exposuresMax = 20;

/** Where one key of the workspace was found, newest first. */
export async function listExposures(db: Db, scope: Scope, keyId: string): Promise<KeyExposure[]> {
  return await db
    .select({
      id: keyExposures.id,
      source: keyExposures.source,
      url: keyExposures.url,
      reportedAt: keyExposures.reportedAt,
    })
    .from(keyExposures)
    .where(and(eq(keyExposures.workspaceId, scope.workspaceId), eq(keyExposures.keyId, keyId)))
    .orderBy(desc(keyExposures.reportedAt), desc(keyExposures.id))
    .limit(exposuresMax);
}

export interface OpenRotation {
  keyId: string;
  keyName: string;
  /** Unclaimed by then, the key ends. */
  deadlineAt: Date;
}

/** The rotations that policies have opened and nobody has claimed, the most urgent first. */
export async function listOpenRotations(db: Db, scope: Scope): Promise<OpenRotation[]> {
  const rows = await db
    .select({
      keyId: apiKeys.id,
      keyName: apiKeys.name,
      deadlineAt: apiKeys.rotationDeadlineAt,
    })
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.workspaceId, scope.workspaceId),
        isNull(apiKeys.revokedAt),
        isNull(apiKeys.disabledAt),
        sql`${apiKeys.rotationDeadlineAt} > now()`,
        sql`coalesce(${apiKeys.expiresAt} > now(), true)`,
        sql`not exists (
          select from api_key_secrets s
          where s.key_id = ${apiKeys.id} and s.state = 'pending' and s.lapses_at > now()
        )`,
      ),
    )
    .orderBy(apiKeys.rotationDeadlineAt, apiKeys.id)
    .limit(noticesMax);
  return rows.flatMap(({ deadlineAt, ...row }) => (deadlineAt ? [{ ...row, deadlineAt }] : []));
}
