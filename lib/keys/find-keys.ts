import "server-only";
import { and, desc, eq, ilike, isNull, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeySecrets, apiKeys } from "@/db/schema/keys";
import { activeSecret } from "@/lib/keys/queries";
import { maskedSecret } from "@/lib/keys/terms";
import type { Scope } from "@/lib/scope";
import { searchTermOf } from "@/lib/search-term";

/** As much of a key as it takes to choose it. */
export interface FoundKey {
  id: string;
  name: string;
  /** `gate_live_…3f9c` */
  masked: string;
}

const foundMax = 6;
const searchMax = 100;

/**
 * The workspace's keys that aren't revoked and whose name holds `text`, or that end in it, the newest first;
 * the newest of all where it is empty.
 */
export async function findKeys(db: Db, { workspaceId }: Scope, typed: string): Promise<FoundKey[]> {
  const search = searchTermOf(typed.slice(0, searchMax));
  const pattern = `%${search.replace(/[\\%_]/g, "\\$&")}%`;
  const rows = await db
    .select({
      id: apiKeys.id,
      name: apiKeys.name,
      prefix: apiKeySecrets.prefix,
      last4: apiKeySecrets.last4,
    })
    .from(apiKeys)
    .innerJoin(apiKeySecrets, activeSecret)
    .where(
      and(
        eq(apiKeys.workspaceId, workspaceId),
        isNull(apiKeys.revokedAt),
        search === ""
          ? sql`true`
          : or(ilike(apiKeys.name, pattern), eq(apiKeySecrets.last4, search)),
      ),
    )
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
    .limit(foundMax);
  return rows.map(({ id, name, prefix, last4 }) => ({
    id,
    name,
    masked: maskedSecret({ prefix, last4 }),
  }));
}
