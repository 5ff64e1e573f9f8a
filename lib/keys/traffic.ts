import "server-only";
import { and, eq, gte, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeySecrets } from "@/db/schema/keys";
import { requestLog } from "@/db/schema/usage";
import { isId } from "@/lib/id";
import type { Scope } from "@/lib/scope";

/** How much a secret was used lately: what tells whether it can be retired. */
export interface SecretUse {
  secretId: string;
  lastHour: number;
  lastDay: number;
}

/** Requests by secret in the last hour and the last 24; secrets without any are left out. */
export async function countSecretUse(db: Db, scope: Scope, keyId: string): Promise<SecretUse[]> {
  if (!isId("apiKey", keyId)) return [];
  return await db
    .select({
      secretId: apiKeySecrets.id,
      lastHour: sql`count(*) filter (where ${requestLog.at} > now() - interval '1 hour')`.mapWith(
        Number,
      ),
      lastDay: sql`count(*)`.mapWith(Number),
    })
    .from(requestLog)
    .innerJoin(apiKeySecrets, eq(apiKeySecrets.id, requestLog.secretId))
    .where(
      and(
        eq(requestLog.workspaceId, scope.workspaceId),
        eq(requestLog.keyId, keyId),
        eq(apiKeySecrets.workspaceId, scope.workspaceId),
        gte(requestLog.at, sql`now() - interval '24 hours'`),
      ),
    )
    .groupBy(apiKeySecrets.id);
}
