import "server-only";
import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeySecrets, apiKeys } from "@/db/schema/keys";
import { getKeyDetail, type KeyDetail } from "@/lib/keys/detail";
import { hashSecret, type KeyEnvironment, parseSecret } from "@/lib/keys/secret";
import { keyEndsAt } from "@/lib/keys/status";
import type { Scope } from "@/lib/scope";

export type InvalidReason =
  | "malformed"
  | "unknown"
  | "revoked"
  | "expired"
  | "disabled"
  | "wrong_environment";

export type Verification =
  | { valid: true; key: KeyDetail }
  | { valid: false; reason: InvalidReason };

export interface VerifyOptions {
  /** The environments whose keys the deployment takes. */
  accepted: readonly KeyEnvironment[];
  /** The environments whose keys the caller may know of. */
  visible: readonly KeyEnvironment[];
}

/**
 * Whether a secret opens the workspace's door now, and what its key may do. Looking isn't using: it
 * neither counts nor starts a rotation's overlap. Another workspace's secret is unknown, like one that
 * was never made. Every answer takes the same two look-ups, whatever the text.
 */
export async function verifySecret(
  db: Db,
  scope: Scope,
  text: string,
  { accepted, visible }: VerifyOptions,
): Promise<Verification> {
  const form = parseSecret(text);
  const [found] = await db
    .select({
      keyId: apiKeySecrets.keyId,
      isVoid: sql<boolean>`${apiKeySecrets.state} = 'retired'
        or coalesce(${apiKeySecrets.retiresAt} <= now(), false)
        or (${apiKeySecrets.state} = 'pending' and ${apiKeySecrets.lapsesAt} <= now())`,
    })
    .from(apiKeySecrets)
    .innerJoin(apiKeys, eq(apiKeys.id, apiKeySecrets.keyId))
    .where(
      and(
        eq(apiKeySecrets.hash, hashSecret(text)),
        eq(apiKeySecrets.workspaceId, scope.workspaceId),
      ),
    );
  const key = await getKeyDetail(db, scope, found?.keyId ?? "key_00000000000000000000000000");
  // What was imported has another system's form.
  if (!form && !found) return { valid: false, reason: "malformed" };
  if (!found || !key || !visible.includes(key.environment)) {
    return { valid: false, reason: "unknown" };
  }
  const reason = judge(key, found.isVoid, accepted);
  return reason ? { valid: false, reason } : { valid: true, key };
}

/** What a request with it would be refused for, in the gateway's order; null for nothing. */
function judge(
  key: KeyDetail,
  isVoid: boolean,
  accepted: readonly KeyEnvironment[],
): InvalidReason | null {
  if (key.revokedAt || isVoid) return "revoked";
  if (key.disabledAt) return "disabled";
  const endsAt = keyEndsAt(key);
  if (endsAt && endsAt <= key.now) return "expired";
  return accepted.includes(key.environment) ? null : "wrong_environment";
}
