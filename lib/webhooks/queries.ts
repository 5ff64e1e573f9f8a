import "server-only";
import { and, asc, desc, eq, isNull, lt, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import {
  webhookAttempts,
  webhookDeliveries,
  webhookEndpoints,
  webhookMessages,
} from "@/db/schema/webhooks";
import { isId } from "@/lib/id";
import type { Scope } from "@/lib/scope";
import type { DeliveryState } from "@/lib/webhooks/terms";

/** An endpoint as people see it; its secrets are never selected. */
export interface Endpoint {
  id: string;
  url: string;
  /** Empty where there is none. */
  description: string;
  /** Types of events, or `*` alone for all. */
  events: string[];
  /** Null while it is enabled. */
  disabledAt: Date | null;
  disabledReason: "user" | "failures" | "gone" | null;
  /** Attempts that failed since the last one that succeeded. */
  failuresInRow: number;
  /** Until when the secret before signs too; null where there is none any more. */
  previousExpiresAt: Date | null;
  /** Of the last 7 days, at most the last 100. */
  recent: { attempts: number; succeeded: number };
  lastAttemptAt: Date | null;
  /** Whether it succeeded; null where there was none. */
  lastAttemptSucceeded: boolean | null;
  createdAt: Date;
  updatedAt: Date;
}

type Own = Pick<Scope, "workspaceId">;

const rateAttempts = 100;

const recentAttempts = sql`(
  select a.at, a.error from webhook_attempts a
  where a.endpoint_id = ${webhookEndpoints.id} and a.at > now() - interval '7 days'
  order by a.at desc limit ${rateAttempts}
)`;

async function readEndpoints(db: Db, scope: Own, id?: string): Promise<Endpoint[]> {
  const rows = await db
    .select({
      id: webhookEndpoints.id,
      url: webhookEndpoints.url,
      description: webhookEndpoints.description,
      events: webhookEndpoints.events,
      disabledAt: webhookEndpoints.disabledAt,
      disabledReason: webhookEndpoints.disabledReason,
      failuresInRow: webhookEndpoints.failuresInRow,
      previousExpiresAt: sql`case when ${webhookEndpoints.previousExpiresAt} > now()
        then ${webhookEndpoints.previousExpiresAt} end`.mapWith(webhookEndpoints.previousExpiresAt),
      attempts: sql`(select count(*) from ${recentAttempts} r)`.mapWith(Number),
      succeeded: sql`(select count(*) from ${recentAttempts} r where r.error is null)`.mapWith(
        Number,
      ),
      lastAttemptAt: sql`(
        select max(a.at) from webhook_attempts a where a.endpoint_id = ${webhookEndpoints.id}
      )`.mapWith(webhookEndpoints.createdAt),
      lastAttemptSucceeded: sql<boolean | null>`(
        select a.error is null from webhook_attempts a where a.endpoint_id = ${webhookEndpoints.id}
        order by a.at desc, a.number desc limit 1
      )`,
      createdAt: webhookEndpoints.createdAt,
      updatedAt: webhookEndpoints.updatedAt,
    })
    .from(webhookEndpoints)
    .where(
      and(
        eq(webhookEndpoints.workspaceId, scope.workspaceId),
        isNull(webhookEndpoints.deletedAt),
        id === undefined ? undefined : eq(webhookEndpoints.id, id),
      ),
    )
    .orderBy(asc(webhookEndpoints.id));
  return rows.map(({ attempts, succeeded, ...endpoint }) => ({
    ...endpoint,
    recent: { attempts, succeeded },
  }));
}

/** The workspace's endpoints in the order in which they were made; there are at most 20. */
export async function listEndpoints(db: Db, scope: Own): Promise<Endpoint[]> {
  return await readEndpoints(db, scope);
}

/** One of the workspace's endpoints; null where it is another's, deleted, or doesn't exist. */
export async function getEndpoint(db: Db, scope: Own, id: string): Promise<Endpoint | null> {
  if (!isId("webhookEndpoint", id)) return null;
  const [endpoint] = await readEndpoints(db, scope, id);
  return endpoint ?? null;
}

/** Whether the workspace has, or had until lately, an endpoint of this id: its deliveries can be read. */
export async function hadEndpoint(db: Db, scope: Own, id: string): Promise<boolean> {
  if (!isId("webhookEndpoint", id)) return false;
  const rows = await db
    .select({ id: webhookEndpoints.id })
    .from(webhookEndpoints)
    .where(and(eq(webhookEndpoints.workspaceId, scope.workspaceId), eq(webhookEndpoints.id, id)));
  return rows.length > 0;
}

/** A delivery in a list. */
export interface Delivery {
  id: string;
  endpointId: string;
  /** What it brings: the message's id is the same at every endpoint and attempt. */
  message: { id: string; type: string; occurredAt: Date };
  state: DeliveryState;
  attempts: number;
  /** Of a pending one; null for the others. */
  nextAttemptAt: Date | null;
  lastStatus: number | null;
  /** A name in `outcomes.ts`; null where the last attempt succeeded, or none was made. */
  lastError: string | null;
  deliveredAt: Date | null;
  createdAt: Date;
}

const deliveryColumns = {
  id: webhookDeliveries.id,
  endpointId: webhookDeliveries.endpointId,
  message: {
    id: webhookMessages.id,
    type: webhookMessages.type,
    occurredAt: webhookMessages.occurredAt,
  },
  state: webhookDeliveries.state,
  attempts: webhookDeliveries.attempts,
  nextAttemptAt: webhookDeliveries.nextAttemptAt,
  lastStatus: webhookDeliveries.lastStatus,
  lastError: webhookDeliveries.lastError,
  deliveredAt: webhookDeliveries.deliveredAt,
  createdAt: webhookDeliveries.createdAt,
};

export interface DeliveryQuery {
  endpointId: string;
  /** All where it is left out. */
  state?: DeliveryState | undefined;
  /** The page after this delivery; the newest where it is left out. */
  after?: string | undefined;
}

export interface DeliveryPage {
  /** Newest first. */
  deliveries: Delivery[];
  /** Pass it as `after` for the page that follows; null on the last. */
  next: string | null;
}

export const deliveryPageSize = 50;

/**
 * A page of what was sent to an endpoint in the last 30 days. An endpoint of another workspace, or of none, has
 * an empty page.
 */
export async function listDeliveries(
  db: Db,
  scope: Own,
  { endpointId, state, after }: DeliveryQuery,
  limit: number = deliveryPageSize,
): Promise<DeliveryPage> {
  const rows = await db
    .select(deliveryColumns)
    .from(webhookDeliveries)
    .innerJoin(webhookMessages, eq(webhookMessages.id, webhookDeliveries.messageId))
    .where(
      and(
        eq(webhookDeliveries.workspaceId, scope.workspaceId),
        eq(webhookDeliveries.endpointId, endpointId),
        state === undefined ? undefined : eq(webhookDeliveries.state, state),
        after === undefined ? undefined : lt(webhookDeliveries.id, after),
      ),
    )
    .orderBy(desc(webhookDeliveries.id))
    .limit(limit + 1);
  const deliveries = rows.slice(0, limit);
  const last = deliveries.at(-1);
  return { deliveries, next: rows.length > limit && last ? last.id : null };
}

export interface DeliveryAttempt {
  number: number;
  at: Date;
  durationMs: number;
  /** Null where no answer came. */
  status: number | null;
  /** A name in `outcomes.ts`; null where it succeeded. */
  error: string | null;
  /** The first 4 kB of the answer, without controls: text of a stranger, to be shown as text. */
  answer: string;
  /** How much there was, up to 64 kB. */
  answerBytes: number;
}

export interface DeliveryDetail extends Delivery {
  /** Exactly what is signed and sent. */
  payload: string;
  /** Newest first. */
  tries: DeliveryAttempt[];
}

/** A delivery with its payload and its attempts; null where it is another's or doesn't exist. */
export async function getDelivery(
  db: Db,
  scope: Own,
  { endpointId, id }: { endpointId: string; id: string },
): Promise<DeliveryDetail | null> {
  if (!isId("webhookEndpoint", endpointId) || !isId("webhookDelivery", id)) return null;
  const [found] = await db
    .select({ ...deliveryColumns, payload: webhookMessages.body })
    .from(webhookDeliveries)
    .innerJoin(webhookMessages, eq(webhookMessages.id, webhookDeliveries.messageId))
    .where(
      and(
        eq(webhookDeliveries.workspaceId, scope.workspaceId),
        eq(webhookDeliveries.endpointId, endpointId),
        eq(webhookDeliveries.id, id),
      ),
    );
  if (!found) return null;
  const { number, at, durationMs, status, error, answer, answerBytes } = webhookAttempts;
  const tries = await db
    .select({ number, at, durationMs, status, error, answer, answerBytes })
    .from(webhookAttempts)
    .where(eq(webhookAttempts.deliveryId, id))
    .orderBy(desc(webhookAttempts.number));
  return { ...found, tries };
}
