import "server-only";
import { eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { webhookEndpoints } from "@/db/schema/webhooks";
import type { RequestOrigin } from "@/lib/audit/record";
import { AppError } from "@/lib/errors";
import type { Scope } from "@/lib/scope";
import { auditEndpoint, lockEndpoint, requireManager } from "@/lib/webhooks/own-endpoint";
import type { RollSecret } from "@/lib/webhooks/schema";
import { sealSecret, type WebhookSettings } from "@/lib/webhooks/settings";
import { newWebhookSecret } from "@/lib/webhooks/signature";

export interface RolledSecret {
  /** In clear, for the one time it is shown. */
  secret: string;
  /** Until then the old one signs beside it; null where it ended at once. */
  previousExpiresAt: Date | null;
}

/**
 * Gives an endpoint a new signing secret and answers it, this once. The one before signs too for the overlap;
 * one still older ends at once. Throws FORBIDDEN, NOT_FOUND.
 */
export async function rollSecret(
  db: Db,
  scope: Scope,
  settings: WebhookSettings,
  { id, overlapSeconds }: RollSecret,
  origin: RequestOrigin,
): Promise<RolledSecret> {
  requireManager(scope);
  const secret = newWebhookSecret();
  return await db.transaction(async (tx) => {
    const endpoint = await lockEndpoint(tx, scope, id);
    const hasOverlap = overlapSeconds > 0;
    const [rolled] = await tx
      .update(webhookEndpoints)
      .set({
        secret: sealSecret(settings, id, secret),
        previousSecret: hasOverlap ? endpoint.secret : null,
        previousExpiresAt: hasOverlap
          ? sql`now() + make_interval(secs => ${overlapSeconds}::float8)`
          : null,
        updatedAt: sql`now()`,
      })
      .where(eq(webhookEndpoints.id, id))
      .returning({ previousExpiresAt: webhookEndpoints.previousExpiresAt });
    const details = { url: endpoint.url, overlapSeconds };
    const action = "webhook_endpoint.secret_rolled";
    await auditEndpoint(tx, scope, id, { action, details }, origin);
    return { secret, previousExpiresAt: rolled?.previousExpiresAt ?? null };
  });
}

/** Ends the overlap of a rolled secret now. Throws FORBIDDEN, NOT_FOUND, CONFLICT where there is none. */
export async function endOldSecret(
  db: Db,
  scope: Scope,
  { id }: { id: string },
  origin: RequestOrigin,
): Promise<void> {
  requireManager(scope);
  await db.transaction(async (tx) => {
    const endpoint = await lockEndpoint(tx, scope, id);
    const ended = await tx
      .update(webhookEndpoints)
      .set({ previousSecret: null, previousExpiresAt: null, updatedAt: sql`now()` })
      .where(sql`${webhookEndpoints.id} = ${id} and ${webhookEndpoints.previousExpiresAt} > now()`)
      .returning({ id: webhookEndpoints.id });
    if (ended.length === 0) throw new AppError("CONFLICT", "No old secret signs any more.");
    const details = { url: endpoint.url };
    const action = "webhook_endpoint.old_secret_ended";
    await auditEndpoint(tx, scope, id, { action, details }, origin);
  });
}
