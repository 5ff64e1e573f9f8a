import "server-only";
import { and, eq, inArray } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeySecrets, apiKeys } from "@/db/schema/keys";
import { emitEvents } from "@/lib/webhooks/emit";

/** Tells webhooks that keys were revoked, in the same transaction. */
export async function tellOfRevokes(
  tx: Db,
  ids: readonly string[],
  reason: "request" | "exposed",
): Promise<void> {
  if (ids.length === 0) return;
  const { id, name, environment, workspaceId } = apiKeys;
  const { last4 } = apiKeySecrets;
  const keys = await tx
    .select({ workspaceId, key: { id, name, environment, last4 } })
    .from(apiKeys)
    .innerJoin(
      apiKeySecrets,
      and(eq(apiKeySecrets.keyId, apiKeys.id), eq(apiKeySecrets.state, "active")),
    )
    .where(inArray(apiKeys.id, [...ids]));
  await emitEvents(
    tx,
    keys.map((row) => ({
      ...{ workspaceId: row.workspaceId, type: "api_key.revoked" as const },
      data: { api_key: row.key, reason },
    })),
  );
}
