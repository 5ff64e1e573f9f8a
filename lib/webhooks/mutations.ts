import "server-only";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { webhookEndpoints } from "@/db/schema/webhooks";
import { workspaces } from "@/db/schema/workspaces";
import type { RequestOrigin } from "@/lib/audit/record";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import type { Scope } from "@/lib/scope";
import { endPendingDeliveries } from "@/lib/webhooks/end-deliveries";
import { parseEndpointUrl, requirePublicHost } from "@/lib/webhooks/endpoint-url";
import { auditEndpoint, lockEndpoint, requireManager } from "@/lib/webhooks/own-endpoint";
import type { CreateEndpoint, UpdateEndpoint } from "@/lib/webhooks/schema";
import { sealSecret, type WebhookSettings } from "@/lib/webhooks/settings";
import { newWebhookSecret } from "@/lib/webhooks/signature";
import { endpointsMax } from "@/lib/webhooks/terms";

export interface CreatedEndpoint {
  id: string;
  /** In clear, for the one time it is shown. */
  secret: string;
}

/** The address as it will be called. Throws VALIDATION_ERROR at the field `url`. */
async function checkUrl(settings: WebhookSettings, text: string): Promise<string> {
  const url = parseEndpointUrl(text, settings);
  await requirePublicHost(url, settings);
  return url.href;
}

/** Makes what adds endpoints to one workspace take turns, so that their limit holds. */
async function requireRoom(tx: Db, workspaceId: string): Promise<void> {
  const [workspace] = await tx
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId))
    .for("no key update");
  if (!workspace) throw new AppError("NOT_FOUND");
  const [row] = await tx
    .select({ count: sql`count(*)`.mapWith(Number) })
    .from(webhookEndpoints)
    .where(and(eq(webhookEndpoints.workspaceId, workspaceId), isNull(webhookEndpoints.deletedAt)));
  if ((row?.count ?? 0) < endpointsMax) return;
  throw new AppError(
    "LIMIT_REACHED",
    `A workspace can have ${endpointsMax} webhook endpoints. Delete one that isn't used any more.`,
  );
}

/**
 * Makes an endpoint and answers its signing secret, which is shown this once. Throws FORBIDDEN (role),
 * VALIDATION_ERROR (`url`: form, or where it leads), LIMIT_REACHED.
 */
export async function createEndpoint(
  db: Db,
  scope: Scope,
  settings: WebhookSettings,
  input: CreateEndpoint,
  origin: RequestOrigin,
): Promise<CreatedEndpoint> {
  requireManager(scope);
  const { workspaceId, userId } = scope;
  const { description, events } = input;
  const id = newId("webhookEndpoint");
  const secret = newWebhookSecret();
  // Outside the transaction, because it waits for somebody else's name server.
  const url = await checkUrl(settings, input.url);
  await db.transaction(async (tx) => {
    await requireRoom(tx, workspaceId);
    await tx.insert(webhookEndpoints).values({
      ...{ id, workspaceId, url, description, events, createdBy: userId },
      secret: sealSecret(settings, id, secret),
      createdByKeyId: scope.keyId ?? null,
    });
    const details = { url, events };
    await auditEndpoint(tx, scope, id, { action: "webhook_endpoint.created", details }, origin);
  });
  return { id, secret };
}

/**
 * Changes what is given of an endpoint. Disabled, it gets nothing, and what waited for it has failed; enabled
 * again, its failures are forgotten. Throws FORBIDDEN, NOT_FOUND, VALIDATION_ERROR (`url`).
 */
export async function updateEndpoint(
  db: Db,
  scope: Scope,
  settings: WebhookSettings,
  input: UpdateEndpoint,
  origin: RequestOrigin,
): Promise<void> {
  requireManager(scope);
  const url = input.url === undefined ? undefined : await checkUrl(settings, input.url);
  const { id, description, events, isEnabled } = input;
  await db.transaction(async (tx) => {
    const endpoint = await lockEndpoint(tx, scope, id);
    const changes = {
      ...(url === undefined || url === endpoint.url ? {} : { url }),
      ...(description === undefined || description === endpoint.description ? {} : { description }),
      ...(events === undefined || events.join() === endpoint.events.join() ? {} : { events }),
    };
    const shown = { url: url ?? endpoint.url };
    if (Object.keys(changes).length > 0) {
      await tx
        .update(webhookEndpoints)
        .set({ ...changes, updatedAt: sql`now()` })
        .where(eq(webhookEndpoints.id, id));
      const details = {
        ...shown,
        changed: Object.keys(changes),
        ...(changes.url ? { from: endpoint.url } : {}),
        ...(changes.events ? { events: changes.events } : {}),
      };
      await auditEndpoint(tx, scope, id, { action: "webhook_endpoint.updated", details }, origin);
    }
    // What it is already needs no act.
    if (isEnabled === undefined || isEnabled === (endpoint.disabledAt === null)) return;
    await tx
      .update(webhookEndpoints)
      .set({
        ...(isEnabled
          ? { disabledAt: null, disabledReason: null, failuresInRow: 0, heldUntil: null }
          : { disabledAt: sql`now()`, disabledReason: "user" as const }),
        updatedAt: sql`now()`,
      })
      .where(eq(webhookEndpoints.id, id));
    if (!isEnabled) await endPendingDeliveries(tx, id, "disabled");
    const action = isEnabled ? "webhook_endpoint.enabled" : "webhook_endpoint.disabled";
    await auditEndpoint(tx, scope, id, { action, details: shown }, origin);
  });
}

/**
 * Deletes an endpoint: it gets nothing any more, and its secrets are gone. Its deliveries can be read until
 * they are forgotten. Throws FORBIDDEN, NOT_FOUND.
 */
export async function deleteEndpoint(
  db: Db,
  scope: Scope,
  { id }: { id: string },
  origin: RequestOrigin,
): Promise<void> {
  requireManager(scope);
  await db.transaction(async (tx) => {
    const { url } = await lockEndpoint(tx, scope, id);
    await tx.update(webhookEndpoints).set(deleted).where(eq(webhookEndpoints.id, id));
    await endPendingDeliveries(tx, id, "deleted");
    const details = { url };
    await auditEndpoint(tx, scope, id, { action: "webhook_endpoint.deleted", details }, origin);
  });
}

const deleted = {
  ...{ secret: null, previousSecret: null, previousExpiresAt: null },
  ...{ deletedAt: sql`now()`, updatedAt: sql`now()` },
};

/** Deletes all endpoints of a workspace that is being deleted, in the same transaction. */
export async function endAllEndpoints(tx: Db, workspaceId: string): Promise<void> {
  const ended = await tx
    .update(webhookEndpoints)
    .set(deleted)
    .where(and(eq(webhookEndpoints.workspaceId, workspaceId), isNull(webhookEndpoints.deletedAt)))
    .returning({ id: webhookEndpoints.id });
  for (const { id } of ended) await endPendingDeliveries(tx, id, "deleted");
}
