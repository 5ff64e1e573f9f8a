import { and, asc, eq, gte } from "drizzle-orm";
import type { Db } from "@/db/client";
import { auditLog } from "@/db/schema/audit";
import { topUps } from "@/db/schema/billing";
import { apiKeySecrets, apiKeys } from "@/db/schema/keys";
import {
  webhookAttempts,
  webhookDeliveries,
  webhookEndpoints,
  webhookMessages,
} from "@/db/schema/webhooks";
import { newId } from "@/lib/id";
import { centsToNanos, nanosToDecimal } from "@/lib/money";
import { addMs, dayMs, secondMs } from "@/lib/time";
import { type EventType, eventNames } from "@/lib/webhooks/event-names";
import type { EventData } from "@/lib/webhooks/events";
import type { FailureReason } from "@/lib/webhooks/outcomes";
import { retryWaitsMs } from "@/lib/webhooks/schedule";
import { sealSecret, type WebhookSettings } from "@/lib/webhooks/settings";
import { newWebhookSecret } from "@/lib/webhooks/signature";

type Sealing = Pick<WebhookSettings, "secretKey">;

interface Owner {
  workspaceId: string;
  userId: string;
  now: Date;
}

/** Deliveries are kept for thirty days; older ones would go with the first night. */
const keptMs = 29 * dayMs;

interface DemoEndpoint {
  url: string;
  description: string;
  events: string[];
  createdAt: Date;
  /** When its owner turned it off. */
  disabledAt?: Date;
  failuresInRow?: number;
}

/** One answer of a receiver. */
interface Answer {
  status: number;
  durationMs: number;
  answer?: string;
}

interface Told<T extends EventType> {
  type: T;
  at: Date;
  data: EventData<T>;
  /** One for each attempt; the schedule says when the next was made. */
  answers: readonly Answer[];
}

async function insertEndpoint(
  tx: Db,
  { workspaceId, userId }: Owner,
  sealing: Sealing,
  { disabledAt, ...endpoint }: DemoEndpoint,
): Promise<string> {
  const { url, events, createdAt } = endpoint;
  const id = newId("webhookEndpoint", createdAt.getTime());
  await tx.insert(webhookEndpoints).values({
    ...{ ...endpoint, id, workspaceId, createdBy: userId, updatedAt: disabledAt ?? createdAt },
    secret: sealSecret(sealing, id, newWebhookSecret()),
    ...(disabledAt ? { disabledAt, disabledReason: "user" as const } : {}),
  });
  const record = (action: string, at: Date, details: Record<string, unknown>) =>
    tx.insert(auditLog).values({
      ...{ id: newId("audit", at.getTime()), workspaceId, at, action, details },
      ...{ actorType: "user" as const, actorId: userId },
      ...{ targetType: "webhook_endpoint", targetId: id },
    });
  await record("webhook_endpoint.created", createdAt, { url, events });
  if (disabledAt) await record("webhook_endpoint.disabled", disabledAt, { url });
  return id;
}

const isFine = ({ status }: Answer) => status < 300;

/** Writes a message and what came of it; nothing of it is left to do. */
async function insertDelivery<T extends EventType>(
  tx: Db,
  workspaceId: string,
  endpointId: string,
  { type, at, data, answers }: Told<T>,
): Promise<void> {
  const messageId = newId("webhookMessage", at.getTime());
  const deliveryId = newId("webhookDelivery", at.getTime());
  const head = { id: messageId, type, timestamp: at.toISOString(), workspace_id: workspaceId };
  const body = JSON.stringify({ ...head, data });
  const ids = { messageId, endpointId, workspaceId };
  let triedAt = at;
  const tries = answers.map((one, index) => {
    triedAt = addMs(triedAt, index === 0 ? 400 : (retryWaitsMs[index - 1] ?? 0) * 1.1);
    const { status, durationMs, answer = "" } = one;
    const error: FailureReason | null = isFine(one) ? null : "status";
    const seen = { status, durationMs, error, answer, answerBytes: Buffer.byteLength(answer) };
    return { ...{ deliveryId, endpointId, number: index + 1, at: triedAt }, ...seen };
  });
  const last = tries.at(-1);
  await tx.insert(webhookMessages).values({
    ...{ id: messageId, workspaceId, type, occurredAt: at, createdAt: at, body },
  });
  await tx.insert(webhookDeliveries).values({
    ...{ ...ids, id: deliveryId, createdAt: at, nextAttemptAt: null },
    ...{ attempts: tries.length, scheduled: tries.length },
    state: last?.error === null ? "delivered" : "failed",
    ...{ lastStatus: last?.status ?? null, lastError: last?.error ?? null },
    deliveredAt: last?.error === null ? addMs(last.at, last.durationMs) : null,
  });
  await tx.insert(webhookAttempts).values(tries);
}

const fine = (durationMs: number): Answer => ({ status: 204, durationMs });

const moneyEvents = Object.entries(eventNames).flatMap(([name, { group }]) =>
  group === "balance" ? [name] : [],
);

/** Every payment of the last weeks; the receiver was being deployed when one came. */
async function insertBilling(tx: Db, owner: Owner, sealing: Sealing): Promise<void> {
  const { workspaceId, now } = owner;
  const endpointId = await insertEndpoint(tx, owner, sealing, {
    url: "https://hooks.acme.example/billing",
    description: "Billing service",
    events: moneyEvents,
    createdAt: addMs(now, -52 * dayMs),
  });
  const payments = await tx
    .select()
    .from(topUps)
    .where(and(eq(topUps.workspaceId, workspaceId), gte(topUps.createdAt, addMs(now, -keptMs))))
    .orderBy(asc(topUps.id));
  for (const [index, payment] of payments.entries()) {
    const { id, amountCents, completedAt, createdAt, status, failureMessage } = payment;
    const amount = nanosToDecimal(centsToNanos(amountCents));
    const topup = { id, amount, currency: "usd", kind: "checkout" as const };
    const deploying = { status: 503, durationMs: 61, answer: '{"error":"deploying"}' };
    const told = {
      at: completedAt ?? createdAt,
      answers: [...(index === 1 ? [deploying] : []), fine(84 + 37 * index)],
    };
    await (status === "failed"
      ? insertDelivery(tx, workspaceId, endpointId, {
          ...{ ...told, type: "topup.failed", data: { topup, reason: failureMessage } },
        })
      : insertDelivery(tx, workspaceId, endpointId, {
          ...{ ...told, type: "topup.succeeded", data: { topup } },
        }));
  }
}

/** A receiver that broke: one delivery failed to the end, and its owner turned it off. */
async function insertInventory(tx: Db, owner: Owner, sealing: Sealing): Promise<void> {
  const { workspaceId, now } = owner;
  const endpointId = await insertEndpoint(tx, owner, sealing, {
    url: "https://inventory.acme.example/api-keys",
    description: "Key inventory",
    events: ["api_key.created", "api_key.revoked", "api_key.exposed"],
    createdAt: addMs(now, -44 * dayMs),
    disabledAt: addMs(now, -12 * dayMs),
    failuresInRow: retryWaitsMs.length + 1,
  });
  const since = addMs(now, -keptMs);
  const keys = await tx
    .select({ key: apiKeys, last4: apiKeySecrets.last4 })
    .from(apiKeys)
    .innerJoin(apiKeySecrets, eq(apiKeySecrets.keyId, apiKeys.id))
    .where(eq(apiKeys.workspaceId, workspaceId))
    .orderBy(asc(apiKeys.id));
  for (const { key, last4 } of keys) {
    const { id, name, environment, scopes, createdAt, expiresAt, revokedAt } = key;
    const shown = { id, name, environment, last4 };
    const expires = { scopes, expires_at: expiresAt?.toISOString() ?? null };
    if (createdAt > since) {
      await insertDelivery(tx, workspaceId, endpointId, {
        ...{ type: "api_key.created", at: createdAt, answers: [fine(132)] },
        data: { api_key: { ...shown, ...expires } },
      });
    }
    if (revokedAt && revokedAt > since) {
      const answer = '{"error":"relation \\"keys\\" does not exist"}';
      const broken = { status: 500, durationMs: 240, answer };
      await insertDelivery(tx, workspaceId, endpointId, {
        ...{ type: "api_key.revoked", at: addMs(revokedAt, secondMs) },
        answers: Array.from({ length: retryWaitsMs.length + 1 }, () => broken),
        data: { api_key: shown, reason: "request" },
      });
    }
  }
}

/**
 * Gives the demo two endpoints with what was sent to them lately. Their names end in `.example`, which nobody can
 * own and nothing is looked up for, so that whatever visitors do there goes nowhere.
 */
export async function insertWebhooks(tx: Db, owner: Owner, sealing: Sealing): Promise<void> {
  await insertBilling(tx, owner, sealing);
  await insertInventory(tx, owner, sealing);
}
