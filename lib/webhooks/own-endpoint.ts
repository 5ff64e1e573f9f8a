import "server-only";
import { and, eq, isNull } from "drizzle-orm";
import type { Db } from "@/db/client";
import { webhookEndpoints } from "@/db/schema/webhooks";
import { type AuditEntry, type RequestOrigin, recordAudit } from "@/lib/audit/record";
import { AppError } from "@/lib/errors";
import { isId } from "@/lib/id";
import { requirePermission } from "@/lib/permissions";
import type { Scope } from "@/lib/scope";

export type EndpointRow = typeof webhookEndpoints.$inferSelect;

/** Throws FORBIDDEN for roles that may only look. */
export function requireManager(scope: Scope): void {
  requirePermission(scope, "webhooks.manage");
}

/**
 * Locks one of the workspace's endpoints, so that verbs on it and its attempts take turns. Throws NOT_FOUND,
 * for another's endpoint and a deleted one as for none.
 */
export async function lockEndpoint(tx: Db, scope: Scope, id: string): Promise<EndpointRow> {
  if (!isId("webhookEndpoint", id)) throw new AppError("NOT_FOUND");
  const [endpoint] = await tx
    .select()
    .from(webhookEndpoints)
    .where(
      and(
        eq(webhookEndpoints.workspaceId, scope.workspaceId),
        eq(webhookEndpoints.id, id),
        isNull(webhookEndpoints.deletedAt),
      ),
    )
    .for("no key update");
  if (!endpoint) throw new AppError("NOT_FOUND");
  return endpoint;
}

/** Throws CONFLICT where an endpoint is disabled: nothing is sent to it. */
export function requireEnabled(endpoint: EndpointRow): void {
  if (!endpoint.disabledAt) return;
  throw new AppError("CONFLICT", "This endpoint is disabled. Enable it first.");
}

/** Writes the audit row of an act on an endpoint, by the member or by the key that acts. */
export async function auditEndpoint(
  tx: Db,
  scope: Scope,
  endpointId: string,
  entry: Pick<AuditEntry, "action" | "details">,
  origin: RequestOrigin,
): Promise<void> {
  const { workspaceId, userId, keyId } = scope;
  await recordAudit(tx, {
    ...{ workspaceId, userId, actorKeyId: keyId },
    ...{ targetType: "webhook_endpoint", targetId: endpointId },
    ...entry,
    origin,
  });
}
